/// Sigmoid: 1 / (1 + exp(-x)); its slope comes from x
#pragma once

#include <tercet/layers/smooth.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct SigmoidFunction {
    static constexpr const char *name = "sigmoid", *onnx = "Sigmoid";
    template <class C>
    static constexpr const char* lacks = ElementaryContext<C> ? nullptr : "exp";
    static constexpr auto attributes() { return std::array<RealAttribute<SigmoidFunction>, 0>{}; }
    static constexpr bool affine = false, kink = false;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::sigmoid(x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>&) const {
        return sigmoid_vjp<C>(x, g);
    }
};
using Sigmoid = Pointwise<SigmoidFunction>;

}  // namespace tercet::op
