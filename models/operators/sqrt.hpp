/// Sqrt: the square root, with slope 1 / (2 sqrt x)
#pragma once

#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct SqrtFunction {
    static constexpr const char *name = "sqrt", *onnx = "Sqrt";
    template <class C>
    static constexpr const char* lacks = RootContext<C> ? nullptr : "a square root";
    static constexpr auto attributes() { return std::array<RealAttribute<SqrtFunction>, 0>{}; }
    static constexpr bool affine = false, kink = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::nonnegative}};

    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::sqrt(x); };
    }
    template <Context C>
    Storage<C> vjp(const Storage<C>&, const Storage<C>& g, const Storage<C>& y) const {
        return elementwise<C>(Binary::divide, g, map<C>(y, [](const Scalar<C>& v) { return Scalar<C>(v + v); }));
    }
};
using Sqrt = Pointwise<SqrtFunction>;

}  // namespace tercet::op
