/// Relu: max(x, 0), with slope 0 at 0
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Relu {
    static constexpr const char *name = "relu", *onnx = "Relu";
    static constexpr auto attributes() { return no_attributes<Relu>(); }
    static constexpr Joins joins = Joins::relu;
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {0}; }

    template <Context C>
    static void run(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
        rectify<C>(n, x, y);
    }
    template <Context C>
    static void gate(std::int64_t n, const ConstRun<C>& x, const ConstRun<C>& g, const Run<C>& y) {
        tercet::gate<C>(n, x, g, y);
    }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::relu(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::step(x); };
    }
};

}  // namespace unary

namespace op {
using Relu = Pointwise<unary::Relu>;
}

}  // namespace tercet
