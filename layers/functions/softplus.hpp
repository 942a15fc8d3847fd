/// Softplus: log(1 + exp(x)), with slope 1 / (1 + exp(-x))
#pragma once

#include <tercet/layers/functions/function.hpp>
#include <tercet/layers/functions/log_one_plus_exp.hpp>

namespace tercet {

namespace unary {

struct Softplus {
    static constexpr const char *name = "softplus", *onnx = "Softplus";
    static constexpr auto attributes() { return no_attributes<Softplus>(); }
    using needs = function::All<function::Exp, function::Log1p, function::Sigmoid, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }

    /// None: it rises.
    static std::vector<Turn> turns() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return log_one_plus_exp<C>(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) { return C::sigmoid(x); };
    }
};

}  // namespace unary

namespace op {
using Softplus = Pointwise<unary::Softplus>;
}

}  // namespace tercet
