/// Tan: the tangent, with slope 1 + tan^2; no value at the odd multiples of pi/2, none of which is a double
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Tan {
    static constexpr const char *name = "tangent", *onnx = "Tan";
    static constexpr auto attributes() { return no_attributes<Tan>(); }
    using needs = function::Tan;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::off_poles_of_tan}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::tan(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>& y) { return sum<C>(one<C>(), square<C>(y)); };
    }
};

}  // namespace unary

namespace op {
using Tan = Pointwise<unary::Tan>;
}

}  // namespace tercet
