/// Softsign: x / (1 + |x|), with slope 1 / (1 + |x|)^2, also at 0
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

/// 1 + max(x, -x); max of an interval around 0 may begin below 0.
template <Context C>
Scalar<C> one_plus_abs(const Scalar<C>& x) {
    return sum<C>(one<C>(), C::relu(C::max(x, Scalar<C>(-x))));
}

namespace unary {

struct Softsign {
    static constexpr const char *name = "softsign", *onnx = "Softsign";
    static constexpr auto attributes() { return no_attributes<Softsign>(); }
    using needs = function::Divide;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// None: it rises, the slope being positive.
    static std::vector<Turn> turns() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::divide(x, one_plus_abs<C>(x)); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return square<C>(C::divide(one<C>(), one_plus_abs<C>(x))); };
    }
};

}  // namespace unary

namespace op {
using Softsign = Pointwise<unary::Softsign>;
}

}  // namespace tercet
