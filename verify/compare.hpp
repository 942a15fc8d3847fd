/// How far a computed tensor is from the exact one, in units in the last place of the computed type.
///
///   ulp(x) = 2^max(e - p + 1, m)    2^e <= |x| < 2^(e+1), p the bits of a significand, 2^m the least subnormal
///
/// so that a correctly rounded value is at most 1/2 ulp away, underflow to 0 included.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/scalars/rational.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tercet::verify {

/// A binary floating-point type of p bits, whose numbers are multiples of 2^least and below 2^(largest + 1).
struct Format {
    const char* name;
    int precision, least, largest;
};

inline constexpr Format float64{"float64", 53, -1074, 1023}, float32{"float32", 24, -149, 127},
    float16{"float16", 11, -24, 15}, bfloat16{"bfloat16", 8, -133, 127};

struct Comparison {
    double largest_ulp = 0,
           mean_ulp = 0;  // |computed - exact| / ulp(exact), rounded to the nearest double; NaN if some computed value
                          // is NaN, else infinite if one is infinite and should not be
    /// Row-major index of the largest: the first NaN, or infinity, or error; none where all are equal.
    std::optional<std::int64_t> worst;
    std::int64_t wrong_signs = 0;  // computed < 0 < exact or the other way round
    std::int64_t lost = 0;         // computed 0 where the exact value is not
    std::int64_t spurious = 0;     // computed not 0 where the exact value is
    std::int64_t nan = 0;          // computed NaN: counted here and nowhere else
    std::int64_t infinite = 0;     // computed infinity where the exact value does not round to it
    std::int64_t beyond = 0;       // error > limit, decided exactly: NaN and wrong infinities included

    /// Finite wherever it should be, and no sign wrong.
    bool sound() const { return nan == 0 && infinite == 0 && wrong_signs == 0; }
};

/// An infinity is right, with error 0, where the exact value is so large that rounding to nearest gives it:
/// |x| >= 2^(largest + 1) - 2^(largest - p), half a unit beyond the largest finite number. Any other infinity has
/// infinite error.
/// Throws ShapeError where the element counts differ.
Comparison compare(const AnyTensor<Rational>& exact, const std::vector<double>& computed, const Format& format,
                   const std::optional<RationalNumber>& limit = {});

}  // namespace tercet::verify
