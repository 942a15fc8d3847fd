/// Mish: x T(x), T(x) = tanh(log(1 + exp(x)))
#pragma once

#include <tercet/layers/functions/function.hpp>
#include <tercet/layers/functions/log_one_plus_exp.hpp>

namespace tercet {

namespace unary {

/// f'(x) = T + x T', T' = tanh'(log(1 + exp(x))) s(x), s the logistic function.
struct Mish {
    static constexpr const char *name = "mish", *onnx = "Mish";
    static constexpr int since = 18;
    static constexpr auto attributes() { return no_attributes<Mish>(); }
    using needs = function::All<function::Exp, function::Log1p, function::Tanh, function::Sigmoid, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// With e = exp(x), p = 1 + e: T = (p^2 - 1) / (p^2 + 1), T' = 4 p e / (p^2 + 1)^2, and f' = T (1 + x r), r =
    /// T'/T = 4 p / ((p + 1) (p^2 + 1)). For x >= 0 it is positive. For z = -x > 0 it is 0 where z r = 1; r rises with
    /// z, for by e (log r)' = 1 / (p (p + 1)) - 2 p / (p^2 + 1) < 1/2 - 4/5 on 1 < p < 2; so z r rises from 0, and is 1
    /// at one place.
    static std::vector<Turn> turns() { return {{-0x1.31432c0d12d8dp+0, -0x1.31432c0d12d7cp+0}}; }
    /// Of f': f'' = T' (2 + x R), R = T''/T' = 1 + e/p - 4 p e / (p^2 + 1). R falls from 1 to -2: by p its derivative
    /// is 1/p^2 - 4 (p^2 + 2p - 1) / (p^2 + 1)^2, negative as 4 p^2 (p^2 + 2p - 1) - (p^2 + 1)^2 = 3 p^4 + 8 p^3 - 6
    /// p^2 - 1 is 4 at p = 1 and rises. At x = 0 it is -1/10. So for x > 0, x |R| rises from 0 and is 2 at one place;
    /// for x < 0, |x| R is 2 only where R > 0, where both rise with |x|: at one place. There f' is -0.1125 and 1.0885.
    static constexpr std::array<Turn, 2> slope_turns{
        {{-0x1.20d0f116eb00ep+1, -0x1.20d0f116eaff5p+1}, {0x1.7d9612a440034p+0, 0x1.7d9612a44004dp+0}}};

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return product<C>(x, C::tanh(log_one_plus_exp<C>(x))); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) {
            const auto at = [](const Scalar<C>& v) {
                const Scalar<C> l = log_one_plus_exp<C>(v);
                const Scalar<C> bent = product<C>(tanh_slope<C>(l), C::sigmoid(v));
                return slope_within<C>(sum<C>(C::tanh(l), product<C>(v, bent)));
            };
            return tightened<C>(x, slope_turns, at);
        };
    }
};

}  // namespace unary

namespace op {
using Mish = Pointwise<unary::Mish>;
}

}  // namespace tercet
