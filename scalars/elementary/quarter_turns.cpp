/// k pi/2 in [l, u] means ceil(2l/pi) <= k <= floor(2u/pi). 2x/pi is irrational for every double x != 0, since pi is,
/// so its floor is found from bounds that are close enough: bounds a <= 2x/pi <= b with floor a = floor b.
#include <tercet/scalars/elementary/mpfr_number.hpp>
#include <tercet/scalars/elementary/quarter_turns.hpp>
#include <tercet/scalars/machine/bit_order.hpp>
#include <tercet/scalars/rational_number.hpp>

#include <algorithm>

namespace tercet {

namespace {

mpz_ptr raw(Integer& x) { return x.backend().data(); }

/// floor(2 |x| / pi) for finite x != 0, |x| < 2^e.
///
/// Each bound is |x|, exact, over pi/2 rounded the other way (halving is exact), the quotient rounded outward. With p
/// bits the bounds differ by a relative error below 2^(3-p): at most 2^(e+3-p), for 2/pi < 1. Whatever p is, floors
/// that agree are the floor of what lies between; they disagree only where an integer lies between the bounds, and as
/// 2|x|/pi is none, some p suffices. The first p = max(e, 0) + 120 leaves an error of 2^-117 (where e < 0, the quotient
/// is below 1 and both floors are 0); doubles come no nearer to a multiple of pi/2 than about 2^-61, so it is also the
/// last. That speaks of time only: nothing rests on it.
Integer quarter_of(double x) {
    const MpfrNumber number = exact_mpfr(x);
    MpfrNumber magnitude(53);
    mpfr_abs(magnitude, number, MPFR_RNDN);  // exact
    for (mpfr_prec_t p = std::max<mpfr_prec_t>(mpfr_get_exp(static_cast<mpfr_srcptr>(magnitude)), 0) + 120;; p *= 2) {
        Integer floors[2];
        for (const bool up : {false, true}) {
            MpfrNumber quotient(p);
            mpfr_const_pi(quotient, up ? MPFR_RNDD : MPFR_RNDU);
            mpfr_div_2ui(quotient, quotient, 1, MPFR_RNDN);
            mpfr_div(quotient, magnitude, quotient, up ? MPFR_RNDU : MPFR_RNDD);
            mpfr_get_z(raw(floors[up]), quotient, MPFR_RNDD);
        }
        if (floors[0] == floors[1]) return floors[0];
    }
}

/// The least k with k pi/2 >= x. For x < 0: 2x/pi lies between -q - 1 and -q, q the floor of its magnitude. For x > 0
/// between q and q + 1.
Integer ceiling(double x) {
    if (order(x) == 0) return 0;
    const Integer q = quarter_of(x);
    return order(x) < 0 ? Integer(-q) : Integer(q + 1);
}

/// The greatest k with k pi/2 <= x.
Integer floor(double x) { return -ceiling(-x); }

}  // namespace

QuarterTurns quarter_turns(double lower, double upper) {
    if (order(lower) == -order_infinity || order(upper) == order_infinity) return {0, 4};
    const MpfrScope scope;
    const Integer first = ceiling(lower), count = floor(upper) - first + 1;  // at least 0: floor(x) >= ceiling(x) - 1
    return {static_cast<int>(mpz_fdiv_ui(first.backend().data(), 4)), count > 4 ? 4 : static_cast<int>(count)};
}

}  // namespace tercet
