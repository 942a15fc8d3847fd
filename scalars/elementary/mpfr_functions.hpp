/// Fifteen more functions of one double, by name: rounded down, up, or to nearest; proofs in mpfr_rounded.hpp.
///
/// value_down(f, x) <= f(x) <= value_up(f, x), the two tightest doubles. value_nearest is correctly rounded, ties to
/// even, subnormal results included. Results do not depend on MXCSR, compiler or machine. A call costs some
/// microseconds, sin of a huge number some more.
///
/// Edge cases: at the ends of the domain the limit, exactly where it is a double: atanh(1) = inf, log1p(-1) = -inf,
/// erf(inf) = 1, erfc(inf) = 0; atan(inf) is pi/2 rounded. Overflow: the largest finite double down, inf up and to
/// nearest. NaN, a number outside the domain, and sin, cos, tan of an infinity give NaN.
#pragma once

#include <tercet/scalars/elementary/elementary.hpp>

namespace tercet {

enum class MpfrFunction { expm1, log1p, erf, sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erfc };

double value_down(MpfrFunction f, double x);
double value_up(MpfrFunction f, double x);
BothRoundings value_both(MpfrFunction f, double x);
double value_nearest(MpfrFunction f, double x);
float value_nearest(MpfrFunction f, float x);

/// 2/sqrt(pi) = 1.12837916709551257389615890312.., between neighbouring doubles and nearer to the lower one. The float
/// nearest to that double is also the float nearest to 2/sqrt(pi): beyond its 24th bit the double has 0x.8214db68
/// units, above one half and no tie.
inline constexpr BothRoundings two_over_sqrt_pi_bounds = {0x1.20dd750429b6dp+0, 0x1.20dd750429b6ep+0};

}  // namespace tercet
