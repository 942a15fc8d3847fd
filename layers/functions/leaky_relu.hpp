/// LeakyRelu: x where x > 0, alpha x where not
#pragma once

#include <tercet/layers/functions/function.hpp>
#include <tercet/layers/piecewise.hpp>

namespace tercet {

namespace unary {

struct LeakyRelu {
    double alpha;

    static constexpr const char *name = "leaky relu", *onnx = "LeakyRelu";
    static constexpr auto attributes() { return std::array{Attribute<LeakyRelu>{"alpha", &LeakyRelu::alpha, 0.01f}}; }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {0}; }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) { return leaky_value<C>(x, a); };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) { return leaky_slope<C>(x, a); };
    }
};

}  // namespace unary

namespace op {
using LeakyRelu = Pointwise<unary::LeakyRelu>;
}

}  // namespace tercet
