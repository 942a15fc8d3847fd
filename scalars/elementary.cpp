/// Proofs for elementary.hpp. They rest on MPFR's promise: mpfr_f(y, x, mode) stores f(x) rounded once, in that mode, to y's precision.
#include <tercet/scalars/elementary.hpp>
#include <tercet/scalars/mpfr_number.hpp>

namespace tercet {

namespace {

using Function = int(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/// f(x) rounded down or up, the tightest double.
/// Rounding down to a set of numbers takes the largest member that is <= f(x). Here that happens twice, to 53 bits with unbounded exponent
/// and then, in mpfr_get_d, to the doubles, which are a subset (fewer bits below 2^-1022, no value beyond the largest). The largest
/// double <= f(x) is also a number of 53 bits <= f(x), so it is <= the first result and the second rounding finds it. Up: mirrored.
double directed_value(Function f, double x, mpfr_rnd_t mode) {
    const MpfrScope scope;
    MpfrNumber y(53);
    f(y, exact_mpfr(x), mode);
    return mpfr_get_d(y, mode);
}

/// Both: of 53 bits, the number above f(x) is the one after that below, unless that is f(x), which f's ternary value tells.
BothRoundings both_values(Function f, double x) {
    const MpfrScope scope;
    MpfrNumber y(53);
    const int inexact = f(y, exact_mpfr(x), MPFR_RNDD);
    const double down = mpfr_get_d(y, MPFR_RNDD);
    if (inexact != 0) mpfr_nextabove(y);
    return {down, mpfr_get_d(y, MPFR_RNDU)};
}

/// s(x) = 1 / (1 + e), e = exp(-x) > 0. Each step is monotone: s falls as 1 + e grows, which grows with e. So for s_down round
/// e and 1 + e up and the quotient down; for s_up the other way about. Every intermediate value then errs to the outer side, and so does
/// s: no bound on the errors is needed. Each relative error is at most 2^-127, their sum under 2^-125: the result differs from
/// the tightest double only where a double lies that close to s(x).
/// Beyond |x| = 3e18 exp leaves even MPFR's range: rounded down to its largest number (then s_up is tiny, not 0) or up to inf (then
/// s_down = 1/inf = 0); e that underflows is 0 down (s_up = 1) or MPFR's smallest number up (s_down is next below 1). All outward.
MpfrNumber negated(double x) {
    MpfrNumber s = exact_mpfr(x);
    mpfr_neg(s, s, MPFR_RNDN);  // exact
    return s;
}
double sigmoid_of(const MpfrNumber& e, mpfr_rnd_t mode) {
    MpfrNumber s;
    mpfr_add_ui(s, e, 1, mode == MPFR_RNDD ? MPFR_RNDU : MPFR_RNDD);
    mpfr_ui_div(s, 1, s, mode);
    return mpfr_get_d(s, mode);
}
double sigmoid_value(double x, mpfr_rnd_t mode) {
    const MpfrScope scope;
    MpfrNumber e;
    mpfr_exp(e, negated(x), mode == MPFR_RNDD ? MPFR_RNDU : MPFR_RNDD);
    return sigmoid_of(e, mode);
}

/// f(x) to the nearest double, ties to even. With the exponents of double (0.5 <= m < 1: 2^-1074 is 0.5 * 2^-1073, the largest is below
/// 2^1024) a result at or above 2^-1022 is rounded once, to 53 bits, and overflows where a double does. A smaller one is rounded to 53 bits
/// and then by mpfr_subnormalize to a multiple of 2^-1074, which knows from the ternary value on which side of f(x) the
/// first rounding fell, so the outcome is that of one rounding. mpfr_get_d then changes nothing.
double nearest_double(Function f, double x) {
    const MpfrScope scope(-1073, 1024);
    MpfrNumber y(53);
    const int side = f(y, exact_mpfr(x), MPFR_RNDN);
    mpfr_subnormalize(y, side, MPFR_RNDN);
    return mpfr_get_d(y, MPFR_RNDN);
}

/// The same for 24 bits: the least float is 2^-149 = 0.5 * 2^-148.
float nearest_float(Function f, float x) {
    const MpfrScope scope(-148, 128);
    MpfrNumber argument(24), y(24);
    mpfr_set_flt(argument, x, MPFR_RNDN);  // exact
    const int side = f(y, argument, MPFR_RNDN);
    mpfr_subnormalize(y, side, MPFR_RNDN);
    return mpfr_get_flt(y, MPFR_RNDN);
}

}  // namespace

double exp_down(double x) { return directed_value(mpfr_exp, x, MPFR_RNDD); }
double exp_up(double x) { return directed_value(mpfr_exp, x, MPFR_RNDU); }
double log_down(double x) { return directed_value(mpfr_log, x, MPFR_RNDD); }
double log_up(double x) { return directed_value(mpfr_log, x, MPFR_RNDU); }
double tanh_down(double x) { return directed_value(mpfr_tanh, x, MPFR_RNDD); }
double tanh_up(double x) { return directed_value(mpfr_tanh, x, MPFR_RNDU); }
double sigmoid_down(double x) { return sigmoid_value(x, MPFR_RNDD); }
double sigmoid_up(double x) { return sigmoid_value(x, MPFR_RNDU); }

BothRoundings exp_both(double x) { return both_values(mpfr_exp, x); }
BothRoundings log_both(double x) { return both_values(mpfr_log, x); }
BothRoundings tanh_both(double x) { return both_values(mpfr_tanh, x); }
BothRoundings sigmoid_both(double x) {
    const MpfrScope scope;
    MpfrNumber e;
    const int inexact = mpfr_exp(e, negated(x), MPFR_RNDD);
    const double up = sigmoid_of(e, MPFR_RNDU);
    if (inexact != 0) mpfr_nextabove(e);
    return {sigmoid_of(e, MPFR_RNDD), up};
}

double exp_nearest(double x) { return nearest_double(mpfr_exp, x); }
double log_nearest(double x) { return nearest_double(mpfr_log, x); }
double tanh_nearest(double x) { return nearest_double(mpfr_tanh, x); }
float exp_nearest(float x) { return nearest_float(mpfr_exp, x); }
float log_nearest(float x) { return nearest_float(mpfr_log, x); }
float tanh_nearest(float x) { return nearest_float(mpfr_tanh, x); }

}  // namespace tercet
