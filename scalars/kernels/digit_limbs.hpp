/// From sums of digit products to limbs: carries up the places, then fields of w bits strung together. A tile holds,
/// place by place, the sums of rows x columns results; the loops run over whole rows of it, which every compiler
/// vectorises.
#pragma once

#include <tercet/scalars/kernels/digit_pack.hpp>

namespace tercet::digits {
namespace {

/// Places s = 0 .. of a tile: the sums, one more for their carries (or high halves), one for the sign.
inline std::int64_t places(const Widths& p) { return p.a + p.b + 1; }

/// Carries up the places: each place but the last becomes its low w bits, and what is above them goes on. x >> w of a
/// signed x is ((x + 2^63) >> w as unsigned) - 2^(63 - w), which every vector unit has; sums of halves are unsigned and
/// shift as they are.
template <class Ops>
void carry(const Widths& p, std::int64_t* tile, bool is_signed) {
    using U = std::uint64_t;
    constexpr int size = Ops::rows * columns<Ops>;
    const U bias = is_signed ? U{1} << 63 : 0, back = bias >> p.width, mask = (U{1} << p.width) - 1;
    const std::int64_t last = places(p) - 1;
    for (std::int64_t s = 0; s < last; ++s) {
        std::int64_t *t = tile + s * size, *next = t + size;
        for (int i = 0; i < size; ++i) {
            const U x = static_cast<U>(t[i]);
            next[i] = static_cast<std::int64_t>(static_cast<U>(next[i]) + ((x + bias) >> p.width) - back);
            t[i] = static_cast<std::int64_t>(x & mask);
        }
    }
}

/// Row r of a tile to its limbs: field s stands at bit shift + w s, the last field is signed and fills what is above
/// it.
template <class Ops>
void emit(const Widths& p, const std::int64_t* row, const ProductTarget& y, std::int64_t at, std::int64_t n,
          std::uint64_t* seen) {
    using U = std::uint64_t;
    constexpr int N = columns<Ops>, size = Ops::rows * N;
    const std::int64_t last = places(p) - 1, count = y.count,
                       stride = y.col_stride;  // values, which no store can change
    const int w = p.width;
    U limb[N], sign[N];
    for (int j = 0; j < N; ++j) {
        limb[j] = 0;
        sign[j] = 0 - (static_cast<U>(row[last * size + j]) >> 63);
    }
    std::int64_t l = 0;
    const auto put = [&](const U* x) {
        if (l < count) {
            U *to = y.limbs + l * y.plane + at, some[N] = {};
            if (n == N && stride == 1)
                for (int j = 0; j < N; ++j) {
                    to[j] = x[j];
                    some[j] = x[j] ^ sign[j];
                }
            else
                for (std::int64_t j = 0; j < n; ++j) {
                    to[j * stride] = x[j];
                    some[j] = x[j] ^ sign[j];
                }
            for (int half = N / 2; half > 0; half /= 2)
                for (int j = 0; j < half; ++j) some[j] |= some[j + half];
            seen[l] |= some[0];
        }
        ++l;
    };
    for (std::int64_t below = y.shift / 64; below > 0; --below) put(limb);
    int bit = static_cast<int>(y.shift % 64);
    for (std::int64_t s = 0; s < last; ++s) {
        const std::int64_t* field = row + s * size;
        for (int j = 0; j < N; ++j) limb[j] |= static_cast<U>(field[j]) << bit;
        bit += w;
        if (bit < 64) continue;
        put(limb);
        bit -= 64;
        for (int j = 0; j < N; ++j)
            limb[j] = static_cast<U>(field[j]) >> (w - bit);  // w - bit of its bits are out; w < 64
    }
    const std::int64_t* top = row + last * size;
    for (int j = 0; j < N; ++j) limb[j] |= static_cast<U>(top[j]) << bit;
    put(limb);
    if (bit > 0) {
        for (int j = 0; j < N; ++j) limb[j] = static_cast<U>(top[j]) >> (64 - bit) | sign[j] << bit;
        put(limb);
    }
    while (l < count) put(sign);
}

}  // namespace
}  // namespace tercet::digits
