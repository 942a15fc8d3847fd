/// Sign: [x > 0] - [x < 0], with slope 0 by convention, at the jumps and over intervals that contain some too
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// Over an interval the hull: [x > 0] and -[x < 0] rise together.
struct Sign {
    static constexpr const char *name = "sign", *onnx = "Sign";
    static constexpr auto attributes() { return no_attributes<Sign>(); }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {0}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return Scalar<C>(C::step(x) - C::step(-x) + nothing_of<C>(x)); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>&) { return zero<C>(); };
    }
};

}  // namespace unary

namespace op {
using Sign = Pointwise<unary::Sign>;
}

}  // namespace tercet
