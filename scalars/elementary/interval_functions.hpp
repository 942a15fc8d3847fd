/// Seventeen more functions of intervals: the tightest interval of doubles that contains { f(t) : t in x, t in the
/// domain of f }, but for tan, which is the whole line where x contains a pole. Of a point, one call of MPFR gives both
/// ends.
///
/// An infinite end means unbounded and gives f's limit: atan of the line is pi/2 either way, rounded outward; sin of a
/// half-line is [-1, 1]. Results do not depend on MXCSR.
#pragma once

#include <tercet/scalars/interval_number.hpp>

namespace tercet {

Interval expm1(const Interval& x);
Interval erf(const Interval& x);
Interval erfc(const Interval& x);
Interval sinh(const Interval& x);
Interval cosh(const Interval& x);
Interval asinh(const Interval& x);
Interval sin(const Interval& x);
Interval cos(const Interval& x);
Interval tan(const Interval& x);
Interval atan(const Interval& x);
Interval floor(const Interval& x);
Interval round_even(const Interval& x);

/// These throw DomainError where x has no number of the domain.
Interval log1p(const Interval& x);  // t > -1, unbounded below where x reaches -1
Interval asin(const Interval& x);   // |t| <= 1
Interval acos(const Interval& x);   // |t| <= 1
Interval acosh(const Interval& x);  // t >= 1
Interval atanh(const Interval& x);  // |t| < 1, unbounded where x reaches -1 or 1

}  // namespace tercet
