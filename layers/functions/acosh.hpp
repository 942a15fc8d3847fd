/// Acosh: log(x + sqrt(x^2 - 1)), x >= 1, with slope 1 / (sqrt(x - 1) sqrt(x + 1)); none at 1, where an interval that
/// is one throws DomainError as a quotient by 0
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Acosh {
    static constexpr const char *name = "inverse hyperbolic cosine", *onnx = "Acosh";
    static constexpr auto attributes() { return no_attributes<Acosh>(); }
    using needs = function::All<function::Acosh, function::Sqrt, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::nonnegative, -1}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::acosh(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>&) {
            const Scalar<C> root = product<C>(C::sqrt(sum<C>(x, -one<C>())), C::sqrt(sum<C>(x, one<C>())));
            return C::relu(C::divide(one<C>(), root));  // positive, also where the root's interval reaches 0
        };
    }
};

}  // namespace unary

namespace op {
using Acosh = Pointwise<unary::Acosh>;
}

}  // namespace tercet
