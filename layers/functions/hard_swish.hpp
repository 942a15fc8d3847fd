/// HardSwish: x min(1, max(0, (x + 3) / 6))
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// The slope is 0 where x <= -3, (2x + 3) / 6 where -3 < x <= 3, else 1.
struct HardSwish {
    static constexpr const char *name = "hard swish", *onnx = "HardSwish";
    static constexpr int since = 14;
    static constexpr auto attributes() { return no_attributes<HardSwish>(); }
    using needs = function::Divide;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {-3, 3}; }

    /// 0 up to -3, then x (x + 3) / 6, which falls to -3/2 and rises from there, then x.
    static std::vector<Turn> turns() { return {{-1.5, -1.5}}; }

    template <Context C>
    auto value() const {
        return [six = C::exact(6.0)](const Scalar<C>& x) {
            const Scalar<C> most_six = -C::max(-sum<C>(x, C::exact(3.0)), -six);
            return product<C>(x, C::divide(C::relu(most_six), six));
        };
    }
    template <Context C>
    auto slope() const {
        return [three = C::exact(3.0)](const Scalar<C>& x, const Scalar<C>&) {
            const Scalar<C> v = between<C>(x, -three, three);
            const Scalar<C> inside = C::divide(sum<C>(v + v, three), C::exact(6.0));
            return choose<C>(C::less(three, x), one<C>(), choose<C>(C::less(-three, x), inside, zero<C>()));
        };
    }
};

}  // namespace unary

namespace op {
using HardSwish = Pointwise<unary::HardSwish>;
}

}  // namespace tercet
