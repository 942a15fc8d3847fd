/// GeluTanh: x (1 + tanh u) / 2 = x s(w), with u = sqrt(2/pi) (x + k x^3), w = 2u, k = 0.044715, s the logistic
/// function: without cancellation for x < 0
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// f'(x) = s(w) + c (p + 3 k p x x), p = x s'(w), which is 0 where w overflows.
struct GeluTanh {
    static constexpr const char *name = "gelu by tanh", *onnx = "Gelu";
    static constexpr int since = 20;
    static constexpr Variant variant{"approximate", "tanh", "none"};
    static constexpr auto attributes() { return no_attributes<GeluTanh>(); }
    using needs = function::All<function::Sigmoid, function::Erf, function::Sqrt, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// f' = s(w) (1 + x w' s(-w)) with w' = c q, q = 1 + 3 k x^2. It is positive for x >= 0; for z = -x > 0 it is 0
    /// where z w'(z) s(w(z)) = 1, three positive factors that rise: at one place.
    static std::vector<Turn> turns() { return {{-0x1.81429f9e97e59p-1, -0x1.81429f9e97e40p-1}}; }
    /// Of f': f'' = s'(w) c (4q - 2 - c x q^2 tanh(w/2)) is even. For x > 0 it is 0 where (4q - 2) / q^2 = c x
    /// tanh(w/2): the left side falls, for its derivative by q is 4 (1 - q) / q^3, the right side rises from 0, so at
    /// one place, 1.4185040..; there f' is -0.129 and 1.129.
    static constexpr std::array<Turn, 2> slope_turns{
        {{-0x1.6b23142700646p+0, -0x1.6b2314270060dp+0}, {0x1.6b2314270060dp+0, 0x1.6b23142700646p+0}}};

    /// c = 2 sqrt(2/pi), as 2/sqrt(pi) sqrt 2.
    template <Context C>
    static Scalar<C> twice_root() {
        return product<C>(C::two_over_sqrt_pi(), C::sqrt(C::exact(2.0)));
    }
    /// The decimal of ONNX's formula.
    template <Context C>
    static Scalar<C> cubic() {
        return C::ratio(44715, 1000000);
    }
    /// w = c x (1 + k x^2)
    template <Context C>
    static Scalar<C> argument(const Scalar<C>& c, const Scalar<C>& k, const Scalar<C>& x) {
        return product<C>(product<C>(c, x), sum<C>(one<C>(), product<C>(k, square<C>(x))));
    }

    template <Context C>
    auto value() const {
        return [c = twice_root<C>(), k = cubic<C>()](const Scalar<C>& x) {
            return product<C>(x, C::sigmoid(argument<C>(c, k, x)));
        };
    }
    template <Context C>
    auto slope() const {
        return [c = twice_root<C>(), k = cubic<C>(), three = C::exact(3.0)](const Scalar<C>& x, const Scalar<C>&) {
            const auto at = [&](const Scalar<C>& v) {
                const Scalar<C> w = argument<C>(c, k, v), p = product<C>(v, sigmoid_slope<C>(w));
                const Scalar<C> rest = product<C>(product<C>(three, k), product<C>(product<C>(p, v), v));
                return slope_within<C>(sum<C>(C::sigmoid(w), product<C>(c, sum<C>(p, rest))));
            };
            return tightened<C>(x, slope_turns, at);
        };
    }
};

}  // namespace unary

namespace op {
using GeluTanh = Pointwise<unary::GeluTanh>;
}

}  // namespace tercet
