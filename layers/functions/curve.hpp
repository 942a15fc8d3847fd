/// What a function of one variable says of its shape, and its range over an interval.
#pragma once

#include <tercet/core/functions.hpp>

#include <array>
#include <span>
#include <vector>

namespace tercet {

/// A turning point lies in [lower, upper]: f' certainly has one sign at lower and the other at upper (or is 0 at the
/// point that both are), as tests/models/pointwise_values_test.cpp checks; that there is no other turn is shown beside
/// each.
struct Turn {
    double lower, upper;
};

/// The range over x of a continuous f that is monotone between its turns: the hull of its values at the ends of x, and
/// over the turns that x meets. For between two of these f is monotone, so no value there lies outside those at both.
/// Where x has no end, f over x itself: an enclosure, which may be wider.
template <EnclosingContext C, class F>
Scalar<C> range_over(const Scalar<C>& x, std::span<const Turn> turns, const F& f) {
    if (!C::bounded(x)) return f(x);
    const Scalar<C> low = C::point(C::lower(x)), high = C::point(C::upper(x));
    if (low == high) return f(low);
    Scalar<C> y = C::hull(f(low), f(high));
    for (const Turn& t : turns) {
        const Scalar<C> first = C::exact(t.lower), last = C::exact(t.upper);
        if (!certainly(C::less(high, first)) && !certainly(C::less(last, low))) y = C::hull(y, f(C::hull(first, last)));
    }
    return y;
}

/// The same of a slope, or of whatever else: over an interval by its turns, elsewhere f(x).
template <Context C, class F>
Scalar<C> tightened(const Scalar<C>& x, std::span<const Turn> turns, const F& f) {
    if constexpr (EnclosingContext<C>) return range_over<C>(x, turns, f);
    else return f(x);
}
inline constexpr std::array<Turn, 1> turn_at_0{{{0, 0}}};

/// x between two numbers, x itself where it is one of them: min(max(x, least), most).
template <Context C>
Scalar<C> between(const Scalar<C>& x, const Scalar<C>& least, const Scalar<C>& most) {
    return C::max(Scalar<C>(-C::max(Scalar<C>(-x), Scalar<C>(-most))), least);
}

/// Of a slope that lies in [-1/4, 5/4], as that of x P(x) does for the sigmoids P here: what an enclosure has beyond
/// these is no slope.
template <Context C>
Scalar<C> slope_within(const Scalar<C>& slope) {
    return between<C>(slope, C::exact(-0.25), C::exact(1.25));
}

/// 0, but NaN of a NaN: for functions that choose a constant.
template <Context C>
Scalar<C> nothing_of(const Scalar<C>& x) {
    return C::relu(Scalar<C>(-C::relu(Scalar<C>(-x))));
}

/// a where t is yes, b where it is no, both where it is unknown.
template <Context C>
Scalar<C> choose(Truth t, const Scalar<C>& a, const Scalar<C>& b) {
    if (certainly(t)) return a;
    if (!possibly(t)) return b;
    if constexpr (EnclosingContext<C>) return C::hull(a, b);
    else return b + C::indicator(t) * (a - b);
}

}  // namespace tercet
