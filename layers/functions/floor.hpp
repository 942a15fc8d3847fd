/// Floor: the greatest integer <= x, with slope 0 by convention, at the jumps and over intervals that contain some too
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Floor {
    static constexpr const char *name = "floor", *onnx = "Floor";
    static constexpr auto attributes() { return no_attributes<Floor>(); }
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
        return [](const Scalar<C>& x) { return C::floor(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>&) { return zero<C>(); };
    }
};

}  // namespace unary

namespace op {
using Floor = Pointwise<unary::Floor>;
}

}  // namespace tercet
