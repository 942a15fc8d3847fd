/// A plan gives what interpret gives, and a batch is its rows.
#include <tercet/core/error.hpp>
#include <tercet/io/onnx/read.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/models/graph/plan.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph/with_batch.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <filesystem>

#include "../catch.hpp"
#include "../support/wired_graphs.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

template <Context C>
AnyTensor<C> row_of(const AnyTensor<C>& batch, std::int64_t k) {
    AnyTensor<C> row(batch.dims);
    row.dims[0] = 1;
    row = AnyTensor<C>(row.dims);
    for (std::int64_t i = 0; i < row.size(); ++i)
        row.data[static_cast<std::size_t>(i)] = batch.data[static_cast<std::size_t>(k * row.size() + i)];
    return row;
}

template <Context C>
void check_plan(const Wired& w, Random& random) {
    std::vector<AnyTensor<Parameters<C>>> parameters;
    for (const Dims& d : w.shapes) parameters.push_back(random_tensor<Parameters<C>>(random, d));
    const Dims& shape = w.graph.nodes[static_cast<std::size_t>(w.graph.inputs[0])].shape;
    Plan<C> plan(w.graph, parameters), keeping(w.graph, parameters, Keep::all);
    CHECK(plan.buffer_elements() <= keeping.buffer_elements());
    for (int repeat = 0; repeat < 3; ++repeat) {
        const std::vector<AnyTensor<C>> x{random_tensor<C>(random, shape)};
        const auto want = interpret<C>(w.graph, parameters, x);
        plan.run(x);
        for (std::size_t k = 0; k < want.size(); ++k) REQUIRE(plan.output(k) == want[k]);
        const Trace<C> all = run<C>(w.graph, parameters, x), &kept = keeping.run(x);
        for (std::size_t i = 0; i < w.graph.nodes.size(); ++i)
            if (!w.graph.nodes[i].op.is<op::Parameter>()) REQUIRE(kept.values[i] == all.values[i]);
    }
    const std::int64_t n = 5;
    const Graph batched = with_batch(w.graph, n);
    Dims wide = shape;
    wide[0] = n;
    const std::vector<AnyTensor<C>> x{random_tensor<C>(random, wide)};
    Plan<C> many(batched, parameters);
    many.run(x);
    for (std::int64_t k = 0; k < n; ++k) {
        plan.run({row_of(x[0], k)});
        REQUIRE(row_of(many.output(0), k) == plan.output(0));
    }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("A plan is interpret, to the bit, run after run; kept values are run's; a batch is its rows",
                        "", PrimalContexts) {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(71, data);
    if (std::same_as<TestType, Dyadic> && data == Data::rough) return;  // its random numbers are dyadic anyway
    check_plan<TestType>(Wired::perceptron(), random);
    check_plan<TestType>(Wired::convolutional(), random);
    if constexpr (FieldContext<TestType>)
        check_plan<TestType>(Wired::assorted(RootContext<TestType>, ElementaryContext<TestType>), random);
}

TEST_CASE("What cannot be a batch is refused with the node's name; a plan refuses what run refuses") {
    using Catch::Matchers::ContainsSubstring;
    Wired w = Wired::perceptron();
    CHECK_THROWS_WITH(with_batch(w.graph, 0), ContainsSubstring("a batch of 0"));
    Node& last = w.graph.nodes[static_cast<std::size_t>(w.graph.outputs[0])];
    last.op = op::Reduce{{0}, false};
    CHECK_THROWS_WITH(with_batch(w.graph, 3),
                      ContainsSubstring(last.name) && ContainsSubstring("sums over the batch axis"));
    Wired two;
    const int x = two.graph.add_input("x", {2, 3});
    two.graph.outputs = {x};
    CHECK_THROWS_WITH(with_batch(two.graph, 3),
                      ContainsSubstring("'x'") && ContainsSubstring("first axis of its value is not 1"));
    const std::vector<AnyTensor<Float64>> none;
    CHECK_THROWS_AS(Plan<Float64>(w.graph, none), ShapeError);
    Plan<Float64> plan(two.graph, none);
    CHECK_THROWS_WITH(plan.run({AnyTensor<Float64>(Dims{3, 2})}),
                      ContainsSubstring("[2, 3]") && ContainsSubstring("[3, 2]"));
    std::vector<AnyTensor<Float64>> moved_from(1, AnyTensor<Float64>(Dims{2, 3}));
    moved_from[0].data.resize(1);
    CHECK_THROWS_WITH(plan.run(moved_from), ContainsSubstring("shape [2, 3] with 1 elements"));
    plan.run({AnyTensor<Float64>(Dims{2, 3})});
    CHECK(plan.output(0) == AnyTensor<Float64>(Dims{2, 3}));
}

TEST_CASE("A batch of boxes of real networks is its rows, to the bit") {
    const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "vnncomp";
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: the shared folder 'vnncomp' is absent");
        return;
    }
    Random random(73, Data::rough);
    for (const char* file : {"acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx", "mnist_fc/onnx/mnist-net_256x2.onnx",
                             "oval21/onnx/cifar_base_kw.onnx"}) {
        const OnnxModel model = read_onnx(folder / file);
        const Graph& graph = model.network.graph;
        const Graph batched = with_batch(graph, 3);
        Plan<Interval64> one(graph, model.network.parameters), many(batched, model.network.parameters);
        const std::vector<AnyTensor<Interval64>> x{
            random_tensor<Interval64>(random, batched.nodes[static_cast<std::size_t>(batched.inputs[0])].shape)};
        many.run(x);
        for (std::int64_t k = 0; k < 3; ++k) {
            const auto row = row_of(x[0], k);
            one.run({row});
            CHECK(row_of(many.output(0), k) == one.output(0));
            CHECK(interpret<Interval64>(graph, model.network.parameters, {row})[0] == one.output(0));
        }
    }
}

TEST_CASE("A normalisation of stored numbers does not lie where a smaller operand lay") {
    Graph g;
    const int scale = g.add_input("scale", {2}), x = g.add_parameter("x", {1, 2, 2, 2});
    std::vector<int> in{x, g.add("n", "Neg", op::Negate{}, {scale}, {2})};
    for (const char* name : {"bias", "mean", "variance"}) in.push_back(g.add_parameter(name, {2}));
    g.outputs = {g.add("bn", "BatchNormalization", op::BatchNormalization{0}, in, {1, 2, 2, 2})};
    const std::vector<AnyTensor<Float64>> p{
        {{1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}}, {{2}, {0, 1}}, {{2}, {1, 1}}, {{2}, {4, 1}}};
    Plan<Float64> plan(g, p);
    const AnyTensor<Float64> s(Dims{2}, {-2, -3});
    plan.run({s});
    CHECK(plan.output(0) == interpret<Float64>(g, p, {s}).at(0));
    CHECK(plan.output(0).data == Storage<Float64>{0, 1, 2, 3, 13, 16, 19, 22});
}
