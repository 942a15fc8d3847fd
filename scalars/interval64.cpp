/// Interval64's bulk operations: they lay intervals out as planes, set MXCSR to upward (FTZ and DAZ off) around upward_loops, and restore it.
#include <tercet/scalars/fp_environment.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/upward_loops.hpp>

#include <limits>
#include <vector>

namespace tercet {

namespace {

/// l, u, -l, -u of a matrix of intervals, row-major. Negation is exact in every rounding mode.
struct Packed {
    std::vector<double> l, u, n, m;

    explicit Packed(const ConstMatrix<Interval64>& x) {
        const auto count = static_cast<std::size_t>(x.rows * x.cols);
        for (auto* plane : {&l, &u, &n, &m}) plane->reserve(count);
        for (std::int64_t i = 0; i < x.rows; ++i)
            for (std::int64_t j = 0; j < x.cols; ++j) {
                const Interval& v = x(i, j);
                l.push_back(v.lower());
                u.push_back(v.upper());
                n.push_back(-v.lower());
                m.push_back(-v.upper());
            }
    }
    upward::Planes at(std::int64_t i) const { return {l.data() + i, u.data() + i, n.data() + i, m.data() + i}; }
};

/// [-n, u] as an interval; NaN (an infinite sum that cancelled) says nothing, so it becomes the infinite end.
Interval from_planes(double n, double u) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    return Interval(n != n ? -inf : -n, u != u ? inf : u);
}

void unpack(const std::vector<double>& n, const std::vector<double>& u, const Matrix<Interval64>& y) {
    for (std::int64_t i = 0; i < y.rows; ++i)
        for (std::int64_t j = 0; j < y.cols; ++j) {
            const auto at = static_cast<std::size_t>(i * y.cols + j);
            y(i, j) = from_planes(n[at], u[at]);
        }
}

ConstMatrix<Interval64> as_matrix(const ConstRun<Interval64>& r, std::int64_t first, std::int64_t n) {
    return {r.data, r.offset + first * r.stride, 1, n, 0, r.stride};
}

}  // namespace

Interval Interval64::ratio(std::int64_t p, std::int64_t q) {
    // Integers beyond 2^53 are not doubles: split p = high 2^32 + low, both exact, and let the interval sum enclose.
    const auto enclose = [](std::int64_t i) {
        const std::int64_t high = i >> 32, low = i - (high << 32);
        return Interval(static_cast<double>(high)) * Interval(4294967296.0) + Interval(static_cast<double>(low));
    };
    return enclose(p) / enclose(q);
}

void Interval64::gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    const Packed x(b);
    const auto count = static_cast<std::size_t>(y.rows * y.cols);
    std::vector<double> n(count), u(count);
    {
        const UpwardRounding upward;
        const double* w = a.data->data() + a.offset;
        if (y.cols == 1)
            upward::point_gemv(y.rows, a.cols, w, a.row_stride, a.col_stride, x.n.data(), x.u.data(), n.data(), u.data());
        else
            upward::point_gemm(y.rows, a.cols, y.cols, w, a.row_stride, a.col_stride, x.n.data(), x.u.data(), n.data(), u.data());
    }
    unpack(n, u, y);
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Float64>& b, const Matrix<Interval64>& y) {
    gemm(b.transposed(), a.transposed(), y.transposed());
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    const Packed left(a), right(b);
    const auto count = static_cast<std::size_t>(y.rows * y.cols);
    std::vector<double> n(count, 0.0), u(count, 0.0);
    {
        const UpwardRounding upward;
        for (std::int64_t i = 0; i < y.rows; ++i)
            for (std::int64_t k = 0; k < a.cols; ++k)
                upward::interval_axpy(y.cols, left.at(i * a.cols + k), right.at(k * y.cols), n.data() + i * y.cols, u.data() + i * y.cols);
    }
    unpack(n, u, y);
}

void Interval64::elementwise(Binary op, std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b, const Run<Interval64>& y) {
    bool positive = op == Binary::divide;
    for (std::int64_t i = 0; i < n && positive; ++i) positive = order(b[i].lower()) > 0;
    if (op == Binary::max || (op == Binary::divide && !positive)) {  // max does not round; a divisor of either sign is one of a kind
        for (std::int64_t i = 0; i < n; ++i) y[i] = op == Binary::max ? max(a[i], b[i]) : a[i] / b[i];
        return;
    }
    constexpr std::int64_t chunk = 1024;
    std::vector<double> lower(static_cast<std::size_t>(chunk)), upper(lower.size());
    for (std::int64_t first = 0; first < n; first += chunk) {
        const std::int64_t count = n - first < chunk ? n - first : chunk;
        const Packed p(as_matrix(a, first, count)), q(as_matrix(b, first, count));
        const upward::Planes s = p.at(0), t = q.at(0);
        {
            const UpwardRounding upward;
            if (op == Binary::add) upward::add(count, s.n, s.u, t.n, t.u, lower.data(), upper.data());
            else if (op == Binary::subtract) upward::add(count, s.n, s.u, t.u, t.n, lower.data(), upper.data());  // -[l, u] = [-u, -l]
            else if (op == Binary::divide) upward::divide(count, s, t, lower.data(), upper.data());
            else upward::multiply(count, s, t, lower.data(), upper.data());
        }
        for (std::int64_t i = 0; i < count; ++i)
            y[first + i] = from_planes(lower[static_cast<std::size_t>(i)], upper[static_cast<std::size_t>(i)]);
    }
}

namespace {
std::vector<Interval> gather(std::int64_t n, const ConstRun<Interval64>& x) {
    std::vector<Interval> v;
    for (std::int64_t i = 0; i < n; ++i) v.push_back(x[i]);
    return v;
}
}  // namespace

void Interval64::softmax(std::int64_t n, const ConstRun<Interval64>& x, const Run<Interval64>& y) {
    const std::vector<Interval> in = gather(n, x);
    std::vector<Interval> out(in.size());
    tercet::softmax(in, out);
    for (std::int64_t i = 0; i < n; ++i) y[i] = out[static_cast<std::size_t>(i)];
}

Interval Interval64::log_sum_exp(std::int64_t n, const ConstRun<Interval64>& x) { return tercet::log_sum_exp(gather(n, x)); }

}  // namespace tercet
