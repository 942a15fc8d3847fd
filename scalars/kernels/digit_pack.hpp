/// Long integers cut into digits and packed for a kernel's vectors: for each block of columns, digit by digit, k by k,
/// the block's digits side by side; then the sums of pairs of digits. What the digits are: digit_widths.hpp and
/// Ops::digit. See digit_gemm.hpp for Ops.
#pragma once

#include <tercet/scalars/kernels/digit_engine.hpp>

namespace tercet::digits {
namespace {

template <class Ops>
constexpr int columns = Ops::vectors* Ops::lanes;

inline std::int64_t blocks(std::int64_t n, std::int64_t size) { return (n + size - 1) / size; }

/// Pairs: a_i b_j + a_j b_i = (a_i + a_j)(b_i + b_j) - a_i b_i - a_j b_j, so q x q digits take q (q + 1)/2 products
/// instead of q^2. All of it is modulo 2^64, where the sums of schoolbook products fit, so nothing else has to. Digit
/// sums must be digits: |a_i + a_j| <= 2^w, hence w <= 30.
///
/// q, the digits a block of pairs has, or 0: products one by one, for halves of products and where the depth is too
/// small.
template <class Ops>
std::int64_t pair_block(const Widths& p, std::int64_t depth) {
    const std::int64_t fewer = p.a < p.b ? p.a : p.b;
    if (Ops::parts == 2 || depth < 16 || p.width > 30 || fewer < 2) return 0;
    return fewer < 8 ? fewer : 8;
}

/// n zeros; n is a value, which no store can change.
template <class T>
void clear(T* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = 0;
}

/// Packed planes of D digits: the digits, then for each block of q of them the sums of digits i < j.
inline std::int64_t planes_of(std::int64_t D, std::int64_t q) {
    return q == 0 ? D : D + blocks(D, q) * (q * (q - 1) / 2);
}
inline std::int64_t pair_plane(std::int64_t D, std::int64_t q, std::int64_t first, std::int64_t i, std::int64_t j) {
    return D + first / q * (q * (q - 1) / 2) + i * q - i * (i + 1) / 2 + j - i - 1;
}

/// Digit d of D of n integers, `stride` apart from position `at` on: the w bits from bit d w on, sign-extended above
/// the top limb.
template <class Ops>
void split(const Widths& p, std::int64_t D, const IntegerMatrix& m, std::int64_t at, std::int64_t stride,
           std::int64_t n, std::int64_t d, typename Ops::Digit* out) {
    using U = std::uint64_t;
    const std::int64_t bit = d * p.width, q = bit / 64;
    const int r = static_cast<int>(bit % 64), w = p.width;
    const bool top = d == D - 1;
    if (m.count == 0) {
        for (std::int64_t i = 0; i < n; ++i) out[i] = Ops::digit(0, 0, w, top);
        return;
    }
    const U* low = m.limbs + q * m.plane + at;
    const std::int64_t below = bit == 0 ? 0 : bit - 1;  // the top bit of the digit below
    const U* before = m.limbs + below / 64 * m.plane + at;
    const int rb = static_cast<int>(below % 64);
    const U any = bit == 0 ? 0 : 1;
    const auto fill = [&](auto field) {
        if (stride == 1)
            for (std::int64_t i = 0; i < n; ++i) out[i] = Ops::digit(field(i), before[i] >> rb & any, w, top);
        else
            for (std::int64_t i = 0; i < n; ++i)
                out[i] = Ops::digit(field(i * stride), before[i * stride] >> rb & any, w, top);
    };
    if (r + w <= 64) {
        fill([=](std::int64_t i) { return low[i] >> r; });
    } else if (q + 1 < m.count) {
        const U* high = low + m.plane;
        fill([=](std::int64_t i) { return low[i] >> r | high[i] << (64 - r); });
    } else {
        fill([=](std::int64_t i) { return low[i] >> r | (0 - (low[i] >> 63)) << (64 - r); });
    }
}

/// Columns first .. first + n of m, K x .., in blocks: out[((block planes + d) K + k) Block + place of the column].
/// Places beyond n are 0.
template <class Ops, int Block, bool Right>
void pack(const Widths& p, std::int64_t D, std::int64_t q, const IntegerMatrix& m, std::int64_t first, std::int64_t n,
          typename Ops::Digit* out) {
    constexpr std::int64_t line = 256;
    typename Ops::Digit digits[line];
    const std::int64_t K = m.rows, planes = planes_of(D, q);
    const auto place = [](std::int64_t c) { return Right ? Ops::slot(static_cast<int>(c)) : static_cast<int>(c); };
    const auto at = [&](std::int64_t k, std::int64_t j) {
        return m.offset + k * m.row_stride + (first + j) * m.col_stride;
    };
    if (n % Block != 0)
        for (std::int64_t d = 0; d < D; ++d)
            for (std::int64_t k = 0; k < K; ++k)
                for (std::int64_t c = n % Block; c < Block; ++c)
                    out[((n / Block * planes + d) * K + k) * Block + place(c)] = 0;
    if (m.col_stride == 1) {
        for (std::int64_t k = 0; k < K; ++k)
            for (std::int64_t j0 = 0; j0 < n; j0 += line / Block * Block) {
                const std::int64_t count = n - j0 < line / Block * Block ? n - j0 : line / Block * Block;
                for (std::int64_t d = 0; d < D; ++d) {
                    split<Ops>(p, D, m, at(k, j0), 1, count, d, digits);
                    for (std::int64_t j = 0; j < count; j += Block) {
                        auto* to = out + (((j0 + j) / Block * planes + d) * K + k) * Block;
                        if (count - j >= Block)
                            for (int c = 0; c < Block; ++c) to[place(c)] = digits[j + c];
                        else
                            for (std::int64_t c = 0; c < count - j; ++c) to[place(c)] = digits[j + c];
                    }
                }
            }
    } else {
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t d = 0; d < D; ++d) {
                auto* to = out + (j / Block * planes + d) * K * Block + place(j % Block);
                for (std::int64_t k = 0; k < K; k += line) {
                    const std::int64_t count = K - k < line ? K - k : line;
                    split<Ops>(p, D, m, at(k, j), m.row_stride, count, d, digits);
                    for (std::int64_t i = 0; i < count; ++i) to[(k + i) * Block] = digits[i];
                }
            }
    }
    for (std::int64_t block = 0; q > 0 && block * Block < n; ++block) {
        auto* digit = out + block * planes * K * Block;
        for (std::int64_t o = 0; o < D; o += q)
            for (std::int64_t i = 0; i < q && o + i < D; ++i)
                for (std::int64_t j = i + 1; j < q && o + j < D; ++j) {
                    auto* sum = digit + pair_plane(D, q, o, i, j) * K * Block;
                    for (std::int64_t e = 0; e < K * Block; ++e)
                        sum[e] = digit[(o + i) * K * Block + e] + digit[(o + j) * K * Block + e];
                }
    }
}

}  // namespace
}  // namespace tercet::digits
