/// The slope of the arcsine, and of the arccosine but for its sign.
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

/// 1 / sqrt((1 - x)(1 + x)), whose factors lose nothing near |x| = 1. Least at 0, where it is 1, and monotone on either
/// side.
template <Context C>
Scalar<C> arcsine_slope(const Scalar<C>& x) {
    const auto at = [](const Scalar<C>& v) {
        const Scalar<C> squared = product<C>(sum<C>(one<C>(), -v), sum<C>(one<C>(), v));
        return C::max(C::divide(one<C>(), C::sqrt(squared)), one<C>());
    };
    const bool inside = certainly(C::less(-one<C>(), x)) && certainly(C::less(x, one<C>()));
    if (inside) return tightened<C>(x, turn_at_0, at);
    return at(x);
}

}  // namespace tercet
