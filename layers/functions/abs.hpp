/// Abs: |x|, with slope 0 at 0
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Abs {
    static constexpr const char *name = "abs", *onnx = "Abs";
    static constexpr auto attributes() { return no_attributes<Abs>(); }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {0}; }

    /// max(x, -x), which over an interval around 0 may begin below 0; slope [x > 0] - [x < 0].

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::relu(C::max(x, Scalar<C>(-x))); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return Scalar<C>(C::step(x) - C::step(Scalar<C>(-x))); };
    }
};

}  // namespace unary

namespace op {
using Abs = Pointwise<unary::Abs>;
}

}  // namespace tercet
