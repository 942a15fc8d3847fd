/// How far a computed tensor is from the exact one, in units in the last place of the computed type.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/scalars/rational.hpp>

#include <cstdint>
#include <vector>

namespace tercet::verify {

struct Comparison {
    double largest_ulp = 0, mean_ulp = 0;  // |computed - exact| / ulp(exact), rounded to the nearest double
    std::int64_t worst = 0;                // row-major index of the largest
    std::int64_t wrong_signs = 0;          // computed < 0 < exact or the other way round
    std::int64_t lost = 0;                 // computed 0 where the exact value is not
    std::int64_t spurious = 0;             // computed not 0 where the exact value is
    std::int64_t not_finite = 0;           // NaN or infinite; counted here and nowhere else
};

/// ulp(x) = 2^(e - p + 1) with 2^e <= |x| < 2^(e+1), and never below the smallest subnormal; p = 53 or 24 bits.
/// Throws ShapeError where the element counts differ.
Comparison compare(const AnyTensor<Rational>& exact, const std::vector<double>& computed, bool float32);

}  // namespace tercet::verify
