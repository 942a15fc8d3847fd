/// Asinh: log(x + sqrt(x^2 + 1)), with slope 1 / sqrt(1 + x^2); in floats 0 where x^2 overflows
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Asinh {
    static constexpr const char *name = "inverse hyperbolic sine", *onnx = "Asinh";
    static constexpr auto attributes() { return no_attributes<Asinh>(); }
    using needs = function::All<function::Asinh, function::Sqrt, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::asinh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) {
            return C::divide(one<C>(), C::sqrt(sum<C>(one<C>(), square<C>(x))));
        };
    }
};

}  // namespace unary

namespace op {
using Asinh = Pointwise<unary::Asinh>;
}

}  // namespace tercet
