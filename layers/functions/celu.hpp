/// Celu: max(0, x) + min(0, alpha (exp(x / alpha) - 1)), alpha other than 0
#pragma once

#include <tercet/layers/functions/exponential_linear.hpp>
#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// The second term has the sign of x for either sign of alpha: x where x > 0, alpha (exp(x / alpha) - 1) where not.
/// The slope there is exp(x / alpha), 1 at 0 from both sides: no kink.
struct Celu {
    double alpha;

    static constexpr const char *name = "celu", *onnx = "Celu";
    static constexpr auto attributes() { return std::array{Attribute<Celu>{"alpha", &Celu::alpha, 1.0f}}; }
    using needs = function::All<function::Expm1, function::Exp, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }
    /// Throws UnsupportedOp.
    void check() const {
        if (alpha == 0) throw UnsupportedOp("celu divides by its alpha, which is 0");
    }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) {
            const auto below = [&](const Scalar<C>& v) { return product<C>(a, C::expm1(C::divide(v, a))); };
            return exponential_linear<C>(x, below);
        };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) {
            return exponential_linear_slope<C>(x, [&](const Scalar<C>& v) { return C::exp(C::divide(v, a)); });
        };
    }
};

}  // namespace unary

namespace op {
using Celu = Pointwise<unary::Celu>;
}

}  // namespace tercet
