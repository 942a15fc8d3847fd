/// One model, with a layer and a context of the user's own, in four arithmetics; and the traps that a user's flags
/// could set off.
#include "centre.hpp"
#include "extended.hpp"

#include <tercet/layers/chain.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>

using namespace tercet;

namespace {

int failures = 0;
void check(bool holds, const char* what) {
    std::cout << (holds ? "holds  " : "FAILS  ") << what << '\n';
    failures += !holds;
}

template <class C>
auto make_model() {
    return chain(Centre<C, 2>{}, Linear<C, 2, 3>{}, Relu<C>{}, Linear<C, 3, 1>{});
}

using Model = decltype(make_model<Float64>());

Model sample() {
    Model m = make_model<Float64>();
    double next = 0.1;
    zip_parameters(
        [&](auto& t) {
            for (std::int64_t i = 0; i < t.size(); ++i, next += 0.07) t[i] = (i % 3 == 1 ? -next : next);
        },
        m);
    return m;
}

bool inside(const Interval& i, const RationalNumber& x) {
    return Rational::exact(i.lower()) <= x && x <= Rational::exact(i.upper());
}

/// |value - exact| <= 10 u S, u half of T's epsilon: no way through the model has more than 8 roundings (centre 1;
/// product, sum and bias of the first layer 3, of the second 4), and ((1 + u)^8 - 1) S <= 10 u S, where S is the model
/// of absolute values at |x|. Relu moves no error away from 0.
template <class T>
bool is_rounded(T value, const RationalNumber& exact, Model m, Tensor<Float64, 2> x) {
    zip_parameters(
        [](auto& t) {
            for (std::int64_t i = 0; i < t.size(); ++i) t[i] = std::fabs(t[i]);
        },
        m);
    for (int i = 0; i < 2; ++i) {
        x[i] = std::fabs(x[i]);
        std::get<0>(m.layers).centre[i] *= -1;  // it is subtracted
    }
    const RationalNumber size = lift<Rational>(m)(lift<Rational>(x))[0],
                         u = Rational::exact(static_cast<double>(std::numeric_limits<T>::epsilon()) / 2);
    RationalNumber error = -exact;
    while (value != 0) {  // a long double as a sum of doubles
        const auto part = static_cast<double>(value);
        error += Rational::exact(part);
        value -= part;
    }
    return abs(error) <= 10 * u * size;
}

std::uint64_t hash_of(const Model& m) {
    std::uint64_t h = 1469598103934665603ULL;
    for (int k = 0; k < 50; ++k) {
        const Tensor<Float64, 2> x{0.3 + k / 7.0, -0.2 + k / 11.0};
        const auto p = m.vjp(x, Tensor<Float64, 1>{1.0});
        for (const double v : {m(x)[0], p.input[0], p.input[1]})
            h = (h ^ std::bit_cast<std::uint64_t>(v)) * 1099511628211ULL;
    }
    return h;
}

}  // namespace

int main() {
    const Model model = sample();
    const Tensor<Float64, 2> x{0.7, -0.4};
    const auto exact = lift<Rational>(model);
    const auto y = exact(lift<Rational>(x));
    const auto box = lift<Interval64>(model)(lift<Interval64>(x));
    check(inside(box[0], y[0]), "the interval output contains the rational output");
    const auto extended = lift<Extended>(model)(lift<Extended>(x));
    check(is_rounded(model(x)[0], y[0], model, x), "float64 is within its a-priori error of the rational output");
    check(is_rounded(extended[0], y[0], model, x), "the user's own context is within its own, 2^-11 of that");
    const auto gradient = exact.vjp(lift<Rational>(x), Tensor<Rational, 1>{RationalNumber(1)});
    const auto enclosed = lift<Interval64>(model).vjp(lift<Interval64>(x), Tensor<Interval64, 1>{Interval(1.0)});
    check(inside(enclosed.input[0], gradient.input[0]) && inside(enclosed.input[1], gradient.input[1]),
          "the interval gradient contains the rational one");

    std::cout << "float64 bits " << std::hex << hash_of(model) << std::dec << '\n';
    check(hash_of(model) == 0xea11401a8f497c6aULL,
          "float64 has the same bits under these flags");  // g++ and clang++, -O0 to -O3 fused

    const Interval third = Interval(1.0) / Interval(3.0), root = sqrt(Interval(2.0));
    check(inside(third, Rational::ratio(1, 3)) && third.lower() < third.upper(), "literal 1/3");
    check(Rational::exact(root.lower()) * Rational::exact(root.lower()) < RationalNumber(2) &&
              RationalNumber(2) < Rational::exact(root.upper()) * Rational::exact(root.upper()),
          "literal sqrt 2");
    int missed = 0;
    for (int i = 1; i < 20000; ++i) {
        const double a = 1.0 / i, b = 3.0 / (i + 7), plain = a + b, fused = a * b + plain;
        const Interval sum = Interval(a) + Interval(b), product = Interval(a) * Interval(b),
                       negated = -(Interval(a) * Interval(-b));
        missed += !inside(sum, Rational::exact(a) + Rational::exact(b)) +
                  !inside(product, Rational::exact(a) * Rational::exact(b)) +
                  !inside(negated, Rational::exact(a) * Rational::exact(b)) + !(fused > 0);
    }
    check(missed == 0, "intervals beside the same expression in plain double");
    return failures;
}
