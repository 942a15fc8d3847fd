/// Atanh: log((1 + x) / (1 - x)) / 2, -1 < x < 1, with slope 1 / ((1 - x)(1 + x))
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Atanh {
    static constexpr const char *name = "inverse hyperbolic tangent", *onnx = "Atanh";
    static constexpr auto attributes() { return no_attributes<Atanh>(); }
    using needs = function::All<function::Atanh, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::inside_1}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::atanh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) {
            const auto at = [](const Scalar<C>& v) {
                return C::divide(one<C>(), product<C>(sum<C>(one<C>(), -v), sum<C>(one<C>(), v)));
            };
            const bool inside = certainly(C::less(-one<C>(), x)) && certainly(C::less(x, one<C>()));
            if (inside) return tightened<C>(x, turn_at_0, at);
            return C::max(at(x), one<C>());  // at least 1, also where the product's interval reaches 0
        };
    }
};

}  // namespace unary

namespace op {
using Atanh = Pointwise<unary::Atanh>;
}

}  // namespace tercet
