/// The cases, l and u the ends of x after what lies outside the domain is cut off:
///   rising    expm1 log1p erf asin atan sinh asinh acosh atanh    [f(l), f(u)]
///   falling   acos erfc                                           [f(u), f(l)]
///   even, rising from 0   cosh                                    f of [min |t|, max |t|]
///   sin, cos  the maximum is 1 where x contains a place of it, else it stands at an end; the minimum -1 likewise
///   tan       rising where x contains no pole
/// Rounding down is monotone: of two ends the lesser rounded one is the lesser one rounded.
#include <tercet/scalars/elementary/interval_functions.hpp>
#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/elementary/quarter_turns.hpp>
#include <tercet/scalars/elementary/round_to_integer.hpp>

#include <limits>

namespace tercet {

namespace {

using F = MpfrFunction;

constexpr double unbounded = std::numeric_limits<double>::infinity();

bool is_point(const Interval& x) { return order(x.lower()) == order(x.upper()); }

Interval at_point(F f, double x) {
    const BothRoundings y = value_both(f, x);
    return {y.down, y.up};
}

Interval rising(F f, const Interval& x) {
    return is_point(x) ? at_point(f, x.lower()) : Interval(value_down(f, x.lower()), value_up(f, x.upper()));
}

Interval falling(F f, const Interval& x) {
    return is_point(x) ? at_point(f, x.lower()) : Interval(value_down(f, x.upper()), value_up(f, x.lower()));
}

/// The part of x in [lowest, highest], which must not be empty.
Interval clipped(const Interval& x, double lowest, double highest) {
    return {order(x.lower()) < order(lowest) ? lowest : x.lower(),
            order(x.upper()) > order(highest) ? highest : x.upper()};
}

/// A wave that is 1 at k pi/2 for k = top, and -1 for k = top + 2, modulo 4.
Interval wave(F f, int top, const Interval& x) {
    if (is_point(x)) return at_point(f, x.lower());
    const QuarterTurns turns = quarter_turns(x.lower(), x.upper());
    const bool has_top = turns.contains(top), has_bottom = turns.contains((top + 2) % 4);
    double lower = -1, upper = 1;
    if (!has_top || !has_bottom) {  // then x is bounded
        const Interval at_ends = hull(at_point(f, x.lower()), at_point(f, x.upper()));
        if (!has_bottom) lower = at_ends.lower();
        if (!has_top) upper = at_ends.upper();
    }
    return {lower, upper};
}

}  // namespace

Interval expm1(const Interval& x) { return rising(F::expm1, x); }
Interval erf(const Interval& x) { return rising(F::erf, x); }
Interval erfc(const Interval& x) { return falling(F::erfc, x); }
Interval sinh(const Interval& x) { return rising(F::sinh, x); }
Interval cosh(const Interval& x) { return rising(F::cosh, abs(x)); }
Interval asinh(const Interval& x) { return rising(F::asinh, x); }
Interval atan(const Interval& x) { return rising(F::atan, x); }

Interval sin(const Interval& x) { return wave(F::sin, 1, x); }
Interval cos(const Interval& x) { return wave(F::cos, 0, x); }

/// The poles are k pi/2 for odd k; no double is one.
Interval tan(const Interval& x) {
    if (is_point(x)) return at_point(F::tan, x.lower());
    const QuarterTurns turns = quarter_turns(x.lower(), x.upper());
    return turns.contains(1) || turns.contains(3) ? Interval(-unbounded, unbounded) : rising(F::tan, x);
}

/// Both are monotone, and exact: an end is an integer or infinite.
Interval floor(const Interval& x) { return {floor_of(x.lower()), floor_of(x.upper())}; }
Interval round_even(const Interval& x) { return {round_even_of(x.lower()), round_even_of(x.upper())}; }

/// MPFR's value at an end of the open domain is the limit: log1p(-1) = -inf.
Interval log1p(const Interval& x) {
    if (order(x.upper()) <= order(-1.0)) x.refuse("a set with logarithms of 1 + x");
    return rising(F::log1p, clipped(x, -1, unbounded));
}
Interval asin(const Interval& x) {
    if (order(x.upper()) < order(-1.0) || order(x.lower()) > order(1.0)) x.refuse("a set with arcsines");
    return rising(F::asin, clipped(x, -1, 1));
}
Interval acos(const Interval& x) {
    if (order(x.upper()) < order(-1.0) || order(x.lower()) > order(1.0)) x.refuse("a set with arccosines");
    return falling(F::acos, clipped(x, -1, 1));
}
Interval acosh(const Interval& x) {
    if (order(x.upper()) < order(1.0)) x.refuse("a set with inverse hyperbolic cosines");
    return rising(F::acosh, clipped(x, 1, unbounded));
}
Interval atanh(const Interval& x) {
    if (order(x.upper()) <= order(-1.0) || order(x.lower()) >= order(1.0))
        x.refuse("a set with inverse hyperbolic tangents");
    return rising(F::atanh, clipped(x, -1, 1));
}

}  // namespace tercet
