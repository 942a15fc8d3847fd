/// Erf: 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, with slope 2/sqrt(pi) exp(-x^2)
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Erf {
    static constexpr const char *name = "erf", *onnx = "Erf";
    static constexpr auto attributes() { return no_attributes<Erf>(); }
    using needs = function::All<function::Erf, function::Exp>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::erf(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) {
            return product<C>(C::two_over_sqrt_pi(), C::exp(-square<C>(x)));
        };
    }
};

}  // namespace unary

namespace op {
using Erf = Pointwise<unary::Erf>;
}

}  // namespace tercet
