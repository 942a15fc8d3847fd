/// LeakyRelu: x where x > 0, alpha x where not
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

/// x where x > 0, a x where not: so a dual number takes the slope a at 0. Undecided, relu(x) - a relu(-x), for a >= 0
/// the hull.
template <Context C>
Scalar<C> leaky_value(const Scalar<C>& x, const Scalar<C>& a) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return x;
    if (!possibly(positive)) return product<C>(a, x);
    return C::relu(x) - product<C>(a, C::relu(-x));
}

/// a + (1 - a) [x > 0], a selection where the sign is decided.
template <Context C>
Scalar<C> leaky_slope(const Scalar<C>& x, const Scalar<C>& a) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return one<C>();
    if (!possibly(positive)) return a;
    return a + (one<C>() - a) * C::indicator(positive);
}

namespace unary {

struct LeakyRelu {
    double alpha = 0.01;  // the real number that this double is

    bool operator==(const LeakyRelu&) const = default;

    static constexpr const char *name = "leaky relu", *onnx = "LeakyRelu";
    static constexpr auto attributes() { return std::array{Attribute<LeakyRelu>{"alpha", &LeakyRelu::alpha, 0.01f}}; }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {0}; }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) { return leaky_value<C>(x, a); };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) { return leaky_slope<C>(x, a); };
    }
};

}  // namespace unary

namespace op {
using LeakyRelu = Pointwise<unary::LeakyRelu>;
}

}  // namespace tercet
