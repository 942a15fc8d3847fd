/// Cosh: (exp(x) + exp(-x)) / 2, with slope sinh
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Cosh {
    static constexpr const char *name = "hyperbolic cosine", *onnx = "Cosh";
    static constexpr auto attributes() { return no_attributes<Cosh>(); }
    using needs = function::Sinh;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::cosh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::sinh(x); };
    }
};

}  // namespace unary

namespace op {
using Cosh = Pointwise<unary::Cosh>;
}

}  // namespace tercet
