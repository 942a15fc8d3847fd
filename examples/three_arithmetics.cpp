/// The README's model in three arithmetics.
#include <tercet/io/text/decimal.hpp>
#include <tercet/models/mlp.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include <iostream>

using namespace tercet;

int main() {
    const Mlp<Float64, 2, 3, 1> model{{{.1, .2, .3, .4, .5, .6}, {.1, .2, .3}}, {{.7, .8, .9}, {.4}}};
    const Tensor<Float64, 2> x{.5, .8};

    const Tensor<Float64, 1> y = model(x);
    const Tensor<Interval64, 1> bound =
        lift<Interval64>(model)(Tensor<Interval64, 2>{Interval(.4, .6), Interval(.7, .9)});
    const auto gradient = lift<Rational>(model).backward(lift<Rational>(x), Tensor<Rational, 1>{RationalNumber(1)});

    std::cout << "float64:    y = " << decimal_nearest_shortest(y[0]) << '\n';
    std::cout << "interval64: y in [" << decimal_down(bound[0].lower(), 17) << ", " << decimal_up(bound[0].upper(), 17)
              << "] for x in [.4, .6] x [.7, .9]\n";
    std::cout << "rational:   dy/dx_0 = " << fraction(gradient.input[0]) << '\n';
}
