/// Tanh: (exp(x) - exp(-x)) / (exp(x) + exp(-x)); its slope comes from x
#pragma once

#include <tercet/layers/smooth.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct TanhFunction {
    static constexpr const char *name = "tanh", *onnx = "Tanh";
    template <class C>
    static constexpr const char* lacks = ElementaryContext<C> ? nullptr : "exp";
    static constexpr auto attributes() { return std::array<RealAttribute<TanhFunction>, 0>{}; }
    static constexpr bool affine = false, kink = false;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::tanh(x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>&) const {
        return tanh_vjp<C>(x, g);
    }
};
using Tanh = Pointwise<TanhFunction>;

}  // namespace tercet::op
