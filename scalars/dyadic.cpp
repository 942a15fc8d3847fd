#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/kernels/digit_widths.hpp>
#include <tercet/scalars/kernels/limb_outer.hpp>
#include <tercet/scalars/kernels/limb_runs.hpp>

#include <algorithm>
#include <bit>

namespace tercet {

namespace {

/// The operand's integers 2^shift.
limbs::IntegerRun run_of(const ConstRun<Dyadic>& x, std::int64_t shift) {
    return {x.data->plane(0), static_cast<std::int64_t>(x.data->size()), x.data->limbs(), x.offset, x.stride, shift};
}
/// The operand, with its integers shifted to the exponent of y, which has room for them.
limbs::IntegerRun run_of(const ConstRun<Dyadic>& x, const DyadicStorage& y) {
    return run_of(x, x.data->limbs() == 0 ? 0 : x.data->exponent() - y.exponent());
}

limbs::IntegerTarget target_of(const Run<Dyadic>& y) {
    return {y.data->plane(0), static_cast<std::int64_t>(y.data->size()), y.data->planes(), y.offset, y.stride};
}

/// Bits of the integers of x over `exponent`.
std::int64_t bits_over(const DyadicStorage& x, std::int64_t exponent) {
    return x.limbs() == 0 ? 0 : sum_of_exponents(x.bits(), difference_of_exponents(x.exponent(), exponent));
}

bool is_whole(std::int64_t n, const Run<Dyadic>& y) {
    return n == static_cast<std::int64_t>(y.data->size()) && y.offset == 0 && y.stride == 1;
}

/// y = f(target) with room for results 2^exponent m of that many bits; f returns the bits that it wrote. `apart`: no
/// operand is in y's storage.
template <class F>
void write(std::int64_t n, const Run<Dyadic>& y, bool apart, std::int64_t exponent, std::int64_t bits, const char* what,
           F f) {
    if (n == 0) return;
    const bool whole = is_whole(n, y);
    if (whole && apart) y.data->overwrite(exponent, bits, what);
    else y.data->make_room(exponent, bits, what, n);
    const std::int64_t wrote = f(target_of(y));
    if (whole) y.data->wrote_all(wrote);
    else y.data->wrote_some(wrote);
}

/// y = 0
void clear(std::int64_t n, const Run<Dyadic>& y) {
    if (is_whole(n, y)) return y.data->set_zero();
    for (std::int64_t l = 0; l < y.data->planes(); ++l)
        for (std::int64_t i = 0; i < n; ++i) y.data->plane(l)[y.offset + i * y.stride] = 0;
}

void copy_run(std::int64_t n, const ConstRun<Dyadic>& x, const std::int64_t* at, const Run<Dyadic>& y) {
    if (x.data->limbs() == 0) return clear(n, y);
    write(n, y, x.data != y.data, x.data->exponent(), x.data->bits(), "a copy", [&](const limbs::IntegerTarget& to) {
        limbs::IntegerRun from = run_of(x, *y.data);
        from.at = at;
        return limbs::copy(n, from, to);
    });
}

/// How often the most frequent of the positions occurs, those below 0 not counted.
std::int64_t most_repeats(std::int64_t n, const std::int64_t* at) {
    std::int64_t last = -1;
    for (std::int64_t i = 0; i < n; ++i) last = std::max(last, at[i]);
    std::vector<std::int64_t> times(static_cast<std::size_t>(last + 1));
    std::int64_t most = 0;
    for (std::int64_t i = 0; i < n; ++i)
        if (at[i] >= 0) most = std::max(most, ++times[static_cast<std::size_t>(at[i])]);
    return most;
}

/// y = a b for a column and a row; y is apart from both, `whole`: it is all of its storage.
void outer(const ConstMatrix<Dyadic>& a, const ConstMatrix<Dyadic>& b, const Matrix<Dyadic>& y, std::int64_t exponent,
           bool whole) {
    DyadicStorage& to = *y.data;
    const limbs::Magnitudes left(a.rows, run_of({a.data, a.offset, a.row_stride}, 0)),
        right(b.cols, run_of({b.data, b.offset, b.col_stride}, 0));
    const std::int64_t bits = limbs::bits_of_products(left, right);
    if (!whole) to.make_room(exponent, bits, "an outer product", a.rows * b.cols);
    const std::int64_t planes = whole ? DyadicStorage::limbs_for(bits) : to.planes();
    const LimbMemory work = limbs_within_limit(static_cast<std::size_t>(limbs::numbers_of_work(left, right)), planes,
                                               "the work of an outer product");
    if (whole) to.overwrite(exponent, bits, "an outer product");
    limbs::outer(left, right, exponent - to.exponent(), target_of({y.data, y.offset, y.col_stride}), y.row_stride,
                 work.get());
    if (whole) to.wrote_all(bits);
    else to.wrote_some(sum_of_exponents(bits, exponent - to.exponent()));
}

digits::IntegerMatrix digits_of(const ConstMatrix<Dyadic>& m) {
    return {m.data->plane(0), static_cast<std::int64_t>(m.data->size()),
            m.data->limbs(),  m.offset,
            m.rows,           m.cols,
            m.row_stride,     m.col_stride};
}

}  // namespace

DyadicNumber Dyadic::ratio(std::int64_t p, std::int64_t q) {
    if (q == 0) throw DomainError("the fraction " + std::to_string(p) + "/0 has no value");
    return to_dyadic(RationalNumber(Integer(p)) / RationalNumber(Integer(q)));
}

/// A sum of `depth` products of integers in [-2^n_a, 2^n_a] and [-2^n_b, 2^n_b] lies in [-2^n, 2^n] with n = n_a + n_b
/// + ceil(log2 depth), hence in [-2^(n + 1), 2^(n + 1)).
void Dyadic::gemm(const ConstMatrix<Dyadic>& a, const ConstMatrix<Dyadic>& b, const Matrix<Dyadic>& y) {
    DyadicStorage& to = *y.data;
    if (y.rows == 0 || y.cols == 0) return;
    const bool whole = y.rows * y.cols == static_cast<std::int64_t>(to.size()) && y.offset == 0 && y.col_stride == 1 &&
                       (y.row_stride == y.cols || y.rows == 1);
    if (a.cols == 0 || a.data->limbs() == 0 || b.data->limbs() == 0) {
        if (whole) return to.set_zero();
        for (std::int64_t i = 0; i < y.rows; ++i)
            clear(y.cols, Run<Dyadic>{y.data, y.offset + i * y.row_stride, y.col_stride});
        return;
    }
    if (a.data == y.data || b.data == y.data) {  // making room in y would move the operand
        DyadicStorage apart(static_cast<std::size_t>(y.rows * y.cols));
        gemm(a, b, matrix_in<Dyadic>(apart, 0, y.rows, y.cols));
        for (std::int64_t i = 0; i < y.rows; ++i)
            copy(y.cols, ConstRun<Dyadic>{&apart, i * y.cols, 1},
                 Run<Dyadic>{y.data, y.offset + i * y.row_stride, y.col_stride});
        return;
    }
    if (a.rows != 1 && (b.cols == 1 || (y.col_stride != 1 && y.row_stride == 1)))
        return gemm(b.transposed(), a.transposed(), y.transposed());
    const std::int64_t exponent = sum_of_exponents(a.data->exponent(), b.data->exponent());
    if (a.cols == 1) return outer(a, b, y, exponent, whole);
    const std::int64_t bits = a.data->bits() + b.data->bits() + digits::ceil_log2(a.cols) + 1;
    const bool row = a.rows == 1 && a.cols >= 4;
    const digits::IntegerMatrix left = digits_of(a), right = digits_of(b);
    const digits::Engine* engine = nullptr;
    digits::Widths widths;
    const auto use = [&](const digits::Engine& e) {
        engine = &e;
        widths = digits::widths_for(e, a.data->bits(), b.data->bits(), a.cols);
    };
    use(row ? digits::row_engine() : digits::engine());
    if (row && widths.chunk < a.cols) use(digits::engine());  // a row is not cut into chunks
    if (widths.chunk == 0) use(digits::portable);             // numbers too long for this engine's digits
    const LimbMemory work = limbs_within_limit(static_cast<std::size_t>(engine->words(widths, left, right)), 1,
                                               "the digits of a product of matrices");  // before y is touched
    if (whole) to.overwrite(exponent, bits, "a product of matrices");
    else to.make_room(exponent, bits, "a product of matrices", a.rows * b.cols);
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(to.planes()));
    engine->multiply(widths, left, right,
                     {to.plane(0), static_cast<std::int64_t>(to.size()), to.planes(), y.offset, y.row_stride,
                      y.col_stride, exponent - to.exponent()},
                     seen.data(), work.get());
    std::int64_t wrote = 0;
    for (std::size_t l = 0; l < seen.size(); ++l)
        if (seen[l] != 0) wrote = 64 * static_cast<std::int64_t>(l) + std::bit_width(seen[l]);
    if (whole) to.wrote_all(wrote);
    else to.wrote_some(wrote);
}

void Dyadic::elementwise(Binary op, std::int64_t n, const ConstRun<Dyadic>& a, const ConstRun<Dyadic>& b,
                         const Run<Dyadic>& y) {
    const bool zero_a = a.data->limbs() == 0, zero_b = b.data->limbs() == 0,
               apart = a.data != y.data && b.data != y.data;
    switch (op) {
        case Binary::add:
        case Binary::subtract: {
            if (zero_a && zero_b) return clear(n, y);
            if (zero_b) return copy_run(n, a, nullptr, y);
            const std::int64_t low = zero_a ? b.data->exponent() : std::min(a.data->exponent(), b.data->exponent());
            const std::int64_t bits = 1 + std::max(bits_over(*a.data, low), bits_over(*b.data, low));
            return write(n, y, apart, low, bits, "a sum", [&](const limbs::IntegerTarget& to) {
                return limbs::add(n, run_of(a, *y.data), run_of(b, *y.data), op == Binary::subtract, to);
            });
        }
        case Binary::multiply: {
            if (zero_a || zero_b) return clear(n, y);
            if (!apart) {  // aligning y would move an operand
                DyadicStorage product(static_cast<std::size_t>(n));
                elementwise(op, n, a, b, {&product, 0, 1});
                return copy_run(n, {&product, 0, 1}, nullptr, y);
            }
            if (n > 1 && (a.stride == 0 || b.stride == 0)) {  // an outer product
                const ConstRun<Dyadic>&s = a.stride == 0 ? a : b, &t = a.stride == 0 ? b : a;
                return gemm({s.data, s.offset, 1, 1, 1, 1}, {t.data, t.offset, 1, n, 1, t.stride},
                            {y.data, y.offset, 1, n, n, y.stride});
            }
            const std::int64_t exponent = sum_of_exponents(a.data->exponent(), b.data->exponent());
            return write(n, y, true, exponent, a.data->bits() + b.data->bits() + 1, "a product",
                         [&](const limbs::IntegerTarget& to) {
                             return limbs::multiply(n, run_of(a, exponent - y.data->exponent()), run_of(b, 0), to);
                         });
        }
        case Binary::max:
        case Binary::divide:
            for (std::int64_t i = 0; i < n; ++i) y[i] = apply<Dyadic>(op, a[i], b[i]);
    }
}

void Dyadic::copy(std::int64_t n, const ConstRun<Dyadic>& x, const Run<Dyadic>& y) { copy_run(n, x, nullptr, y); }

void Dyadic::gather(std::int64_t n, const ConstRun<Dyadic>& x, const std::int64_t* at, const Run<Dyadic>& y) {
    copy_run(n, x, at, y);
}

void Dyadic::rectify(std::int64_t n, const ConstRun<Dyadic>& x, const Run<Dyadic>& y) { gate(n, x, x, y); }

void Dyadic::gate(std::int64_t n, const ConstRun<Dyadic>& x, const ConstRun<Dyadic>& g, const Run<Dyadic>& y) {
    if (x.data->limbs() == 0 || g.data->limbs() == 0) return clear(n, y);
    write(n, y, x.data != y.data && g.data != y.data, g.data->exponent(), g.data->bits(), "a gate",
          [&](const limbs::IntegerTarget& to) { return limbs::gate(n, run_of(x, 0), run_of(g, *y.data), to); });
}

void Dyadic::scatter_add(std::int64_t n, const ConstRun<Dyadic>& x, const std::int64_t* at, const Run<Dyadic>& y) {
    if (x.data->limbs() == 0 || n == 0) return;
    const std::int64_t low =
        y.data->limbs() == 0 ? x.data->exponent() : std::min(x.data->exponent(), y.data->exponent());
    const std::int64_t terms = std::max(bits_over(*x.data, low), bits_over(*y.data, low));
    std::int64_t bits = terms + digits::ceil_log2(n + 1);
    if (DyadicStorage::limbs_for(bits) > DyadicStorage::limbs_for(terms + 1) ||
        bits > BitLimit::current())  // counting costs as much as adding a limb
        bits = terms + digits::ceil_log2(most_repeats(n, at) + 1);
    y.data->make_room(low, bits, "a sum", n);
    y.data->wrote_some(limbs::scatter_add(n, run_of(x, *y.data), at, target_of(y)));  // perhaps not every element
}

std::size_t Dyadic::first_maximum(const ConstRun<Dyadic>& x, std::span<const std::int64_t> cells) {
    std::size_t largest = 0;
    for (std::size_t k = 1; k < cells.size(); ++k)
        if (x.data->is_less(static_cast<std::size_t>(x.offset + cells[largest]),
                            static_cast<std::size_t>(x.offset + cells[k])))
            largest = k;
    return largest;
}

DyadicSize size_of(const DyadicStorage& x) {
    const auto limbs = x.limbs();
    return {limbs == 0 ? 0 : x.bits(), limbs, x.exponent(),
            limbs * static_cast<std::int64_t>(x.size() * sizeof(std::uint64_t))};
}

}  // namespace tercet
