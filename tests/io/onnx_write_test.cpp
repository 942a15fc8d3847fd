/// Written models come back: the same numbers with ==, the same parameters under the same names.
#include <tercet/io/onnx/write.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/models/graph_of.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/row_maximum.hpp>
#include <tercet/models/operators/row_top.hpp>
#include <tercet/models/operators/select.hpp>
#include <tercet/models/operators/softmax.hpp>

#include <cmath>
#include <random>

#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using onnx_models::Reals;

namespace {

using Tensors = std::vector<AnyTensor<Float64>>;

/// Random dyadic numbers, which are float32 exactly; or random doubles, which are not.
Tensors random_parameters(const Graph& g, bool float32, std::uint32_t seed = 1) {
    std::mt19937 random(seed);
    Tensors list;
    for (const int id : g.parameters) {
        AnyTensor<Float64> t(g.nodes[static_cast<std::size_t>(id)].shape);
        for (std::size_t i = 0; i < t.data.size(); ++i)
            t.data[i] =
                static_cast<double>(random() % 4096) / 1024.0 + (float32 ? 0.0 : static_cast<double>(random()) / 1e11);
        list.push_back(std::move(t));
    }
    return list;
}

/// Reads what it writes, and compares values, names, shapes and types; `helpers`: parameters that reading adds.
OnnxModel check_round_trip(const Graph& g, const Tensors& parameters, const char* type, std::size_t helpers = 0) {
    const TemporaryFolder folder;
    const auto file = folder / "m.onnx";
    write_onnx(g, parameters, file);
    CHECK(folder.files() == 1);
    OnnxModel m = read_onnx(file);
    const Graph& r = m.network.graph;
    CHECK(m.producer == "tercet");
    CHECK(m.opset == 13);
    CHECK(r.output_names == g.output_names);
    REQUIRE(m.parameters.size() == parameters.size() + helpers);
    std::map<std::string, const AnyTensor<Float64>*> by_name;
    for (std::size_t i = 0; i < parameters.size(); ++i)
        by_name[g.nodes[static_cast<std::size_t>(g.parameters[i])].name] = &parameters[i];
    for (std::size_t i = 0; i < m.parameters.size(); ++i) {
        if (helpers > 0 && !by_name.count(m.parameters[i].name)) continue;
        REQUIRE(by_name.count(m.parameters[i].name));
        CHECK(m.network.parameters[i] == *by_name[m.parameters[i].name]);
        CHECK(m.parameters[i].type == type);
    }
    REQUIRE(r.inputs.size() == g.inputs.size());
    std::mt19937 random(7);
    Tensors inputs;
    for (const int id : g.inputs) {
        AnyTensor<Float64> x(g.nodes[static_cast<std::size_t>(id)].shape);
        for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = static_cast<double>(random()) / 1e9 - 2;
        inputs.push_back(std::move(x));
    }
    CHECK(interpret<Float64>(r, m.network.parameters, inputs) == interpret<Float64>(g, parameters, inputs));
    return m;
}

Graph finished(Graph g, int y) {
    g.outputs = {y};
    g.output_names = {"out"};
    return g;
}

}  // namespace

TEST_CASE("the seed models come back") {
    for (const bool float32 : {true, false}) {
        const char* type = float32 ? "float32" : "float64";
        const auto check = [&](const Graph& g) { return check_round_trip(g, random_parameters(g, float32), type); };
        check(graph_of(Mlp<Float64, 4, 5, 3>{}));
        check(graph_with_softmax_of(Mlp<Float64, 4, 5, 3>{}));
        for (const Activation a : {Activation::relu, Activation::sigmoid, Activation::tanh, Activation::identity}) {
            Autoencoder<Float64, 6, 2> coder{};
            coder.activation = a;
            check(graph_of(coder));
        }
        const OnnxModel m = check(graph_of(Cnn2<Float64, 1, 8, 8, CNN2Config{}>{}));
        CHECK(m.parameters.front().name == "conv1.weight");
    }
}

TEST_CASE("every operator that is written comes back") {
    Graph g;
    const int x = g.add_input("x", {2, 4, 6, 7});
    const int k = g.add_parameter("k", {4, 2, 3, 2}), b = g.add_parameter("b", {4}),
              scale = g.add_parameter("scale", {4}), w = g.add_parameter("w", {3, 3}), c = g.add_parameter("c", {3, 1}),
              d = g.add_parameter("d", {3}), v = g.add_parameter("v", {5});
    int y = append(g, "conv", "Conv", op::Conv{{2, 1, 1, 0, 0, 1, 1, 2}, 2}, {x, k, b});  // [2, 4, 3, 6]
    y = append(g, "norm", "BatchNormalization", op::BatchNormalization{0.125}, {y, scale, b, scale, b});
    y = append(g, "leaky", "LeakyRelu", op::LeakyRelu{0.25}, {y});
    const int pooled = append(g, "max", "MaxPool", op::MaxPool{{2, 3, {1, 2, 1, 0, 0, 1, 1, 1}, true}}, {y});
    y = append(g, "mean", "AveragePool", op::AveragePool{{2, 2, {1, 1, 1, 1, 1, 1, 1, 1}, false, true}}, {pooled});
    y = append(g, "total", "ReduceSum", op::Reduce{{1}, false}, {y},
               {2, 4, g.nodes[static_cast<std::size_t>(y)].shape[3]});
    y = append(g, "average", "ReduceMean", op::Reduce{{0, 2}, true}, {y}, {1, 4, 1});
    y = append(g, "flat", "Flatten", op::Reshape{}, {y}, {1, 4});
    y = append(g, "add", "Add", op::Elementwise{Binary::add}, {y, c});  // [3, 4]
    y = append(g, "product", "MatMul", op::MatMul{}, {w, y});
    y = append(g, "gemm", "Gemm", op::Gemm{true, false, 0.5, 2}, {y, w, d});
    y = append(g, "minus", "Neg", op::Negate{}, {y});
    y = append(g, "mul", "Mul", op::Elementwise{Binary::multiply}, {y, y});
    y = append(g, "quotient", "Div", op::Elementwise{Binary::divide}, {y, d});
    y = append(g, "sig", "Sigmoid", op::Sigmoid{}, {y});
    y = append(g, "soft", "Softmax", op::Softmax{0, false}, {y});
    y = append(g, "five", "Sub", op::Elementwise{Binary::subtract},
               {append(g, "shape", "Reshape", op::Reshape{}, {y}, {12, 1}), v});
    for (const bool float32 : {true, false})
        check_round_trip(finished(g, y), random_parameters(g, float32), float32 ? "float32" : "float64");
}

TEST_CASE("operators that compare, choose, order and move come back") {
    Graph g;
    const int x = g.add_input("x", {1, 2, 4, 4}), k = g.add_parameter("k", {2, 3, 3, 2}), b = g.add_parameter("b", {3});
    int y = append(g, "transposed", "ConvTranspose", op::ConvTranspose{{2, 1, 1, 0, 0, 0, 1, 2}, 1, 8, 6},
                   {x, k, b});  // [1, 3, 8, 6]
    y = append(g, "cube", "Pow", op::IntegerPower{{3}}, {y});
    const int largest = append(g, "largest", "ReduceMax", op::RowMaximum{2}, {y}),
              place = append(g, "place", "ArgMax", op::RowArgMaximum{2}, {y});
    const int top = append(g, "top", "TopK", op::RowTop{3, false, false}, {y}),
              at = append(g, "at", "TopK", op::RowTop{3, true, true}, {y});
    const int pool = append(g, "pool", "MaxPool", op::MaxPoolPlaces{{2, 3, {1, 2, 1, 0, 0, 1, 1, 1}, true}, true}, {y});
    const int less = append(g, "less", "Less", op::Compare{op::Compare::Relation::less}, {largest, place});
    const int equal = append(g, "equal", "Equal", op::Compare{op::Compare::Relation::equal}, {top, at});
    const int chosen = append(g, "chosen", "Where", op::Select{}, {less, largest, place});
    const int most = append(g, "most", "Max", op::Elementwise{Binary::max}, {top, at});
    op::Rearrange swap;
    for (std::int64_t i = 0; i < 3; ++i) swap.append({0, 2 - i, 0, 1});
    for (std::int64_t i = 0; i < 3; ++i) swap.append({1, i, 0, 1});
    const int moved = append(g, "moved", "Gather", swap, {chosen, largest}, {2, 3});
    g.outputs = {moved, equal, most, pool, chosen};
    g.output_names = {"moved_out", "equal_out", "most_out", "pool_out", "chosen_out"};
    for (const bool float32 :
         {true, false})  // 0 and 1, which the cast of Where's condition compares with and counts down from
        check_round_trip(g, random_parameters(g, float32), float32 ? "float32" : "float64", 2);
}

TEST_CASE("outputs that are inputs, parameters, or listed twice; names that repeat") {
    Graph g;
    const int x = g.add_input("x", {2}), p = g.add_parameter("p", {2});
    const int a = append(g, "same", "Add", op::Elementwise{Binary::add}, {x, p}),
              b = append(g, "same", "Relu", op::Relu{}, {a});
    const int c = append(g, "x", "Neg", op::Negate{}, {b});
    g.outputs = {c, x, p, c};
    g.output_names = {"o1", "o2", "o3", "o4"};
    check_round_trip(g, random_parameters(g, true), "float32");
}

TEST_CASE("what cannot be written, and leaves no file") {
    const TemporaryFolder folder;
    const auto write = [&](Graph g, int y, const Tensors& p = {}, OnnxWriteOptions options = {}) {
        write_onnx(finished(std::move(g), y), p, folder / "m.onnx", options);
    };
    Graph g;
    const int x = g.add_input("x", {2});
    Graph leaky = g, weighted = g, clash = g;
    const int slope = append(leaky, "leaky", "LeakyRelu", op::LeakyRelu{0.01}, {x});
    CHECK(message<UnsupportedOp>([&] { write(leaky, slope); }) ==
          "node 'leaky' (LeakyRelu): the number 0.01 is not a float32, which is what an ONNX attribute holds; the "
          "nearest is "
          "0.0099999997764825821");
    const int p = weighted.add_parameter("p", {2}),
              sum = append(weighted, "sum", "Add", op::Elementwise{Binary::add}, {x, p});
    CHECK(message<ShapeError>([&] { write(weighted, sum); }) == "the graph has 1 parameters, got 0");
    CHECK(message<ShapeError>([&] { write(weighted, sum, {onnx_models::tensor({3}, {})}); }) ==
          "parameter 'p': expected shape [2], got [3]");
    CHECK(message<DomainError>([&] {
              write(weighted, sum, {onnx_models::tensor({2}, {1, std::nan("")})});
          }) == "parameter 'p': element 1 is not finite");
    clash.add_parameter("x", {2});
    CHECK(message<FormatError>([&] {
              write(clash, x, {onnx_models::tensor({2}, {1, 2})});
          }) == "two of the inputs, parameters and outputs are called 'x'");
    CHECK(folder.files() == 0);

    write(leaky, slope, {}, {.round_attributes = true});
    const OnnxModel m = read_onnx(folder / "m.onnx");
    CHECK(m.network.graph.nodes.at(1).op.as<op::LeakyRelu>()->f.alpha == static_cast<double>(0.01f));
}
