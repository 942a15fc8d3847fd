/// Between exact rationals and binary floating point: the one place where a fraction becomes a double or a float.
///
/// Let F be the doubles with both infinities. For q rational,
///   round_down(q) = max { x in F : x <= q },   round_up(q) = min { x in F : x >= q },
///   round_nearest(q) as IEEE 754, ties to even.
/// All of it is integer arithmetic on p, d and the bits of the result: neither rounding mode nor FTZ/DAZ plays a part.
#pragma once

#include <tercet/scalars/rational_number.hpp>

namespace tercet {

/// The largest double <= q. Edge cases: beyond the largest finite double M it is M; below -M it is -inf. A result 0 of
/// a negative q is -0.
double round_down(const RationalNumber& q);

/// The smallest double >= q: -round_down(-q).
double round_up(const RationalNumber& q);

/// The double nearest to q, ties to the even significand; infinite when |q| >= 2^1024 - 2^970 (half a unit beyond M).
double round_nearest(const RationalNumber& q);

/// The float nearest to q, rounded once (through a double it would be rounded twice); infinite when |q| >= 2^128 -
/// 2^103.
float round_nearest_float(const RationalNumber& q);

/// The number that x is, m * 2^e in lowest terms. Throws DomainError on NaN and infinities.
RationalNumber exact_rational(double x);

}  // namespace tercet
