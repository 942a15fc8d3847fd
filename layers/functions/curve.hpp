/// What a function of one variable says of its shape, and its range over an interval.
#pragma once

#include <tercet/core/functions.hpp>

#include <bit>
#include <cmath>
#include <span>
#include <vector>

namespace tercet {

/// A turning point lies in [lower, upper].
struct Turn {
    double lower, upper;
};

/// The range over x of a continuous f that is monotone between its turns: the hull of its values at the ends of x, and over the turns
/// that x meets. For between two of these f is monotone, so no value there lies outside those at both.
/// Where x has no end, f over x itself: an enclosure, which may be wider.
template <EnclosingContext C, class F>
Scalar<C> range_over(const Scalar<C>& x, std::span<const Turn> turns, const F& f) {
    const double l = C::lower(x), u = C::upper(x);
    if (!std::isfinite(l) || !std::isfinite(u)) return f(x);
    const Scalar<C> low = C::exact(l), high = C::exact(u);
    if (std::bit_cast<std::uint64_t>(l) == std::bit_cast<std::uint64_t>(u)) return f(low);
    Scalar<C> y = C::hull(f(low), f(high));
    for (const Turn& t : turns) {
        const Scalar<C> first = C::exact(t.lower), last = C::exact(t.upper);
        if (!certainly(C::less(high, first)) && !certainly(C::less(last, low))) y = C::hull(y, f(C::hull(first, last)));
    }
    return y;
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
