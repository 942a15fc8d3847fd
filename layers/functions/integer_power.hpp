/// IntegerPower: x^n for a whole n >= 1, by squaring; its slope is n x^(n - 1).
#pragma once

#include <tercet/layers/functions/function.hpp>

namespace tercet {

namespace unary {

struct IntegerPower {
    std::int64_t n = 2;

    static constexpr const char *name = "power", *onnx = nullptr;
    static constexpr auto attributes() { return no_attributes<IntegerPower>(); }
    using needs = function::None;
    static constexpr bool affine = false;
    static constexpr std::optional<Domain> domain{};
    static std::vector<double> kinks() { return {}; }
    /// Even powers turn at 0, odd ones nowhere.
    std::vector<Turn> turns() const { return n % 2 == 0 ? std::vector<Turn>{{0, 0}} : std::vector<Turn>{}; }

    template <Context C>
    auto value() const {
        return [n = n](const Scalar<C>& x) { return power<C>(x, n); };
    }
    template <Context C>
    auto slope() const {
        return [n = n, factor = C::exact(static_cast<double>(n))](const Scalar<C>& x, const Scalar<C>&) {
            return n == 1 ? one<C>() : product<C>(factor, power<C>(x, n - 1));
        };
    }

    template <Context C>
    static Scalar<C> power(const Scalar<C>& x, std::int64_t n) {
        if (n == 1) return x;
        const Scalar<C> even = square<C>(power<C>(x, n / 2));
        return n % 2 == 0 ? even : product<C>(even, x);
    }
};

}  // namespace unary

namespace op {
using IntegerPower = Pointwise<unary::IntegerPower>;
}

}  // namespace tercet
