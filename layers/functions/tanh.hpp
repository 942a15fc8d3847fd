/// Tanh: (exp(x) - exp(-x)) / (exp(x) + exp(-x)); its slope comes from x
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Tanh {
    static constexpr const char *name = "tanh", *onnx = "Tanh";
    static constexpr auto attributes() { return no_attributes<Tanh>(); }
    using needs = function::Tanh;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::tanh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return tanh_slope<C>(x); };
    }
};

}  // namespace unary

namespace op {
using Tanh = Pointwise<unary::Tanh>;
}

}  // namespace tercet
