/// Proofs for slopes.hpp.
///
/// With e in [0, 1], h(e) = e / (1 + e)^2 has the slope (1 - e) / (1 + e)^3 >= 0: it rises with e. So a lower bound of
/// e gives a lower bound of h, and there (1 + e)^2 is rounded up and the quotient down; an upper bound the other way
/// about. tanh' = 1 - tanh^2 = 4 exp(2x) / (exp(2x) + 1)^2 = 4 h(exp(-2|x|)), and h(exp(-|x|)) = s(x) s(-x) = s'(x).
/// |x|, 2|x| and 4 h are exact in MPFR.
///
/// Errors: e, 1 + e, its square and the quotient are each rounded once to p = 80 bits; e's error reaches h by a factor
/// |1 - e| / (1 + e) <= 1, that of 1 + e by 2. Relative, a result is off by at most (1 + 2 + 1 + 1) 2^-79 < 2^-76 with
/// directed roundings, half of that to nearest; 1/2 ulp of a double is at least 2^-54 of it, so the last rounding, to
/// 53 bits or fewer, is that of the real slope, or off by less than 2^-21 ulp.
/// Beyond |x| = 3e18 exp leaves MPFR's range: down it is 0, up MPFR's least number, so a slope that is not 0 keeps its
/// upper bound.
#include <tercet/scalars/elementary/mpfr_number.hpp>
#include <tercet/scalars/elementary/slopes.hpp>

namespace tercet {

namespace {

constexpr mpfr_prec_t precision = 80;

/// factor h(exp(-scale |x|)): scale and factor are powers of two.
struct Bell {
    unsigned scale_exponent, factor_exponent;
};
constexpr Bell logistic{0, 0}, hyperbolic{1, 2};

/// -scale |x|, exactly.
MpfrNumber exponent_of(const Bell& bell, double x) {
    MpfrNumber a = exact_mpfr(x);
    mpfr_abs(a, a, MPFR_RNDN);
    mpfr_neg(a, a, MPFR_RNDN);
    mpfr_mul_2ui(a, a, bell.scale_exponent, MPFR_RNDN);
    return a;
}

/// factor h(e), rounded to `mode` for an e that is.
MpfrNumber slope_of(const Bell& bell, const MpfrNumber& e, mpfr_rnd_t mode) {
    const mpfr_rnd_t opposite = mode == MPFR_RNDD ? MPFR_RNDU : mode == MPFR_RNDU ? MPFR_RNDD : MPFR_RNDN;
    MpfrNumber square(precision), slope(precision);
    mpfr_add_ui(square, e, 1, opposite);
    mpfr_sqr(square, square, opposite);
    mpfr_div(slope, e, square, mode);
    mpfr_mul_2ui(slope, slope, bell.factor_exponent, MPFR_RNDN);
    return slope;
}

/// The least slope is at the largest |x|, the greatest at the least. Where these are one number, so is the exponential:
/// rounded up it is the next number after the one rounded down, unless that was exact.
Interval range(const Bell& bell, const Interval& x) {
    const Interval size = abs(x);
    const MpfrScope scope;
    MpfrNumber e(precision);
    const int inexact = mpfr_exp(e, exponent_of(bell, size.upper()), MPFR_RNDD);
    const double least = mpfr_get_d(slope_of(bell, e, MPFR_RNDD), MPFR_RNDD);
    if (order(size.lower()) == 0) mpfr_set_ui(e, 1, MPFR_RNDN);
    else if (order(size.lower()) != order(size.upper())) mpfr_exp(e, exponent_of(bell, size.lower()), MPFR_RNDU);
    else if (inexact != 0) mpfr_nextabove(e);
    return {least, mpfr_get_d(slope_of(bell, e, MPFR_RNDU), MPFR_RNDU)};
}

MpfrNumber nearest(const Bell& bell, double x) {
    MpfrNumber e(precision);
    mpfr_exp(e, exponent_of(bell, x), MPFR_RNDN);
    return slope_of(bell, e, MPFR_RNDN);
}
double nearest_double(const Bell& bell, double x) {
    const MpfrScope scope;
    return mpfr_get_d(nearest(bell, x), MPFR_RNDN);
}
float nearest_float(const Bell& bell, float x) {
    const MpfrScope scope;
    return mpfr_get_flt(nearest(bell, static_cast<double>(x)), MPFR_RNDN);
}

}  // namespace

Interval sigmoid_slope(const Interval& x) { return range(logistic, x); }
Interval tanh_slope(const Interval& x) { return range(hyperbolic, x); }
double sigmoid_slope_nearest(double x) { return nearest_double(logistic, x); }
double tanh_slope_nearest(double x) { return nearest_double(hyperbolic, x); }
float sigmoid_slope_nearest(float x) { return nearest_float(logistic, x); }
float tanh_slope_nearest(float x) { return nearest_float(hyperbolic, x); }

}  // namespace tercet
