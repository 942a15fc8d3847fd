/// Sin: the sine, with slope cos
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Sin {
    static constexpr const char *name = "sine", *onnx = "Sin";
    static constexpr auto attributes() { return no_attributes<Sin>(); }
    using needs = function::Sin;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::sin(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::cos(x); };
    }
};

}  // namespace unary

namespace op {
using Sin = Pointwise<unary::Sin>;
}

}  // namespace tercet
