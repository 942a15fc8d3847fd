/// Sqrt: the square root, with slope 1 / (2 sqrt x)
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Sqrt {
    static constexpr const char *name = "square root", *onnx = "Sqrt";
    static constexpr auto attributes() { return no_attributes<Sqrt>(); }
    using needs = function::Sqrt;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::nonnegative}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::sqrt(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>& y) { return C::divide(one<C>(), y + y); };
    }
};

}  // namespace unary

namespace op {
using Sqrt = Pointwise<unary::Sqrt>;
}

}  // namespace tercet
