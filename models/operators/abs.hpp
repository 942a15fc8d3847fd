/// Abs: |x|, with slope 0 at 0
#pragma once

#include <tercet/models/operators/pointwise.hpp>

namespace tercet::op {

struct AbsFunction {
    static constexpr const char *name = "abs", *onnx = "Abs";
    template <class C>
    static constexpr const char* lacks = nullptr;
    static constexpr auto attributes() { return std::array<RealAttribute<AbsFunction>, 0>{}; }
    static constexpr bool affine = false, kink = true;
    static constexpr std::optional<Domain> domain{};

    /// max(x, -x), which over an interval around 0 may begin below 0.
    template <Context C>
    auto function() const {
        return [](const Scalar<C>& x) { return C::relu(C::max(x, Scalar<C>(-x))); };
    }
    /// [x > 0] - [x < 0]
    template <Context C>
    Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>&) const {
        const auto sign = [](const Scalar<C>& v) { return Scalar<C>(C::step(v) - C::step(Scalar<C>(-v))); };
        return elementwise<C>(Binary::multiply, g, map<C>(x, sign));
    }
};
using Abs = Pointwise<AbsFunction>;

}  // namespace tercet::op
