/// Dyadic runs the models as Rational does: values and every gradient, by hand, as chains and as graphs, with ==.
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph_of.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include "../layers/layer_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

template <class X>
bool same(const X& dyadic, const std::vector<RationalNumber>& rational) {
    if (dyadic.size() != rational.size()) return false;
    for (std::size_t i = 0; i < rational.size(); ++i)
        if (to_rational(dyadic[i]) != rational[i]) return false;
    return true;
}
bool same(const AnyTensor<Dyadic>& d, const AnyTensor<Rational>& q) { return d.dims == q.dims && same(d.data, q.data); }

/// A float model's values and pullback over Dyadic are those over Rational.
template <class M, class X>
void check_layer(const M& m, const X& x, Random& random) {
    check_dyadic_is_rational(lift<Dyadic>(m), lift<Dyadic>(x), random);
}

/// Every node's value and every gradient of a graph.
template <class M>
void check_graph(const M& m, const AnyTensor<Float64>& x, const AnyTensor<Float64>& g) {
    const Graph graph = graph_of(m);
    REQUIRE(refusals<Dyadic>(graph).empty());
    std::vector<AnyTensor<Dyadic>> pd;
    std::vector<AnyTensor<Rational>> pq;
    for (const auto& p : params_of(m)) {
        pd.push_back(lift<Dyadic>(p));
        pq.push_back(lift<Rational>(p));
    }
    const auto td = run<Dyadic>(graph, pd, {lift<Dyadic>(x)});
    const auto tq = run<Rational>(graph, pq, {lift<Rational>(x)});
    for (std::size_t i = 0; i < tq.values.size(); ++i) REQUIRE(same(td.values[i], tq.values[i]));
    REQUIRE(same(interpret<Dyadic>(graph, pd, {lift<Dyadic>(x)})[0],
                 tq.values[static_cast<std::size_t>(graph.outputs[0])]));
    const auto dd = pullback<Dyadic>(graph, pd, td, {lift<Dyadic>(g)});
    const auto dq = pullback<Rational>(graph, pq, tq, {lift<Rational>(g)});
    REQUIRE(same(dd.inputs[0], dq.inputs[0]));
    for (std::size_t i = 0; i < dq.parameters.size(); ++i) REQUIRE(same(dd.parameters[i], dq.parameters[i]));
    const auto kd = count_kinks<Dyadic>(graph, td);
    const auto kq = count_kinks<Rational>(graph, tq);
    REQUIRE(kd.relu == kq.relu);
    REQUIRE(kd.max_pool == kq.max_pool);
}

}  // namespace

TEST_CASE("MLP: Dyadic's values and gradients are Rational's, for one input and batches") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(701, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 5; ++k) {
        const auto m = random.like(Mlp<Float64, 30, 19, 7>{});
        const auto x = random.fixed<Float64, 30>();
        const auto g = random.fixed<Float64, 7>();
        check_layer(m, x, random);
        check_layer(chain_of(m), x, random);
        check_graph(m, x, g);
        for (const std::int64_t n : {0, 1, 13})
            check_layer(chain_of(m), random.tensor<Tensor<Float64, dyn, 30>>({n, 30}), random);
    }
    check_layer(Mlp<Float64, 3, 5, 2>{}, random.fixed<Float64, 3>(), random);  // zeros everywhere
}

TEST_CASE("CNN: Dyadic's values and gradients are Rational's, for one image and batches") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(702, data);
    CAPTURE(random.seed);
    constexpr CNN2Config config{.c1 = 3, .c2 = 5, .out = 4};
    for (int k = 0; k < 3; ++k) {
        const auto m = random.like(Cnn2<Float64, 2, 9, 8, config>{});
        const auto x = random.fixed<Float64, 2, 9, 8>();
        const auto g = random.fixed<Float64, 4>();
        check_layer(m, x, random);
        check_layer(chain_of(m), x, random);
        check_graph(m, x, g);
        check_layer(m, random.tensor<Tensor<Float64, dyn, 2, 9, 8>>({3, 2, 9, 8}), random);
    }
}

TEST_CASE("Autoencoder: Dyadic's values and gradients are Rational's") {
    Random random(703, Data::rough);
    CAPTURE(random.seed);
    for (const Activation activation : {Activation::relu, Activation::identity}) {
        auto m = random.like(Autoencoder<Float64, 11, 4>{});
        m.activation = activation;
        const auto x = random.fixed<Float64, 11>();
        check_layer(m, x, random);
        check_graph(m, x, x);
    }
}

TEST_CASE("Overlapping pooling windows, dilated strided padded convolutions, leaky slopes: Dyadic is Rational") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(704, data);
    CAPTURE(random.seed);
    constexpr Geometry2d geometry{.stride_h = 2,
                                  .stride_w = 1,
                                  .pad_top = 1,
                                  .pad_left = 2,
                                  .pad_bottom = 0,
                                  .pad_right = 1,
                                  .dilation_h = 1,
                                  .dilation_w = 2};
    const auto conv = random.like(Conv2d<Float64, 2, 3, 3, 2, geometry>{});
    const auto net =
        chain(conv, LeakyRelu<Float64>{0.25}, MaxPool2d<Float64, Pool2dWindow{3, 2, Geometry2d::same(1, 0)}>{});
    check_layer(net, random.fixed<Float64, 2, 9, 7>(), random);
}

TEST_CASE("What needs division or exp is refused over Dyadic with the node and the way out") {
    Graph graph;
    const int x = graph.add_input("x", {1, 2, 4, 4});
    const int pool =
        append(graph, "mean", "AveragePool", op::AveragePool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}}, {x});
    graph.outputs = {append(graph, "sig", "Sigmoid", op::Sigmoid{}, {pool})};
    graph.output_names = {"y"};
    const auto why = refusals<Dyadic>(graph);
    REQUIRE(why.size() == 2);
    CHECK(why[0] ==
          "node 'mean' (AveragePool): a mean or quotient needs division, which has no dyadic value; try --scalar "
          "interval64");
    CHECK(why[1] == "node 'sig' (Sigmoid): sigmoid needs exp, which has no dyadic value; try --scalar interval64");
    CHECK_THROWS_AS(interpret<Dyadic>(graph, {}, {AnyTensor<Dyadic>(Dims{1, 2, 4, 4})}), UnsupportedOp);
}

TEST_CASE("A refusal in a pullback names its node") {
    Graph graph;
    const int x = graph.add_input("x", {1, 2}), w = graph.add_parameter("w", {2, 2});
    graph.outputs = {append(graph, "fc", "Gemm", op::Gemm{.transpose_b = true}, {x, w})};
    graph.output_names = {"y"};
    const auto numbers = [](Dims dims, std::vector<double> values) {
        return AnyTensor<Dyadic>(std::move(dims), Dyadic::lift(values));
    };
    const std::vector<AnyTensor<Dyadic>> parameters{numbers({2, 2}, {1, 2, 3, 4})};
    const auto trace = run<Dyadic>(graph, parameters, {numbers({1, 2}, {0x1p30 + 1, 1})});
    const BitLimit limit(50);
    CHECK_THROWS_WITH(
        pullback<Dyadic>(graph, parameters, trace, {numbers({1, 2}, {0x1p30 + 1, 1})}),
        Catch::Matchers::StartsWith("node 'fc' (Gemm), backward: an outer product can need integers of 61 bits"));
}

TEST_CASE("The pullback of a Rearrange sums what went to several places, and takes no bits that no sum needs") {
    Random random(711, Data::rough);
    CAPTURE(random.seed);
    Graph graph;
    const int a = graph.add_input("a", {5}), b = graph.add_input("b", {3});
    graph.outputs = {append(graph, "move", "Gather",
                            op::Rearrange{{{0, 4, -1, 4}, {-1, 0, 0, 2}, {1, 2, 0, 3}, {0, 1, 0, 1}, {1, 0, 1, 2}}},
                            {a, b}, {12})};
    graph.output_names = {"y"};
    AnyTensor<Float64> x(Dims{5}), z(Dims{3}), g(Dims{12});
    for (auto* t : {&x, &z, &g})
        for (double& v : t->data) v = random.real();
    const auto d =
        pullback<Dyadic>(graph, {}, run<Dyadic>(graph, {}, {lift<Dyadic>(x), lift<Dyadic>(z)}), {lift<Dyadic>(g)});
    const auto q = pullback<Rational>(graph, {}, run<Rational>(graph, {}, {lift<Rational>(x), lift<Rational>(z)}),
                                      {lift<Rational>(g)});
    for (std::size_t i = 0; i < 2; ++i) CHECK(same(d.inputs[i], q.inputs[i]));
    CHECK(to_rational(std::as_const(d.inputs[1].data)[2]) ==
          Rational::exact(g.data[6]) + Rational::exact(g.data[7]) + Rational::exact(g.data[8]));

    Graph reversed;
    reversed.outputs = {append(reversed, "reverse", "Slice", op::Rearrange{{{0, 4095, -1, 4096}}},
                               {reversed.add_input("x", {4096})}, {4096})};
    reversed.output_names = {"y"};
    const AnyTensor<Dyadic> longest(Dims{4096}, Dyadic::lift(std::vector<double>(4096, 0x1p40 + 1)));
    const BitLimit limit(42);
    CHECK(pullback<Dyadic>(reversed, {}, run<Dyadic>(reversed, {}, {longest}), {longest}).inputs[0].data ==
          longest.data);
}
