#include <tercet/core/no_fast_math.hpp>
#include <tercet/scalars/kernels/upward_loops.hpp>

namespace tercet::upward {

namespace {
constexpr int lanes = 4;

/// a * b rounded up, where 0 * inf is 0.
inline double times(double a, double b) {
    const double p = a * b;
    return p != p ? 0.0 : p;
}
inline double larger(double a, double b) { return a < b ? b : a; }
}  // namespace

void point_gemv(std::int64_t m, std::int64_t depth, const double* w, std::int64_t row_stride, std::int64_t col_stride,
                const double* n, const double* u, double* n_y, double* u_y) {
    for (std::int64_t i = 0; i < m; ++i) {
        double sum_n[lanes] = {}, sum_u[lanes] = {};
        const double* wi = w + i * row_stride;
        std::int64_t k = 0;
        for (; k + lanes <= depth; k += lanes)
            for (int lane = 0; lane < lanes; ++lane) {
                const double weight = wi[(k + lane) * col_stride];
                const double size = __builtin_fabs(weight);
                const double nk = n[k + lane], uk = u[k + lane];
                sum_n[lane] += times(size, weight > 0 ? nk : uk);
                sum_u[lane] += times(size, weight > 0 ? uk : nk);
            }
        for (int lane = 0; k < depth; ++k, ++lane) {
            const double weight = wi[k * col_stride];
            const double size = __builtin_fabs(weight);
            sum_n[lane] += times(size, weight > 0 ? n[k] : u[k]);
            sum_u[lane] += times(size, weight > 0 ? u[k] : n[k]);
        }
        n_y[i] = (sum_n[0] + sum_n[1]) + (sum_n[2] + sum_n[3]);
        u_y[i] = (sum_u[0] + sum_u[1]) + (sum_u[2] + sum_u[3]);
    }
}

namespace {
/// The upper end of [a][b] is the largest of the four products of ends; -(lower end) the largest of their negations,
/// each with one negated factor.
inline double product_u(double al, double au, double bl, double bu) {
    return larger(larger(times(al, bl), times(al, bu)), larger(times(au, bl), times(au, bu)));
}
inline double product_n(double an, double au, double bl, double bu, double bn, double bm) {
    return larger(larger(times(an, bl), times(an, bu)), larger(times(au, bn), times(au, bm)));
}
}  // namespace

void interval_axpy(std::int64_t cols, Planes a, Planes b, double* n_y, double* u_y) {
    const double l = *a.l, u = *a.u, n = *a.n;
    for (std::int64_t j = 0; j < cols; ++j) {
        u_y[j] += product_u(l, u, b.l[j], b.u[j]);
        n_y[j] += product_n(n, u, b.l[j], b.u[j], b.n[j], b.m[j]);
    }
}

/// inf / inf, which only an unbounded a over an unbounded b gives, is no candidate: the same end of a over the finite
/// end of b is inf too.
void divide(std::int64_t count, Planes a, Planes b, double* n_y, double* u_y) {
    for (std::int64_t i = 0; i < count; ++i) {
        const double over_l = a.u[i] / b.l[i], over_u = a.u[i] / b.u[i], minus_over_l = a.n[i] / b.l[i],
                     minus_over_u = a.n[i] / b.u[i];
        u_y[i] = over_u > over_l ? over_u : over_l;
        n_y[i] = minus_over_u > minus_over_l ? minus_over_u : minus_over_l;
    }
}

void add(std::int64_t count, const double* n_a, const double* u_a, const double* n_b, const double* u_b, double* n_y,
         double* u_y) {
    for (std::int64_t i = 0; i < count; ++i) {
        n_y[i] = n_a[i] + n_b[i];
        u_y[i] = u_a[i] + u_b[i];
    }
}

}  // namespace tercet::upward
