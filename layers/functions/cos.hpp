/// Cos: the cosine, with slope -sin
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Cos {
    static constexpr const char *name = "cosine", *onnx = "Cos";
    static constexpr auto attributes() { return no_attributes<Cos>(); }
    using needs = function::Sin;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::cos(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return Scalar<C>(-C::sin(x)); };
    }
};

}  // namespace unary

namespace op {
using Cos = Pointwise<unary::Cos>;
}

}  // namespace tercet
