/// log(1 + exp(x)), which rises from 0 to infinity; its slope is the logistic function.
///
/// x + log1p(exp(-x)) where x > 0, which does not overflow, log1p(exp(x)) where not, which keeps its digits. Both are
/// the function everywhere, so where the sign of x is not decided either is right.
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

template <Context C>
Scalar<C> log_one_plus_exp(const Scalar<C>& x) {
    if (certainly(C::less(zero<C>(), x))) return sum<C>(x, C::log1p(C::exp(-x)));
    return C::log1p(C::exp(x));
}

}  // namespace tercet
