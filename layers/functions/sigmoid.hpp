/// Sigmoid: 1 / (1 + exp(-x)); its slope comes from x
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Sigmoid {
    static constexpr const char *name = "sigmoid", *onnx = "Sigmoid";
    static constexpr auto attributes() { return no_attributes<Sigmoid>(); }
    using needs = function::Sigmoid;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::sigmoid(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return sigmoid_slope<C>(x); };
    }
};

}  // namespace unary

namespace op {
using Sigmoid = Pointwise<unary::Sigmoid>;
}

}  // namespace tercet
