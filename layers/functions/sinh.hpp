/// Sinh: (exp(x) - exp(-x)) / 2, with slope cosh
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Sinh {
    static constexpr const char *name = "hyperbolic sine", *onnx = "Sinh";
    static constexpr auto attributes() { return no_attributes<Sinh>(); }
    using needs = function::Sinh;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::sinh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::cosh(x); };
    }
};

}  // namespace unary

namespace op {
using Sinh = Pointwise<unary::Sinh>;
}

}  // namespace tercet
