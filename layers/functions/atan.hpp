/// Atan: the arctangent, with slope 1 / (1 + x^2)
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Atan {
    static constexpr const char *name = "arctangent", *onnx = "Atan";
    static constexpr auto attributes() { return no_attributes<Atan>(); }
    using needs = function::All<function::Atan, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::atan(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::divide(one<C>(), sum<C>(one<C>(), square<C>(x))); };
    }
};

}  // namespace unary

namespace op {
using Atan = Pointwise<unary::Atan>;
}

}  // namespace tercet
