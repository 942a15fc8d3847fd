/// Ceil: the least integer >= x, -floor(-x), with slope 0 by convention, at the jumps and over intervals that contain
/// some too
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Ceil {
    static constexpr const char *name = "ceiling", *onnx = "Ceil";
    static constexpr auto attributes() { return no_attributes<Ceil>(); }
    using needs = function::Floor;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    /// Every integer, or may contain one.
    template <Context C>
    static bool may_be_kink(const Scalar<C>& x) {
        return !certainly(C::less(C::floor(x), x));
    }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return Scalar<C>(-C::floor(-x)); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>&) { return zero<C>(); };
    }
};

}  // namespace unary

namespace op {
using Ceil = Pointwise<unary::Ceil>;
}

}  // namespace tercet
