/// The exponential linear units: x where x > 0, c (exp(x / s) - 1) where not, s = 1 or c.
///
/// Below 0 by expm1, for exp(x) - 1 cancels near 0. Where the sign of x is not decided, the hull of relu(x) and of the
/// curve at min(x, 0): each is monotone and reads x once, and both are 0 at 0, so over an interval it is the tightest,
/// for every c.
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

/// min(x, 0); of a dual number 0 the slope is 1: these functions' slope at 0 is that from the left.
template <Context C>
Scalar<C> negative_part(const Scalar<C>& x) {
    return -C::max(-x, zero<C>());
}

/// below(min(x, 0)) where x is not positive, else x.
template <Context C, class Below>
Scalar<C> exponential_linear(const Scalar<C>& x, const Below& below) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return x;
    return choose<C>(positive, C::relu(x), below(negative_part<C>(x)));
}

/// Of the slopes likewise: 1 where x > 0, else below(min(x, 0)).
template <Context C, class Below>
Scalar<C> exponential_linear_slope(const Scalar<C>& x, const Below& below) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return one<C>();
    return choose<C>(positive, one<C>(), below(negative_part<C>(x)));
}

}  // namespace tercet
