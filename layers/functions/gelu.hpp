/// Gelu: x P(x), P the normal distribution function; P(x) = erfc(-t) / 2 with t = x / sqrt 2, without cancellation for
/// x < 0, where 1 + erf(t) has lost its digits
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// Relative to |f|, floats lose some 3 t^2 units in the last place by rounding t: 75 at x = -7.
/// f'(x) = (erfc(-t) + 2/sqrt(pi) t exp(-t^2)) / 2.
struct Gelu {
    static constexpr const char *name = "gelu", *onnx = "Gelu";
    static constexpr int since = 20;
    static constexpr Variant variant{"approximate", "none", "none"};
    static constexpr auto attributes() { return no_attributes<Gelu>(); }
    using needs = function::All<function::Erf, function::Exp, function::Sqrt>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// f' = P + x p, p(x) = exp(-x^2/2) / sqrt(2 pi), has the slope f'' = (2 - x^2) p. From 0 at -infinity it falls to
    /// -sqrt 2, so it is negative there, rises to sqrt 2, and falls to 1 at infinity: it has one zero, between -sqrt 2
    /// and sqrt 2.
    static std::vector<Turn> turns() { return {{-0x1.80ead197f00bcp-1, -0x1.80ead197f00abp-1}}; }
    /// Of f': +-sqrt 2, where it is -0.129 and 1.129.
    static constexpr std::array<Turn, 2> slope_turns{
        {{-0x1.6a09e667f3bddp+0, -0x1.6a09e667f3bbcp+0}, {0x1.6a09e667f3bbcp+0, 0x1.6a09e667f3bddp+0}}};

    template <Context C>
    auto value() const {
        return [root = C::sqrt(C::exact(0.5)), half = C::exact(0.5)](const Scalar<C>& x) {
            return product<C>(x, product<C>(half, C::erfc(-product<C>(x, root))));
        };
    }
    template <Context C>
    auto slope() const {
        return [root = C::sqrt(C::exact(0.5)), half = C::exact(0.5)](const Scalar<C>& x, const Scalar<C>&) {
            const auto at = [&](const Scalar<C>& v) {
                const Scalar<C> t = product<C>(v, root);
                const Scalar<C> bell = product<C>(C::two_over_sqrt_pi(), C::exp(-square<C>(t)));
                return slope_within<C>(product<C>(half, sum<C>(C::erfc(-t), product<C>(t, bell))));
            };
            return tightened<C>(x, slope_turns, at);
        };
    }
};

}  // namespace unary

namespace op {
using Gelu = Pointwise<unary::Gelu>;
}

}  // namespace tercet
