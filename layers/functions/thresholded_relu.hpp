/// ThresholdedRelu: x where x > alpha, 0 where not; slope 1 where x > alpha, 0 where not
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

/// It jumps at alpha, unless alpha is 0: of an interval around alpha the hull of 0 and of what lies above.
struct ThresholdedRelu {
    double alpha;

    static constexpr const char *name = "thresholded relu", *onnx = "ThresholdedRelu";
    static constexpr auto attributes() {
        return std::array{Attribute<ThresholdedRelu>{"alpha", &ThresholdedRelu::alpha, 1.0f}};
    }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    std::vector<double> kinks() const { return {alpha}; }

    template <Context C>
    auto value() const {
        return [a = C::exact(alpha)](const Scalar<C>& x) {
            return choose<C>(C::less(a, x), C::max(x, a), nothing_of<C>(x));
        };
    }
    template <Context C>
    auto slope() const {
        return [a = C::exact(alpha)](const Scalar<C>& x, const Scalar<C>&) { return C::indicator(C::less(a, x)); };
    }
};

}  // namespace unary

namespace op {
using ThresholdedRelu = Pointwise<unary::ThresholdedRelu>;
}

}  // namespace tercet
