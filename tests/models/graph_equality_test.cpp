/// The seeds' theorem, for all three models and every context: interpreting the graph of a model is the model, and so
/// are the pullbacks.
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph_of.hpp>

#include "model_checks.hpp"
#include "small_cnns.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

template <class Y>
AnyTensor<typename Y::Context> any(const Y& y) {
    return AnyTensor<typename Y::Context>(y);
}

/// interpret<C>(graph, params_of(m), x) == y, and the graph's pullback == the hand-written one, parameter by parameter.
template <class M, class X, class Y, class P>
void check_graph(const Graph& graph, const M& m, const X& x, const Y& y, const Y& g, const P& by_hand) {
    using C = typename M::Context;
    const auto parameters = params_of(m);
    REQUIRE(parameters.size() == graph.parameters.size());
    for (std::size_t k = 0; k < parameters.size(); ++k)
        REQUIRE(parameters[k].dims == graph.nodes[static_cast<std::size_t>(graph.parameters[k])].shape);
    const std::vector<AnyTensor<C>> inputs{any(x)};
    const auto outputs = interpret<C>(graph, parameters, inputs);
    REQUIRE(outputs.size() == 1);
    REQUIRE((outputs[0] == any(y)));

    const auto trace = run<C>(graph, parameters, inputs);
    const auto gradient = pullback<C>(graph, parameters, trace, {any(g)});
    REQUIRE((gradient.inputs == std::vector<AnyTensor<C>>{any(by_hand.input)}));
    std::vector<AnyTensor<C>> expected;
    zip_parameters(
        [&](const auto& t) {
            expected.push_back({Dims(t.dims().begin(), t.dims().end()), t.storage()});
        },
        by_hand.layer);
    REQUIRE((gradient.parameters == expected));
    REQUIRE(pullback<C>(graph, parameters, trace, {any(g)}, false).parameters.empty());
}

template <class M, class X>
void check_graph_is_model(const M& m, const X& x, Random& random) {
    const auto y = m(x);
    const auto g = random.tensor<std::remove_cvref_t<decltype(y)>>(y.dims());
    check_graph(graph_of(m), m, x, y, g, m.backward(x, g));
}

std::vector<std::string> parameter_names(const Graph& g) {
    std::vector<std::string> names;
    for (const int id : g.parameters) names.push_back(g.nodes[static_cast<std::size_t>(id)].name);
    return names;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("Graph == model, forward and backward, in every context", "", GraphContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(131, data);
    CAPTURE(random.seed);
    check_graph_is_model(random.like(Mlp<C, 4, 6, 3>{}), random.fixed<C, 4>(), random);
    check_graph_is_model(random.like(Mlp<C, 1, 1, 1>{}), random.fixed<C, 1>(), random);
    check_graph_is_model(random.like(Uneven<C>{}), random.fixed<C, 2, 4, 5>(), random);
    check_graph_is_model(random.like(Strided<C>{}), random.fixed<C, 1, 7, 5>(), random);
    for (const Activation a : {Activation::relu, Activation::identity, Activation::sigmoid, Activation::tanh}) {
        if (!ElementaryContext<C> && (a == Activation::sigmoid || a == Activation::tanh)) continue;
        CAPTURE(to_string(a));
        Autoencoder<C, 5, 3> m;
        m.activation = a;
        check_graph_is_model(random.like(m), random.fixed<C, 5>(), random);
    }
    if constexpr (ElementaryContext<C>) {
        const auto m = random.like(Mlp<C, 4, 6, 3>{});
        const auto x = random.fixed<C, 4>();
        const auto g = random.fixed<C, 3>();
        check_graph(graph_with_softmax_of(m), m, x, m.forward_softmax(x), g, m.backward_softmax(x, g));
    }
}

TEST_CASE("The graph's pullback in Rational is the Dual<Rational> forward derivative") {
    Random random(132);
    CAPTURE(random.seed);
    const auto m = random.like(Uneven<Rational>{}), dm = random.like(m);
    const auto x = random.fixed<Rational, 2, 4, 5>(), dx = random.fixed<Rational, 2, 4, 5>();
    const Graph graph = graph_of(m);
    const auto dual =
        interpret<DualRational>(graph, params_of(with_direction<Rational>(m, dm)), {any(with_direction(x, dx))})[0];
    const auto g = random.fixed<Rational, 2>();
    const auto gradient =
        pullback<Rational>(graph, params_of(m), run<Rational>(graph, params_of(m), {any(x)}), {any(g)});
    RationalNumber forward = 0, reverse = 0;
    for (std::size_t i = 0; i < 2; ++i) forward = forward + dual.data[i].derivative * g.storage()[i];
    const auto direction = params_of(dm);
    for (std::size_t k = 0; k < direction.size(); ++k)
        for (std::size_t i = 0; i < direction[k].data.size(); ++i)
            reverse = reverse + direction[k].data[i] * gradient.parameters[k].data[i];
    for (std::size_t i = 0; i < dx.storage().size(); ++i)
        reverse = reverse + dx.storage()[i] * gradient.inputs[0].data[i];
    CHECK((forward == reverse));
}

TEST_CASE("A graph of a model refuses sigmoid over rationals, naming the node") {
    Autoencoder<Rational, 3, 2> m;
    m.activation = Activation::sigmoid;
    CHECK_THROWS_AS(interpret<Rational>(graph_of(m), params_of(m), {any(Tensor<Rational, 3>{})}), UnsupportedOp);
    CHECK_THROWS_WITH(interpret<Rational>(graph_of(m), params_of(m), {any(Tensor<Rational, 3>{})}),
                      Catch::Matchers::ContainsSubstring("node 'sigmoid'"));
}

TEST_CASE("Parameters are named as PyTorch names them, shapes are stated, the identity is no node") {
    CHECK(parameter_names(graph_of(Mlp<Float64, 2, 3, 1>{})) ==
          std::vector<std::string>{"l1.weight", "l1.bias", "l2.weight", "l2.bias"});
    CHECK(parameter_names(graph_of(Autoencoder<Float64, 3, 2>{})) ==
          std::vector<std::string>{"encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"});
    const Graph cnn = graph_of(Cnn2<Float64, 1, 28, 28>{});
    CHECK(parameter_names(cnn) == std::vector<std::string>{"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                                                           "head.weight", "head.bias"});
    CHECK(cnn.nodes.back().shape == Dims{10});
    CHECK(cnn.nodes.front().shape == Dims{1, 28, 28});
    CHECK(cnn.output_names == std::vector<std::string>{"logits"});
    Autoencoder<Float64, 3, 2> linear;
    linear.activation = Activation::identity;
    CHECK(graph_of(linear).nodes.size() + 1 == graph_of(Autoencoder<Float64, 3, 2>{}).nodes.size());
}
