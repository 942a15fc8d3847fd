/// Exp: exp(x), its own slope
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Exp {
    static constexpr const char *name = "exp", *onnx = "Exp";
    static constexpr auto attributes() { return no_attributes<Exp>(); }
    using needs = function::Exp;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::exp(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>& y) { return y; };
    }
};

}  // namespace unary

namespace op {
using Exp = Pointwise<unary::Exp>;
}

}  // namespace tercet
