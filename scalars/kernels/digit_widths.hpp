/// How two matrices of integers are cut into digits, so that sums of digit products fit in 64 bits.
///
/// a = sum_d a_d 2^(w d), b = sum_e b_e 2^(w e), hence sum_k a_k b_k = sum_s 2^(w s) acc_s with acc_s = sum_k sum_(d +
/// e = s) a_d b_e.
#pragma once

#include <tercet/scalars/kernels/digit_engine.hpp>

namespace tercet::digits {

constexpr std::int64_t fewer_digits(const Widths& p) { return p.a < p.b ? p.a : p.b; }

constexpr std::int64_t ceil_div(std::int64_t n, std::int64_t d) { return (n + d - 1) / d; }

/// The least b with n <= 2^b, n > 0.
constexpr std::int64_t ceil_log2(std::int64_t n) {
    std::int64_t b = 0;
    while ((std::int64_t{1} << b) < n) ++b;
    return b;
}

/// Balanced digits in [-2^(w-1), 2^(w-1)], for products of 32-bit integers.
///
/// An integer in [-2^n, 2^n) has n + 1 bits with its sign, so D = ceil((n + 1)/w) digits. Digit d is the w bits at
/// place d as a signed number, plus the top bit of the digit below, which counted negatively there. No carry runs, and
/// a single digit is the integer itself. So
///     |digit| <= 2^min(w - 1, n),   |acc_s| <= chunk min(D_a, D_b) 2^(min(w - 1, n_a) + min(w - 1, n_b)),
/// and the chunk is the largest that keeps this within 2^62: a carry of at most 2^(63 - w) more still fits. w <= 31,
/// since 2^(w - 1) itself is a digit. The width is the one with the least cost: products, plus about 16 products' time
/// to move the carries of each place after each chunk.
constexpr Widths balanced(std::int64_t bits_a, std::int64_t bits_b, std::int64_t depth) {
    Widths best{0, 0, 0, 0};
    std::int64_t least = 0;
    for (int w = 31; w >= 12; --w) {
        Widths p{w, ceil_div(bits_a + 1, w), ceil_div(bits_b + 1, w), 0};
        const std::int64_t top_a = bits_a < w - 1 ? bits_a : w - 1, top_b = bits_b < w - 1 ? bits_b : w - 1;
        const std::int64_t room = 62 - top_a - top_b - ceil_log2(fewer_digits(p));
        if (room < 0) continue;
        p.chunk = room >= 40 ? std::int64_t{1} << 40 : std::int64_t{1} << room;
        const std::int64_t cost = depth * p.a * p.b + ceil_div(depth, p.chunk) * 16 * (p.a + p.b);
        if (best.width == 0 || cost < least) {
            best = p;
            least = cost;
        }
    }
    return best;
}

/// Digits in [0, 2^52) of a + 2^(52 D_a - 1) and b + 2^(52 D_b - 1), for the halves of 52-bit products.
///
/// A place takes min(D) low and min(D) high halves a k, each below 2^52: chunk 2 min(D) <= 4095 keeps the sum with a
/// carry below 2^64. What the two offsets add to the product is sums of digits, taken off at the end of each chunk
/// (digit_gemm.hpp); these need chunk <= 1023. chunk is 0 where min(D) > 2047: too many digits for this engine.
constexpr Widths offset52(std::int64_t bits_a, std::int64_t bits_b) {
    Widths p{52, ceil_div(bits_a + 1, 52), ceil_div(bits_b + 1, 52), 0};
    const std::int64_t room = 4095 / (2 * fewer_digits(p));
    p.chunk = room < 1023 ? room : 1023;
    return p;
}

/// The widths of this engine's kind. Its chunk is 0 where the engine cannot cut so many digits.
Widths widths_for(const Engine& engine, std::int64_t bits_a, std::int64_t bits_b, std::int64_t depth);

/// The engine of this processor (processor.hpp). The AVX-512 one, when first chosen, must agree with the portable one
/// on a fixed product.
const Engine& engine();

/// The same for a row times a matrix; AVX-512 processors use the AVX2 one, since reading the matrix is what takes the
/// time.
const Engine& row_engine();

}  // namespace tercet::digits
