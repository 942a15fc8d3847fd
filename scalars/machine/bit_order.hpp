/// order(a) < order(b) exactly where a < b, and order(a) == order(b) exactly where a == b, read from the bits in
/// integer arithmetic.
///
/// With DAZ on, the processor's comparisons take subnormals for 0: `5e-324 > 0` is false, std::max(0.0, 5e-324) is 0,
/// and a case analysis by signs takes the wrong arm (any library built with -ffast-math turns DAZ on in the whole
/// process). So whatever a bound rests on compares by order(). Signs come with it: a > 0 is order(a) > 0, and both
/// zeros have order 0.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace tercet {

static_assert(std::numeric_limits<double>::is_iec559 && sizeof(double) == 8);

/// The bits b of a double >= +0 grow with it, as a signed integer; those of -x are b(x) + 2^63, that is INT64_MIN +
/// b(x): mapped to -b(x). -NaN < order(-inf) and order(inf) < +NaN, so NaN lies outside [order(-inf), order(inf)].
constexpr std::int64_t order(double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}

inline constexpr std::int64_t order_infinity = order(std::numeric_limits<double>::infinity());

constexpr bool is_nan(double x) { return order(x) > order_infinity || order(x) < -order_infinity; }

static_assert(order(0.0) == 0 && order(-0.0) == 0);
static_assert(order(0x1p-1074) == 1 && order(-0x1p-1074) == -1);
static_assert(order(-std::numeric_limits<double>::infinity()) == -order_infinity);
static_assert(order(-2.0) < order(-1.0) && order(-1.0) < order(0x1p-1030) && order(1.0) < order(2.0));
static_assert(is_nan(std::numeric_limits<double>::quiet_NaN()) && is_nan(-std::numeric_limits<double>::quiet_NaN()) &&
              !is_nan(1.0));

}  // namespace tercet
