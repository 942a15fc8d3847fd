/// Proofs for elementary.hpp: of one function of MPFR in mpfr_rounded.hpp, of sigmoid here.
#include <tercet/scalars/elementary/elementary.hpp>
#include <tercet/scalars/elementary/mpfr_rounded.hpp>

namespace tercet {

namespace {

/// s(x) = 1 / (1 + e), e = exp(-x) > 0. Each step is monotone: s falls as 1 + e grows, which grows with e. So for
/// s_down round e and 1 + e up and the quotient down; for s_up the other way about. Every intermediate value then errs
/// to the outer side, and so does s: no bound on the errors is needed. Each relative error is at most 2^-127, their sum
/// under 2^-125: the result differs from the tightest double only where a double lies that close to s(x).
/// Beyond |x| = 3e18 exp leaves even MPFR's range: rounded down to its largest number (then s_up is tiny, not 0) or up
/// to inf (then s_down = 1/inf = 0); e that underflows is 0 down (s_up = 1) or MPFR's smallest number up (s_down is
/// next below 1). All outward.
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
