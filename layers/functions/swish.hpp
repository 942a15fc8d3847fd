/// Swish: x s(alpha x), s the logistic function; x / 2 for alpha = 0
#pragma once

#include <tercet/layers/functions/function.hpp>
#include <tercet/scalars/interval_number.hpp>

#include <algorithm>
#include <limits>

namespace tercet {

namespace unary {

struct Swish {
    double alpha;

    static constexpr const char *name = "swish", *onnx = "Swish";
    static constexpr int since = 24;
    static constexpr auto attributes() { return std::array{Attribute<Swish>{"alpha", &Swish::alpha, 1.0f}}; }
    using needs = function::All<function::Sigmoid, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// f' = g(alpha x), g(t) = s(t) (1 + t s(-t)), is 0 where z s(z) = 1, z = -t: z s(z) rises from 0 for z > 0 and is
    /// not positive for z <= 0. So z is one number, 1.2784645.., and f turns at -z / alpha, or nowhere for alpha =
    /// 0. A quotient beyond the doubles is beyond every finite interval.
    std::vector<Turn> turns() const {
        if (order(alpha) == 0) return {};
        const Interval x = Interval(-0x1.474973c84120fp+0, -0x1.474973c841208p+0) / Interval(alpha);
        constexpr double largest = std::numeric_limits<double>::max();
        return {{std::max(x.lower(), -largest), std::min(x.upper(), largest)}};
    }
    /// Of g: g' = s'(t) (2 - t tanh(t/2)), and t tanh(t/2) is even and rises with |t|, to 2 at 2.3993572.., where g is
    /// -0.0998 and 1.0998.
    static constexpr std::array<Turn, 2> slope_turns{
        {{-0x1.331e23ad9de1ap+1, -0x1.331e23ad9de09p+1}, {0x1.331e23ad9de09p+1, 0x1.331e23ad9de1ap+1}}};

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) { return product<C>(x, C::sigmoid(product<C>(a, x))); };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) {
            const Scalar<C> t = product<C>(a, x);
            if constexpr (EnclosingContext<C>)
                return range_over<C>(t, slope_turns, [](const Scalar<C>& v) {
                    return slope_within<C>(sum<C>(C::sigmoid(v), product<C>(v, sigmoid_slope<C>(v))));
                });
            else  // also where t overflows
                return sum<C>(C::sigmoid(t), product<C>(a, product<C>(x, sigmoid_slope<C>(t))));
        };
    }
};

}  // namespace unary

namespace op {
using Swish = Pointwise<unary::Swish>;
}

}  // namespace tercet
