/// LeakyRelu: x where x > 0, slope x where not
#pragma once

#include <tercet/layers/piecewise.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct LeakyReluFunction {
    double slope;

    static constexpr const char *name = "leaky relu", *onnx = "LeakyRelu";
    template <class C>
    static constexpr const char* lacks = nullptr;
    static constexpr auto attributes() { return std::array{RealAttribute<LeakyReluFunction>{"alpha", &LeakyReluFunction::slope, 0.01f}}; }
    static constexpr bool affine = false, kink = true;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    auto function() const {
        return [a = C::exact(slope)](const Scalar<C>& x) { return leaky_value<C>(x, a); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>&) const {
        return leaky_relu_vjp<C>(x, g, C::exact(slope));
    }
};
using LeakyRelu = Pointwise<LeakyReluFunction>;

}  // namespace tercet::op
