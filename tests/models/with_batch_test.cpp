/// A graph for a batch computes each row as the graph for one input does, or is refused with the node's name and why.
#include <tercet/core/error.hpp>
#include <tercet/io/onnx/read.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph/with_batch.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/softmax.hpp>

#include <filesystem>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// A graph from x of one shape through one node; the other operands are parameters.
struct OneNode {
    Graph graph;
    int x;

    explicit OneNode(const Dims& shape) : x(graph.add_input("x", shape)) {}
    int parameter(const Dims& dims) { return graph.add_parameter("p" + std::to_string(graph.parameters.size()), dims); }
    Graph with(Operator op, std::vector<int> parents, const Dims& stated = {}) {
        graph.outputs = {append(graph, "node", "Kind", std::move(op), std::move(parents), stated)};
        return graph;
    }
};

template <Context C>
AnyTensor<C> row_of(const AnyTensor<C>& batch, std::int64_t k) {
    Dims dims = batch.dims;
    dims[0] = 1;
    AnyTensor<C> row(dims);
    for (std::int64_t i = 0; i < row.size(); ++i)
        row.data[static_cast<std::size_t>(i)] = batch.data[static_cast<std::size_t>(k * row.size() + i)];
    return row;
}

/// Row k of the batch's output == the output for row k.
template <Context C>
void check_rows(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, std::int64_t n,
                Random& random) {
    const Graph many = with_batch(graph, n);
    AnyTensor<C> x(many.nodes[static_cast<std::size_t>(many.inputs[0])].shape);
    for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = random.number<C>();
    const auto all = interpret<C>(many, parameters, {x})[0];
    REQUIRE(all.dims[0] == n);
    for (std::int64_t k = 0; k < n; ++k)
        REQUIRE((row_of(all, k) == interpret<C>(graph, parameters, {row_of(x, k)})[0]));
}

void check_rows(const Graph& graph) {
    Random random(91);
    CAPTURE(random.seed);
    std::vector<AnyTensor<Rational>> parameters;
    for (const int p : graph.parameters) {
        parameters.emplace_back(graph.nodes[static_cast<std::size_t>(p)].shape);
        for (std::size_t i = 0; i < parameters.back().data.size(); ++i)
            parameters.back().data[i] = random.number<Rational>();
    }
    for (const std::int64_t n : {1, 2, 5}) check_rows<Rational>(graph, parameters, n, random);
}

void check_refusal(const Graph& graph, const char* why) {
    CHECK_THROWS_AS(with_batch(graph, 2), UnsupportedOp);
    CHECK_THROWS_WITH(with_batch(graph, 2), Catch::Matchers::ContainsSubstring("node 'node' (Kind)") &&
                                                Catch::Matchers::ContainsSubstring(why));
}

constexpr const char* first_axis = "the first axis of its value is not 1";
constexpr const char* multiplied = "the batch axis of a factor is one that multiplies, or would move";

}  // namespace

TEST_CASE("Products keep rows apart, or are refused") {
    OneNode a({1, 3}), b({1, 3}), c({1, 2, 3}), d({1, 3, 2}), e({1, 3, 2}), f({1, 2, 3}), g({1, 3, 3});
    check_rows(a.with(op::Gemm{.transpose_b = true, .alpha = 0.5, .beta = 2},
                      {a.x, a.parameter({4, 3}), a.parameter({1, 4})}));
    check_rows(b.with(op::MatMul{}, {b.x, b.parameter({3, 4})}));
    check_rows(c.with(op::MatMul{}, {c.x, c.parameter({3, 4})}));
    check_rows(d.with(op::MatMul{}, {d.parameter({4, 3}), d.x}));
    check_rows(e.with(op::MatMul{}, {e.parameter({1, 4, 3}), e.x}));
    check_rows(f.with(op::MatMul{}, {f.x, f.parameter({3})}));
    check_rows(g.with(op::MatMul{}, {g.x, g.x}));
    OneNode h({1, 3}), i({1, 3}), j({1, 3}), k({1, 3, 2}), l({1}), m({1, 1});
    check_refusal(h.with(op::Gemm{}, {h.parameter({1, 1}), h.x}), "the batch axis would be summed over");
    check_refusal(i.with(op::MatMul{}, {i.parameter({1, 1}), i.x}), multiplied);
    check_refusal(j.with(op::MatMul{}, {j.x, j.parameter({1, 3, 4})}), multiplied);
    check_refusal(k.with(op::MatMul{}, {k.parameter({5, 4, 3}), k.x}), first_axis);
    check_refusal(l.with(op::MatMul{}, {l.x, l.parameter({1, 4})}), first_axis);
    check_refusal(m.with(op::Gemm{.transpose_a = true}, {m.x, m.parameter({1, 2})}),
                  "the batch axis would be summed over");
}

TEST_CASE("Elementwise operators, moves, sums and windows keep rows apart, or are refused") {
    OneNode a({1, 3}), b({1, 3}), c({1, 4}), d({1, 4}), e({1, 2, 3, 4}), f({1, 2, 4, 4}), g({1, 2, 4, 4});
    check_rows(a.with(op::Elementwise{Binary::subtract}, {a.parameter({3}), a.x}));
    check_rows(b.with(op::Elementwise{Binary::multiply}, {b.x, b.x}));
    check_rows(c.with(op::Rearrange{{{0, 3, -1, 4}, {-1, 0, 0, 1}, {1, 0, 1, 2}}}, {c.x, c.parameter({2})}, {1, 7}));
    check_rows(d.with(op::Reshape{}, {d.x}, {1, 2, 2}));
    check_rows(e.with(op::Reduce{{1, 3}, true}, {e.x}, {1, 3}));
    check_rows(f.with(op::Conv{Geometry2d::same(1, 1)}, {f.x, f.parameter({3, 2, 3, 3})}));
    check_rows(g.with(op::MaxPool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}}, {g.x}));
    OneNode h({1, 3}), i({1}), j({1, 3}), k({1, 3}), l({1, 3}), m({1, 3});
    check_refusal(h.with(op::Elementwise{Binary::add}, {h.x, h.parameter({2, 3})}), first_axis);
    check_refusal(i.with(op::Elementwise{Binary::add}, {i.x, i.parameter({1, 3})}),
                  "the batch axis of an operand would move");
    check_refusal(j.with(op::Reduce{{0}, false}, {j.x}, {3}), first_axis);
    check_refusal(k.with(op::Reduce{{0}, false}, {k.x}, {1, 3}), "it sums over the batch axis");
    check_refusal(l.with(op::Softmax{0, false}, {l.x}), "it normalises over the batch axis");
    check_refusal(m.with(op::Reshape{}, {m.x}, {3, 1}), first_axis);
}

TEST_CASE("A convolution by the input, and a normalisation with it, are refused; of the input they keep rows apart") {
    OneNode a({1, 2, 3, 3}), b({1}), c({1}), d({1, 4});
    check_refusal(a.with(op::Conv{}, {a.parameter({1, 2, 5, 5}), a.x}), "its kernel depends on the input");
    check_refusal(b.with(op::BatchNormalization{64},
                         {b.parameter({1, 1, 3}), b.x, b.parameter({1}), b.parameter({1}), b.parameter({1})}),
                  "its statistics depend on the input");
    check_refusal(c.with(op::BatchNormalization{64},
                         {c.parameter({1, 1, 3}), c.parameter({1}), c.parameter({1}), c.x, c.parameter({1})}),
                  "its statistics depend on the input");
    CHECK_NOTHROW(with_batch(d.with(op::BatchNormalization{64},
                                    {d.x, d.parameter({4}), d.parameter({4}), d.parameter({4}), d.parameter({4})}),
                             2));
}

TEST_CASE("What depends on no input stays as it is") {
    OneNode a({1, 3});
    const int p = a.parameter({2, 3}), constant = append(a.graph, "c", "Neg", op::Negate{}, {p});
    a.graph.outputs = {append(a.graph, "y", "Relu", op::Relu{}, {a.x}), constant};
    const Graph many = with_batch(a.graph, 4);
    CHECK(many.nodes[static_cast<std::size_t>(many.outputs[0])].shape == Dims{4, 3});
    CHECK(many.nodes[static_cast<std::size_t>(many.outputs[1])].shape == Dims{2, 3});
}

TEST_CASE("Batches of real networks are their rows exactly") {
    const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "vnncomp";
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: the shared folder 'vnncomp' is absent");
        return;
    }
    Random random(92);
    for (const char* file : {"acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx", "mnist_fc/onnx/mnist-net_256x2.onnx",
                             "oval21/onnx/cifar_base_kw.onnx"}) {
        CAPTURE(file);
        const Network<Float64> network = read_onnx(folder / file).network;
        std::vector<AnyTensor<Dyadic>> parameters;
        for (const auto& p : network.parameters) parameters.push_back(lift<Dyadic>(p));
        check_rows<Dyadic>(network.graph, parameters, 2, random);
    }
}
