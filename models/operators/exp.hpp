/// Exp: exp(x), its own slope
#pragma once

#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct ExpFunction {
    static constexpr const char *name = "exp", *onnx = "Exp";
    template <class C>
    static constexpr const char* lacks = ElementaryContext<C> ? nullptr : "exp";
    static constexpr auto attributes() { return std::array<RealAttribute<ExpFunction>, 0>{}; }
    static constexpr bool affine = false, kink = false;
    static constexpr std::optional<Domain> domain{};

    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::exp(x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>&, const Storage<C>& g, const Storage<C>& y) const {
        return elementwise<C>(Binary::multiply, g, y);
    }
};
using Exp = Pointwise<ExpFunction>;

}  // namespace tercet::op
