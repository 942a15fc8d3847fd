/// HardSigmoid: min(1, t) where t = alpha x + beta > 0, 0 where not
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// Each step is monotone and reads x once, so over an interval it is the hull, for every alpha.
/// The slope is alpha where 0 < t <= 1, else 0.
struct HardSigmoid {
    double alpha;
    double beta;

    static constexpr const char *name = "hard sigmoid", *onnx = "HardSigmoid";
    static constexpr auto attributes() {
        return std::array{Attribute<HardSigmoid>{"alpha", &HardSigmoid::alpha, 0.2f},
                          Attribute<HardSigmoid>{"beta", &HardSigmoid::beta, 0.5f}};
    }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    /// Where t is 0 or 1, as C computes it: the x there need not be doubles.
    template <Context C>
    bool may_be_kink(const Scalar<C>& x) const {
        const Scalar<C> t = sum<C>(product<C>(C::exact(alpha), x), C::exact(beta));
        const auto may_be = [&](const Scalar<C>& k) { return !certainly(C::less(t, k)) && !certainly(C::less(k, t)); };
        return alpha != 0 && (may_be(zero<C>()) || may_be(one<C>()));
    }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha), b = C::exact(beta)](const Scalar<C>& x) {
            return C::relu(-C::max(-sum<C>(product<C>(a, x), b), -one<C>()));
        };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha), b = C::exact(beta)](const Scalar<C>& x, const Scalar<C>&) {
            const Scalar<C> t = sum<C>(product<C>(a, x), b);
            const Scalar<C> inside = product<C>(C::step(t), one<C>() - C::step(sum<C>(t, -one<C>())));
            return product<C>(a, inside);
        };
    }
};

}  // namespace unary

namespace op {
using HardSigmoid = Pointwise<unary::HardSigmoid>;
}

}  // namespace tercet
