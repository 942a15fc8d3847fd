/// Interval64's elementwise operations: pairs as they lie in memory, copied first where they are strided.
#include <tercet/scalars/kernels/interval_layout.hpp>
#include <tercet/scalars/kernels/pair_kernels.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/scratch.hpp>

namespace tercet {

namespace {

ConstMatrix<Interval64> as_matrix(const ConstRun<Interval64>& r, std::int64_t first, std::int64_t n) {
    return {r.data, r.offset + first * r.stride, 1, n, 0, r.stride};
}

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
void in_pairs(std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b, const Run<Interval64>& y,
              F f) {
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
void divide_by_positive(std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b,
                        const Run<Interval64>& y) {
    Scratch<double> lower(run_chunk), upper(run_chunk);
    for (std::int64_t first = 0; first < n; first += run_chunk) {
        const std::int64_t count = std::min(run_chunk, n - first);
        const IntervalPlanes p(as_matrix(a, first, count)), q(as_matrix(b, first, count));
        {
            const UpwardRounding upward;
            upward::divide(count, p.at(0), q.at(0), lower.data(), upper.data());
        }
        for (std::int64_t i = 0; i < count; ++i)
            y[first + i] = from_planes(lower[static_cast<std::size_t>(i)], upper[static_cast<std::size_t>(i)]);
    }
}

}  // namespace

void Interval64::elementwise(Binary op, std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b,
                             const Run<Interval64>& y) {
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
    in_pairs(n, x, x, y, [](std::int64_t count, const double* s, const double*, std::int64_t, double* to) {
        pairs::kernels().rectify(count, s, to);
    });
}

void Interval64::gate(std::int64_t n, const ConstRun<Interval64>& x, const ConstRun<Interval64>& g,
                      const Run<Interval64>& y) {
    if (g.stride == 0) {
        for (std::int64_t i = 0; i < n; ++i) y[i] = g[i] * step(x[i]);
        return;
    }
    in_pairs(n, x, g, y, [](std::int64_t count, const double* s, const double* t, std::int64_t, double* to) {
        pairs::kernels().gate(count, s, t, to);
    });
}

void Interval64::pool(std::int64_t n, std::int64_t cells, const ConstRun<Interval64>& x, const std::int64_t* at,
                      const Run<Interval64>& y) {
    const UpwardRounding no_flushing;  // a maximum does not round, but with DAZ on it would take a subnormal for 0
    pairs::kernels().pool(n, cells, ends_of(*x.data) + 2 * x.offset, at, ends_of(*y.data) + 2 * y.offset);
}

}  // namespace tercet
