/// Elu: x where x > 0, alpha (exp(x) - 1) where not; slope alpha exp(x) there, so alpha at 0
#pragma once

#include <tercet/layers/functions/exponential_linear.hpp>
#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Elu {
    double alpha;

    static constexpr const char *name = "elu", *onnx = "Elu";
    static constexpr auto attributes() { return std::array{Attribute<Elu>{"alpha", &Elu::alpha, 1.0f}}; }
    using needs = function::All<function::Expm1, function::Exp>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    std::vector<double> kinks() const { return alpha == 1 ? std::vector<double>{} : std::vector<double>{0}; }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) {
            return exponential_linear<C>(x, [&](const Scalar<C>& v) { return product<C>(a, C::expm1(v)); });
        };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) {
            return exponential_linear_slope<C>(x, [&](const Scalar<C>& v) { return product<C>(a, C::exp(v)); });
        };
    }
};

}  // namespace unary

namespace op {
using Elu = Pointwise<unary::Elu>;
}

}  // namespace tercet
