/// Selu: gamma elu(x), elu(x) = x where x > 0, alpha (exp(x) - 1) where not; slope gamma alpha at 0
#pragma once

#include <tercet/layers/functions/exponential_linear.hpp>
#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Selu {
    double alpha;
    double gamma;

    static constexpr const char *name = "selu", *onnx = "Selu";
    static constexpr auto attributes() {
        return std::array{Attribute<Selu>{"alpha", &Selu::alpha, 1.67326319217681884765625f},
                          Attribute<Selu>{"gamma", &Selu::gamma, 1.05070102214813232421875f}};
    }
    using needs = function::All<function::Expm1, function::Exp>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    std::vector<double> kinks() const { return alpha == 1 ? std::vector<double>{} : std::vector<double>{0}; }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha), c = C::exact(gamma)](const Scalar<C>& x) {
            const auto below = [&](const Scalar<C>& v) { return product<C>(a, C::expm1(v)); };
            return product<C>(c, exponential_linear<C>(x, below));
        };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha), c = C::exact(gamma)](const Scalar<C>& x, const Scalar<C>&) {
            const auto below = [&](const Scalar<C>& v) { return product<C>(a, C::exp(v)); };
            return product<C>(c, exponential_linear_slope<C>(x, below));
        };
    }
};

}  // namespace unary

namespace op {
using Selu = Pointwise<unary::Selu>;
}

}  // namespace tercet
