#include <tercet/models/typed_graph.hpp>

#include "model_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

RationalNumber q(std::int64_t p, std::int64_t d) { return Rational::ratio(p, d); }

/// The seeds' golden vector.
struct Golden {
    using C = Rational;
    Mlp<C, 2, 3, 1> m{{{q(1, 10), q(1, 5), q(3, 10), q(2, 5), q(1, 2), q(3, 5)}, {q(1, 10), q(1, 5), q(3, 10)}},
                      {{q(7, 10), q(4, 5), q(9, 10)}, {q(2, 5)}}};
    Tensor<C, 2> x{q(1, 2), q(4, 5)};
    Tensor<C, 1> g{q(1, 1)}, y{q(52, 25)};
    Mlp<C, 2, 3, 1> gradient{
        {{q(7, 20), q(14, 25), q(2, 5), q(16, 25), q(9, 20), q(18, 25)}, {q(7, 10), q(4, 5), q(9, 10)}},
        {{q(31, 100), q(67, 100), q(103, 100)}, {q(1, 1)}}};
    Tensor<C, 2> dx{q(19, 25), q(1, 1)};
};

template <Context C>
Mlp<C> random_mlp(Random& random, std::int64_t in, std::int64_t hidden, std::int64_t out) {
    using P = Parameters<C>;
    Mlp<C> m{{Tensor<P, dyn, dyn>({hidden, in}), Tensor<P, dyn>({hidden})},
             {Tensor<P, dyn, dyn>({out, hidden}), Tensor<P, dyn>({out})}};
    return random.like(m);
}

/// Typed graph == model, forward and backward.
template <class M, class X>
void check_typed_graph_is_model(const M& m, const X& x, Random& random) {
    using C = typename M::Context;
    const auto graph = typed_graph_of(m);
    const auto parameters = flat_parameters(m);
    const auto y = m(x);
    REQUIRE((interpret<C>(graph, parameters, x) == y));
    const auto g = random.tensor<std::remove_cvref_t<decltype(y)>>(y.dims());
    const auto by_hand = m.backward(x, g);
    const auto derived = pullback<C>(graph, parameters, x, g);
    REQUIRE((derived.input == by_hand.input));
    REQUIRE((derived.layer == flat_parameters(by_hand.layer)));
}

}  // namespace

TEST_CASE("The MLP's golden vector, by hand, as a chain and as a typed graph") {
    const Golden t;
    CHECK((t.m.l1(t.x) == Tensor<Rational, 3>{q(31, 100), q(67, 100), q(103, 100)}));
    CHECK((t.m(t.x) == t.y));
    const auto p = t.m.backward(t.x, t.g);
    CHECK(equal(p.layer, t.gradient));
    CHECK((p.input == t.dx));
    CHECK((chain_of(t.m)(t.x) == t.y));
    CHECK((chain_of(t.m).input_vjp(t.x, t.g) == t.dx));
    CHECK((interpret<Rational>(typed_graph_of(t.m), flat_parameters(t.m), t.x) == t.y));
    const auto d = pullback<Rational>(typed_graph_of(t.m), flat_parameters(t.m), t.x, t.g);
    CHECK((d.layer == flat_parameters(t.gradient)));
    CHECK((d.input == t.dx));
}

TEMPLATE_LIST_TEST_CASE("MLP: chain, typed graph and hand-written forward and backward are equal in every context", "",
                        OrderedContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(101, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 5; ++k) {
        const auto m = random.like(Mlp<C, 4, 6, 3>{});
        const auto x = random.fixed<C, 4>();
        check_chain_is_model(m, chain_of(m), x, random);
        check_typed_graph_is_model(m, x, random);
        const auto loaded = random_mlp<C>(random, 3, 5, 2);
        const auto v = random.tensor<Tensor<C, dyn>>({3});
        check_chain_is_model(loaded, chain_of(loaded), v, random);
        check_typed_graph_is_model(loaded, v, random);
    }
    for (const auto& [in, hidden, out] : {Extents<3>{1, 1, 1}, {0, 2, 2}, {2, 0, 2}, {2, 2, 0}}) {
        const auto m = random_mlp<C>(random, in, hidden, out);
        const auto x = random.tensor<Tensor<C, dyn>>({in});
        check_chain_is_model(m, chain_of(m), x, random);
        check_typed_graph_is_model(m, x, random);
    }
}

// Softmax needs exp: not over Rational, nor over Dyadic.
TEMPLATE_LIST_TEST_CASE("MLP with softmax: chain, typed graph and hand-written are equal", "", SmoothContexts) {
    using C = TestType;
    Random random(102, Data::rough);
    CAPTURE(random.seed);
    const auto m = random.like(Mlp<C, 4, 6, 3>{});
    const auto x = random.fixed<C, 4>();
    const auto g = random.fixed<C, 3>();
    const auto y = m.forward_softmax(x);
    const auto chain = chain_with_softmax_of(m);
    const auto graph = typed_graph_with_softmax_of(m);
    CHECK((chain(x) == y));
    CHECK((interpret<C>(graph, flat_parameters(m), x) == y));
    const auto by_hand = m.backward_softmax(x, g);
    const auto derived = chain.vjp(x, g);
    const auto interpreted = pullback<C>(graph, flat_parameters(m), x, g);
    CHECK((derived.input == by_hand.input));
    CHECK((interpreted.input == by_hand.input));
    CHECK(equal(std::get<0>(derived.layer.layers), by_hand.layer.l1));
    CHECK(equal(std::get<2>(derived.layer.layers), by_hand.layer.l2));
    CHECK((interpreted.layer == flat_parameters(by_hand.layer)));
    const auto rows = m.forward_softmax(random.tensor<Tensor<C, dyn, 4>>({2, 4}));
    CHECK(rows.dim(0) == 2);
    CHECK(operators(chain).size() == 4);
}

TEMPLATE_LIST_TEST_CASE("MLP: the hand-written backward is the derivative, kinks included", "", ExactContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(103, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 10; ++k)
        check_pullback_is_derivative<C>(random.like(Mlp<C, 3, 5, 2>{}), random.fixed<C, 3>(), random);
    check_pullback_is_derivative<C>(Mlp<C, 3, 5, 2>{}, random.fixed<C, 3>(), random);  // every unit at its kink
}

TEMPLATE_LIST_TEST_CASE("MLP: a batch is its rows, also an empty one", "", OrderedContexts) {
    using C = TestType;
    Random random(104);
    CAPTURE(random.seed);
    const auto m = random.like(Mlp<C, 4, 6, 3>{});
    for (const std::int64_t n : {0, 1, 3}) check_batch_value_is_rows(m, random.tensor<Tensor<C, dyn, 4>>({n, 4}));
    check_parameters(m, 4 * 6 + 6 + 6 * 3 + 3, random);
}

TEMPLATE_LIST_TEST_CASE(
    "MLP over boxes: the set-valued backward contains the gradients at rational points, kinks included", "",
    EnclosingContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(105, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 20; ++k)
        check_boxes_contain_points<C>(random.like(Mlp<C, 3, 5, 2>{}), random.fixed<C, 3>(), random);
}

TEST_CASE("MLP: lift commutes with running it") {
    Random random(106);
    CAPTURE(random.seed);
    check_lift(random.like(Mlp<Float64, 3, 5, 2>{}), random.fixed<Float64, 3>());
}

TEST_CASE("MLP: shape errors carry the numbers") {
    const Mlp<Float64> m{{Tensor<Float64, dyn, dyn>({3, 2}), Tensor<Float64, dyn>({3})},
                         {Tensor<Float64, dyn, dyn>({1, 4}), Tensor<Float64, dyn>({1})}};
    CHECK_THROWS_WITH(m(Tensor<Float64, dyn>({2})), Catch::Matchers::ContainsSubstring("needs 4 inputs, got [1, 3]"));
    CHECK_THROWS_WITH(m.backward(Tensor<Float64, dyn>({2}), Tensor<Float64, dyn>({1})),
                      "mlp backward: 3 hidden units, second weight [1, 4]");
    const Mlp<Float64> narrow{{Tensor<Float64, dyn, dyn>({64, 2}), Tensor<Float64, dyn>({64})},
                              {Tensor<Float64, dyn, dyn>({3, 2}), Tensor<Float64, dyn>({3})}};
    CHECK_THROWS_WITH(narrow.backward(Tensor<Float64, dyn>({2}), Tensor<Float64, dyn>({3})),
                      "mlp backward: 64 hidden units, second weight [3, 2]");
    const Golden t;
    const Mlp<Rational> loaded{{t.m.l1.weight, t.m.l1.bias}, {t.m.l2.weight, t.m.l2.bias}};
    CHECK_THROWS_AS(loaded.backward(t.x, Tensor<Rational, 2>{}), ShapeError);
}

TEST_CASE("MLP: the chain lists itself as PyTorch modules") {
    CHECK(operators(chain_of(Mlp<Float64, 3, 4, 2>{})) ==
          std::vector<std::string>{"nn.Linear(3, 4)", "nn.ReLU()", "nn.Linear(4, 2)"});
}

// A typed graph's shapes are checked when it is compiled.
static_assert(
    primitives_agree<primitive::Linear<2, 3>, primitive::Relu<3>, primitive::Linear<dyn, 4>, primitive::Relu<>>());
static_assert(!primitives_agree<primitive::Linear<2, 3>, primitive::Relu<4>>());
static_assert(std::same_as<TypedGraph<primitive::Linear<2, 3>, primitive::Relu<3>>::Parameters<Interval64>,
                           std::tuple<Tensor<Float64, 3, 2>, Tensor<Float64, 3>>>);
