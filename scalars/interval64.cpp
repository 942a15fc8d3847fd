/// Interval64's bulk operations: they lay intervals out as planes, set MXCSR to upward (FTZ and DAZ off) around upward_loops, and restore it.
#include <tercet/scalars/affine_conv.hpp>
#include <tercet/scalars/fp_environment.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/pair_kernels.hpp>
#include <tercet/scalars/scratch.hpp>
#include <tercet/scalars/upward_loops.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace tercet {

namespace {

/// l, u, -l, -u of a matrix of intervals, row-major. Negation is exact in every rounding mode.
struct Laid {
    std::vector<double> l, u, n, m;

    explicit Laid(const ConstMatrix<Interval64>& x) {
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

namespace {
/// Intervals as pairs of doubles (lower, upper).
static_assert(sizeof(Interval) == 2 * sizeof(double) && std::is_standard_layout_v<Interval>);
const double* ends_of(const Storage<Interval64>& x) { return reinterpret_cast<const double*>(x.data()); }
double* ends_of(Storage<Interval64>& x) { return reinterpret_cast<double*>(x.data()); }
}  // namespace

const pairs::Kernels& pairs::kernels() {
#if defined(__x86_64__)
    static const Kernels& chosen = processor() == Processor::avx512 ? avx512_kernels : processor() == Processor::avx2 ? avx2_kernels : portable_kernels;
    return chosen;
#else
    return portable_kernels;
#endif
}

Interval Interval64::ratio(std::int64_t p, std::int64_t q) {
    // Integers beyond 2^53 are not doubles: split p = high 2^32 + low, both exact, and let the interval sum enclose.
    const auto enclose = [](std::int64_t i) {
        const std::int64_t high = i >> 32, low = i - (high << 32);
        return Interval(static_cast<double>(high)) * Interval(4294967296.0) + Interval(static_cast<double>(low));
    };
    return enclose(p) / enclose(q);
}

PackedMatrix Interval64::pack(const ConstMatrix<Float64>& w) {
    return PackedMatrix::pack(w.rows, w.cols, w.data->data() + w.offset, w.row_stride, w.col_stride);
}

namespace {
/// Throws DomainError, as Interval does, for a bias that is no real number.
void expect_real(const double* bias, std::int64_t n) {
    for (std::int64_t i = 0; bias && i < n; ++i)
        if (order(bias[i]) >= order_infinity || order(bias[i]) <= -order_infinity) Interval{bias[i]};
}
}  // namespace

void Interval64::affine(const ConstMatrix<Interval64>& x, const PackedMatrix& w, const double* bias, bool rectify, const Matrix<Interval64>& y) {
    expect_affine(x, w.rows, w.cols, y);
    expect_real(bias, w.rows);
    affine::enclose(w, {ends_of(*x.data) + 2 * x.offset, x.rows, x.row_stride, x.col_stride}, bias, rectify,
                    {ends_of(*y.data) + 2 * y.offset, y.rows, y.row_stride, y.col_stride});
}

void Interval64::convolve(const View<Interval64, 4>& x, const std::vector<PackedMatrix>& groups, const Conv2dPlan& plan, const double* bias, bool rectify,
                          Storage<Interval64>& y, std::int64_t y_offset) {
    expect_convolution(x, plan, y, y_offset);
    expect_real(bias, plan.out_c);
    affine::enclose_convolution(groups, plan, x.dims[0], ends_of(*x.data) + 2 * x.offset, bias, rectify, ends_of(y) + 2 * y_offset);
}

void Interval64::gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    affine(b.transposed(), pack(a), nullptr, false, y.transposed());
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Float64>& b, const Matrix<Interval64>& y) {
    affine(a, pack(b.transposed()), nullptr, false, y);
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    const Laid left(a), right(b);
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

namespace {

constexpr std::int64_t run_chunk = 512;

/// Elements first .. first + n - 1 of a run as contiguous pairs: where they lie, or copied to `to`.
const double* contiguous(const ConstRun<Interval64>& r, std::int64_t first, std::int64_t n, Scratch<double>& to) {
    if (r.stride == 1) return ends_of(*r.data) + 2 * (r.offset + first);
    for (std::int64_t i = 0; i < n; ++i) {
        to[static_cast<std::size_t>(2 * i)] = r[first + i].lower();
        to[static_cast<std::size_t>(2 * i + 1)] = r[first + i].upper();
    }
    return to.data();
}

/// f(n, pairs of a, pairs of b, step of b, pairs of y) over chunks, in upward rounding.
template <class F>
void in_pairs(std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b, const Run<Interval64>& y, F f) {
    Scratch<double> left(2 * run_chunk), right(2 * run_chunk), out(2 * run_chunk);
    const bool whole = a.stride == 1 && b.stride <= 1 && b.stride >= 0 && y.stride == 1;
    const std::int64_t most = whole ? std::max<std::int64_t>(n, 1) : run_chunk;
    for (std::int64_t first = 0; first < n; first += most) {
        const std::int64_t count = std::min(most, n - first);
        const double* s = contiguous(a, first, count, left);
        const double* t = b.stride == 0 ? ends_of(*b.data) + 2 * b.offset : contiguous(b, first, count, right);
        double* to = y.stride == 1 ? ends_of(*y.data) + 2 * (y.offset + first) : out.data();
        {
            const UpwardRounding upward;
            f(count, s, t, b.stride == 0 ? 0 : 1, to);
        }
        for (std::int64_t i = 0; y.stride != 1 && i < count; ++i) y[first + i] = Interval(to[2 * i], to[2 * i + 1]);
    }
}

/// Division by positive intervals, in planes.
void divide_by_positive(std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b, const Run<Interval64>& y) {
    Scratch<double> lower(run_chunk), upper(run_chunk);
    for (std::int64_t first = 0; first < n; first += run_chunk) {
        const std::int64_t count = std::min(run_chunk, n - first);
        const Laid p(as_matrix(a, first, count)), q(as_matrix(b, first, count));
        {
            const UpwardRounding upward;
            upward::divide(count, p.at(0), q.at(0), lower.data(), upper.data());
        }
        for (std::int64_t i = 0; i < count; ++i) y[first + i] = from_planes(lower[static_cast<std::size_t>(i)], upper[static_cast<std::size_t>(i)]);
    }
}

}  // namespace

void Interval64::elementwise(Binary op, std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b, const Run<Interval64>& y) {
    const pairs::Kernels& with = pairs::kernels();
    switch (op) {
        case Binary::add: return in_pairs(n, a, b, y, with.add);
        case Binary::subtract: return in_pairs(n, a, b, y, with.subtract);
        case Binary::multiply: return in_pairs(n, a, b, y, with.multiply);
        case Binary::max: return in_pairs(n, a, b, y, with.max);
        case Binary::divide: break;
    }
    bool positive = true;
    for (std::int64_t i = 0; i < n && positive; ++i) positive = order(b[i].lower()) > 0;
    if (positive) return divide_by_positive(n, a, b, y);
    for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] / b[i];
}

void Interval64::rectify(std::int64_t n, const ConstRun<Interval64>& x, const Run<Interval64>& y) {
    in_pairs(n, x, x, y, [](std::int64_t count, const double* s, const double*, std::int64_t, double* to) { pairs::kernels().rectify(count, s, to); });
}

void Interval64::gate(std::int64_t n, const ConstRun<Interval64>& x, const ConstRun<Interval64>& g, const Run<Interval64>& y) {
    if (g.stride == 0) {
        for (std::int64_t i = 0; i < n; ++i) y[i] = g[i] * step(x[i]);
        return;
    }
    in_pairs(n, x, g, y, [](std::int64_t count, const double* s, const double* t, std::int64_t, double* to) { pairs::kernels().gate(count, s, t, to); });
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
