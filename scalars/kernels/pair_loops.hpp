/// The source of the pair kernels: vectors of TERCET_PAIR_DOUBLES doubles, each a few intervals l u l u .., in upward
/// rounding.
///
/// sum         [-(up(-a.l - b.l)), up(a.u + b.u)]: flip the lower ends' signs, add, flip back product     upper end:
/// the largest of the four products of ends, rounded up; -lower: the largest of their negations, one factor negated
///             first. 0 inf, which is NaN, counts as 0, the product of reals.
/// max, relu   end by end. step(x) g = g where x > 0, 0 where x <= 0, else the hull of both.
///
/// Included by one file a processor, inside its flags; everything is in an unnamed namespace. Signs are flipped in
/// integers behind a barrier, so that no compiler moves them through a product.
#pragma once

#include <tercet/scalars/kernels/pair_kernels.hpp>
#include <tercet/scalars/machine/opaque.hpp>

#ifndef TERCET_PAIR_DOUBLES
#define TERCET_PAIR_DOUBLES 2  // GCC's vector types take no template parameter
#endif

namespace tercet::pairs {
namespace {

constexpr int width = TERCET_PAIR_DOUBLES;
typedef double V __attribute__((vector_size(width * 8)));
typedef long long Bits __attribute__((vector_size(width * 8)));

inline V load(const double* p) {
    V a;
    __builtin_memcpy(&a, p, sizeof a);
    return a;
}
inline void store(double* p, V a) { __builtin_memcpy(p, &a, sizeof a); }

inline Bits lower_lanes() {
    Bits b{};
    for (int i = 0; i < width; i += 2) b[i] = -1;
    return b;
}
inline Bits sign() { return Bits{} + (-0x7FFFFFFFFFFFFFFFLL - 1); }
inline V select(Bits which, V a, V b) { return (V)((which & (Bits)a) | (~which & (Bits)b)); }
inline V larger(V a, V b) { return select(a > b, a, b); }
inline V smaller(V a, V b) { return select(a < b, a, b); }

/// a with the signs of some lanes flipped.
inline V flipped(V a, Bits lanes) { return (V)opaque((Bits)a ^ (lanes & sign())); }
/// (u, l) of each (l, u).
inline V swapped(V a) {
#if TERCET_PAIR_DOUBLES == 2
    return __builtin_shufflevector(a, a, 1, 0);
#elif TERCET_PAIR_DOUBLES == 4
    return __builtin_shufflevector(a, a, 1, 0, 3, 2);
#else
    return __builtin_shufflevector(a, a, 1, 0, 3, 2, 5, 4, 7, 6);
#endif
}
inline V product(V a, V b) {
    const V p = a * b;
    return select(p == p, p, V{});
}

struct Add {
    V operator()(V a, V b) const {
        return flipped(flipped(a, lower_lanes()) + flipped(b, lower_lanes()), lower_lanes());
    }
};
struct Subtract {  // [a.l - b.u, a.u - b.l]
    V operator()(V a, V b) const {
        return flipped(flipped(a, lower_lanes()) + flipped(swapped(b), ~lower_lanes()), lower_lanes());
    }
};
struct Multiply {
    V operator()(V a, V b) const {
        const V c = swapped(b), m = flipped(a, lower_lanes() | ~lower_lanes());
        const V u = larger(product(a, b), product(a, c)), n = larger(product(m, b), product(m, c));
        return select(lower_lanes(), flipped(larger(n, swapped(n)), lower_lanes()), larger(u, swapped(u)));
    }
};
struct Max {
    V operator()(V a, V b) const { return larger(b, a); }
};
struct Rectify {
    V operator()(V x) const { return select(x <= V{}, V{}, x); }
};
struct Gate {
    V operator()(V x, V g) const {
        const V hull = select(lower_lanes(), smaller(g, V{}), larger(g, V{})),
                low = select(lower_lanes(), x, swapped(x)), high = select(lower_lanes(), swapped(x), x);
        return select(low > V{}, g, select(high > V{}, hull, V{}));
    }
};

/// y_i = f(a_i, b_i); the last ones through a buffer.
template <class F>
void binary(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y) {
    V one{};
    for (int i = 0; step == 0 && n > 0 && i < width; ++i) one[i] = b[i % 2];
    std::int64_t i = 0;
    for (; i + width <= 2 * n; i += width) store(y + i, F()(load(a + i), step ? load(b + i) : one));
    V left{}, right = one;
    for (std::int64_t k = i; k < 2 * n; ++k) {
        left[k - i] = a[k];
        if (step) right[k - i] = b[k];
    }
    const V last = F()(left, right);
    for (std::int64_t k = i; k < 2 * n; ++k) y[k] = last[k - i];
}

void rectify(std::int64_t n, const double* x, double* y) {
    std::int64_t i = 0;
    for (; i + width <= 2 * n; i += width) store(y + i, Rectify()(load(x + i)));
    for (; i < 2 * n; ++i) y[i] = x[i] <= 0 ? 0 : x[i];
}

void gate(std::int64_t n, const double* x, const double* g, double* y) { binary<Gate>(n, x, g, 1, y); }

void pool(std::int64_t n, std::int64_t cells, const double* x, const std::int64_t* at, double* y) {
    typedef double Pair __attribute__((vector_size(16)));
    const auto pair = [&](std::int64_t i) {
        Pair a;
        __builtin_memcpy(&a, x + 2 * at[i], sizeof a);
        return a;
    };
    for (std::int64_t i = 0; i < n; ++i) {
        Pair most = pair(i * cells);
        for (std::int64_t k = 1; k < cells; ++k) {
            const Pair a = pair(i * cells + k);
            most = a > most ? a : most;
        }
        __builtin_memcpy(y + 2 * i, &most, sizeof most);
    }
}

constexpr Kernels table{binary<Add>, binary<Subtract>, binary<Multiply>, binary<Max>, rectify, gate, pool};

}  // namespace
}  // namespace tercet::pairs
