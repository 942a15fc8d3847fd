/// Reciprocal: 1/x, x other than 0, with slope -1/x^2
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Reciprocal {
    static constexpr const char *name = "reciprocal", *onnx = "Reciprocal";
    static constexpr auto attributes() { return no_attributes<Reciprocal>(); }
    using needs = function::Divide;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::nonzero}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::divide(one<C>(), x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>& y) { return Scalar<C>(-square<C>(y)); };
    }
};

}  // namespace unary

namespace op {
using Reciprocal = Pointwise<unary::Reciprocal>;
}

}  // namespace tercet
