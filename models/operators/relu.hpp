/// Relu: max(x, 0), with slope 0 at 0
#pragma once

#include <tercet/layers/piecewise.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct ReluFunction {
    static constexpr const char *name = "relu", *onnx = "Relu";
    template <class C>
    static constexpr const char* lacks = nullptr;
    static constexpr auto attributes() { return std::array<RealAttribute<ReluFunction>, 0>{}; }
    static constexpr bool affine = false, kink = true;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    static void run(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
        rectify<C>(n, x, y);
    }
    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::relu(x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>&) const {
        return relu_vjp<C>(x, g);
    }
};
using Relu = Pointwise<ReluFunction>;

}  // namespace tercet::op
