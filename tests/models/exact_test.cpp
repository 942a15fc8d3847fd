/// The fastest exact context: Dyadic where nothing divides, and the same numbers as Rational's.
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/exact.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include "../catch.hpp"

using namespace tercet;

namespace {

/// y = relu(x w), divided by w where asked.
Network<Float64> network(bool divides) {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {2}), w = g.add_parameter("w", {2});
    int y = append(g, "product", "Mul", op::Elementwise{Binary::multiply}, {x, w});
    y = append(g, "relu", "Relu", op::Relu{}, {y});
    if (divides) y = append(g, "quotient", "Div", op::Elementwise{Binary::divide}, {y, w});
    g.outputs = {y};
    g.output_names = {"y"};
    n.parameters = {{{2}, {0.1, -3}}};
    return n;
}

}  // namespace

TEST_CASE("Exact outputs and gradients are Rational's, over Dyadic where nothing divides") {
    for (const bool divides : {false, true}) {
        const auto n = network(divides);
        CHECK(runs_in_dyadic(n.graph) == !divides);
        CHECK(with_exact(n.graph, []<Context C>() { return std::string(C::name); }) ==
              (divides ? Rational::name : Dyadic::name));
        const AnyTensor<Float64> x(Dims{2}, {0.3, -7}), g(Dims{2}, {1, 0.7});
        const std::vector<AnyTensor<Rational>> w{lift<Rational>(n.parameters[0])};
        const auto y = exact_outputs(n, {x});
        CHECK(y == interpret<Rational>(n.graph, w, {lift<Rational>(x)}));
        CHECK(y.at(0).data.at(1) == (divides ? RationalNumber(-7) : RationalNumber(21)));
        const auto d = exact_gradients(n, {x}, {g});
        const auto trace = run<Rational>(n.graph, w, {lift<Rational>(x)});
        const auto expected = pullback<Rational>(n.graph, w, trace, {lift<Rational>(g)});
        CHECK(d.inputs == expected.inputs);
        CHECK(d.parameters == expected.parameters);
        CHECK(exact_gradients(n, {x}, {g}, false).parameters.empty());
    }
}
