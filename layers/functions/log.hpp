/// Log: the natural logarithm, x > 0, with slope 1/x
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct Log {
    static constexpr const char *name = "log", *onnx = "Log";
    static constexpr auto attributes() { return no_attributes<Log>(); }
    using needs = function::All<function::Log, function::Exp, function::Divide>;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{Domain{0, Domain::Asks::positive}};
    static std::vector<double> kinks() { return {}; }

    template <Context C>
    auto value() const {
        return [](const Scalar<C>& x) { return C::log(x); };
    }
    template <Context C>
    auto slope() const {
        return [](const Scalar<C>& x, const Scalar<C>& y) {
            if constexpr (EnclosingContext<C>)  // exp(-log x), where x reaches 0 and a quotient would be the line
                if (!certainly(C::less(zero<C>(), x))) return C::exp(-y);
            return C::divide(one<C>(), x);
        };
    }
};

}  // namespace unary

namespace op {
using Log = Pointwise<unary::Log>;
}

}  // namespace tercet
