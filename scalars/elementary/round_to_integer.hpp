/// floor and the nearest integer of a double, from its bits in integer arithmetic: exact in every state of MXCSR (with
/// DAZ on, the processor's floor of -2^-1074 would be 0 instead of -1).
///
/// A result 0 has the sign of x. Edge cases: integers, infinities and NaN are returned as they are.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace tercet {

namespace detail {

/// x = +-2^e (1 + f), f the fraction of 52 bits; e = -1023 for subnormals and 0, 1024 for infinities and NaN.
constexpr int binary_exponent(std::uint64_t bits) { return static_cast<int>(bits >> 52 & 0x7ff) - 1023; }
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63, bits_of_one = std::bit_cast<std::uint64_t>(1.0);

}  // namespace detail

/// The greatest integer <= x.
/// For 0 <= e < 52 the low 52 - e bits are the digits below 1. Cleared, they leave the next integer towards 0. Where x
/// is negative and any of them is set, their mask is added first, which carries into the next integer away from 0; a
/// carry out of the fraction enters the exponent, as it should.
constexpr double floor_of(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const int e = detail::binary_exponent(bits);
    const bool negative = (bits & detail::sign_bit) != 0;
    if (e >= 52) return x;
    if (e < 0) return (bits & ~detail::sign_bit) == 0 ? x : negative ? -1.0 : 0.0;
    const std::uint64_t below = (std::uint64_t{1} << (52 - e)) - 1;
    const bool integer = (bits & below) == 0;
    return std::bit_cast<double>((bits + (negative && !integer ? below : 0)) & ~below);
}

/// The integer nearest to x, of two the even one.
/// For 0 <= e < 52 add half a unit, less one in the last place where the integer is even, and clear the digits below 1:
/// then exactly the fractions above 1/2, and 1/2 after an odd integer, carry. The lowest bit of the integer is the bit
/// of value 1, which for e = 0 is the lowest of the biased exponent 1023, odd as the integer 1 is.
constexpr double round_even_of(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const int e = detail::binary_exponent(bits);
    const std::uint64_t sign = bits & detail::sign_bit;
    if (e >= 52) return x;
    if (e < 0) {  // |x| < 1: 1 where |x| > 1/2, which has e = -1 and a fraction
        const bool one = e == -1 && (bits & ((std::uint64_t{1} << 52) - 1)) != 0;
        return std::bit_cast<double>(sign | (one ? detail::bits_of_one : 0));
    }
    const std::uint64_t unit = std::uint64_t{1} << (52 - e), odd = bits / unit & 1;
    return std::bit_cast<double>((bits + unit / 2 - 1 + odd) & ~(unit - 1));
}

static_assert(floor_of(-0x1p-1074) == -1 && floor_of(0x1p-1074) == 0 && floor_of(-1.5) == -2 && floor_of(-3.0) == -3 &&
              floor_of(2.75) == 2 && floor_of(-0x1.fffffffffffffp+1) == -4);
static_assert(round_even_of(0.5) == 0 && round_even_of(1.5) == 2 && round_even_of(-2.5) == -2 &&
              round_even_of(-0.75) == -1 && round_even_of(0x1.fffffffffffffp+0) == 2 &&
              round_even_of(0x1.0000000000001p-1) == 1);

}  // namespace tercet
