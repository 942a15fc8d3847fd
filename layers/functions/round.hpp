/// Round: the integer nearest to x, of two the even one, with slope 0 by convention, at the jumps and over intervals
/// that contain some too
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Round {
    static constexpr const char *name = "rounding", *onnx = "Round";
    static constexpr auto attributes() { return no_attributes<Round>(); }
    using needs = function::RoundEven;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    /// Every k + 1/2: there |x - round x| = 1/2, a difference that floats compute exactly. Over an interval that
    /// contains one the difference reaches 1/2 too; it does not where all points round to one integer and none is.
    template <Context C>
    static bool may_be_kink(const Scalar<C>& x) {
        const Scalar<C> d = sum<C>(x, -C::round_even(x)), half = C::exact(0.5);
        return !certainly(C::less(-half, d)) || !certainly(C::less(d, half));
    }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::round_even(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>&) { return zero<C>(); };
    }
};

}  // namespace unary

namespace op {
using Round = Pointwise<unary::Round>;
}

}  // namespace tercet
