/// Negate: -x
#pragma once

#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct NegateFunction {
    static constexpr const char *name = "negation", *onnx = "Neg";
    template <class C>
    static constexpr const char* lacks = nullptr;
    static constexpr auto attributes() { return std::array<RealAttribute<NegateFunction>, 0>{}; }
    static constexpr bool affine = true, kink = false;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return Scalar<C>(-x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>&, const Storage<C>& g, const Storage<C>&) const {
        return map<C>(g, function<C>());
    }
};
using Negate = Pointwise<NegateFunction>;

}  // namespace tercet::op
