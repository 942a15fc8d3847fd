/// f(x) for a function f of MPFR, rounded down, up, both, or to nearest.
///
/// The proofs rest on MPFR's promise: mpfr_f(y, x, mode) stores f(x) rounded once, in that mode, to y's precision.
/// For the library's sources only.
#pragma once

#include <tercet/scalars/elementary/elementary.hpp>
#include <tercet/scalars/elementary/mpfr_number.hpp>

namespace tercet {

using MpfrCall = int(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/// f(x) rounded down or up, the tightest double.
/// Rounding down to a set of numbers takes the largest member that is <= f(x). Here that happens twice, to 53 bits with
/// unbounded exponent and then, in mpfr_get_d, to the doubles, which are a subset (fewer bits below 2^-1022, no value
/// beyond the largest). The largest double <= f(x) is also a number of 53 bits <= f(x), so it is <= the first result
/// and the second rounding finds it. Up: mirrored.
inline double directed_value(MpfrCall f, double x, mpfr_rnd_t mode) {
    const MpfrScope scope;
    MpfrNumber y(53);
    f(y, exact_mpfr(x), mode);
    return mpfr_get_d(y, mode);
}

/// Both: of 53 bits, the number above f(x) is the one after that below, unless that is f(x), which f's ternary value
/// tells.
inline BothRoundings both_values(MpfrCall f, double x) {
    const MpfrScope scope;
    MpfrNumber y(53);
    const int inexact = f(y, exact_mpfr(x), MPFR_RNDD);
    const double down = mpfr_get_d(y, MPFR_RNDD);
    if (inexact != 0) mpfr_nextabove(y);
    return {down, mpfr_get_d(y, MPFR_RNDU)};
}

/// f(x) to the nearest double, ties to even. With the exponents of double (0.5 <= m < 1: 2^-1074 is 0.5 * 2^-1073, the
/// largest is below 2^1024) a result at or above 2^-1022 is rounded once, to 53 bits, and overflows where a double
/// does. A smaller one is rounded to 53 bits and then by mpfr_subnormalize to a multiple of 2^-1074, which knows from
/// the ternary value on which side of f(x) the first rounding fell, so the outcome is that of one rounding. mpfr_get_d
/// then changes nothing.
inline double nearest_double(MpfrCall f, double x) {
    const MpfrScope scope(-1073, 1024);
    MpfrNumber y(53);
    const int side = f(y, exact_mpfr(x), MPFR_RNDN);
    mpfr_subnormalize(y, side, MPFR_RNDN);
    return mpfr_get_d(y, MPFR_RNDN);
}

/// The same for 24 bits: the least float is 2^-149 = 0.5 * 2^-148.
inline float nearest_float(MpfrCall f, float x) {
    const MpfrScope scope(-148, 128);
    MpfrNumber argument(24), y(24);
    mpfr_set_flt(argument, x, MPFR_RNDN);  // exact
    const int side = f(y, argument, MPFR_RNDN);
    mpfr_subnormalize(y, side, MPFR_RNDN);
    return mpfr_get_flt(y, MPFR_RNDN);
}

}  // namespace tercet
