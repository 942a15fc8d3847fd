/// Acos: the arccosine, -1 <= x <= 1, with slope -1 / sqrt(1 - x^2); none at the ends, where an interval that is one
/// throws DomainError as a quotient by 0
#pragma once

#include <tercet/layers/functions/arcsine_slope.hpp>
#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Acos {
    static constexpr const char *name = "arccosine", *onnx = "Acos";
    static constexpr auto attributes() { return no_attributes<Acos>(); }
    using needs = function::All<function::Acos, function::Sqrt, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::within_1}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::acos(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return Scalar<C>(-arcsine_slope<C>(x)); };
    }
};

}  // namespace unary

namespace op {
using Acos = Pointwise<unary::Acos>;
}

}  // namespace tercet
