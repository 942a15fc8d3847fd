/// Negate: -x
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Negate {
    static constexpr const char *name = "negation", *onnx = "Neg";
    static constexpr auto attributes() { return no_attributes<Negate>(); }
    using needs = function::None;
    static constexpr bool affine = true;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    static void gate(std::int64_t n, const ConstRun<C>&, const ConstRun<C>& g, const Run<C>& y) {
        for (std::int64_t i = 0; i < n; ++i) y[i] = Scalar<C>(-g[i]);
    }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return Scalar<C>(-x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>&, const Scalar<C>&) { return Scalar<C>(-one<C>()); };
    }
};

}  // namespace unary

namespace op {
using Negate = Pointwise<unary::Negate>;
}

}  // namespace tercet
