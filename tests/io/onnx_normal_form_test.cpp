/// Nodes in any order, branches that nobody asked for, equal imports, newer operator sets: the same network, to the
/// bit.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <chrono>
#include <random>

using namespace tercet;
using namespace onnx_models;

namespace {

std::vector<std::string> node_names(const OnnxModel& m) {
    std::vector<std::string> names;
    for (const Node& n : m.network.graph.nodes) names.push_back(n.name);
    return names;
}

/// y = relu^n(x + 1) + x, each node named by its number.
onnx::ModelProto chain(int n) {
    auto m = model();
    input(m, "x", {2});
    constant(m, floats("one", {1}, {1}));
    node(m, "Add", {"x", "one"}, "v0").set_name("0");
    for (int i = 1; i <= n; ++i)
        node(m, "Relu", {"v" + std::to_string(i - 1)}, "v" + std::to_string(i)).set_name(std::to_string(i));
    node(m, "Add", {"v" + std::to_string(n), "x"}, "y").set_name("last");
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("nodes in any order give the network of the sorted file") {
    auto m = chain(8);
    const OnnxModel sorted = read(m);
    CHECK(run(sorted, {2, -3}) == Reals{5, -3});
    std::mt19937 random(7);
    for (int round = 0; round < 30; ++round) {
        auto& nodes = *m.mutable_graph()->mutable_node();
        for (int i = nodes.size() - 1; i > 0; --i)
            nodes.SwapElements(i, static_cast<int>(random() % static_cast<unsigned>(i + 1)));
        const OnnxModel shuffled = read(m);
        CHECK(run(shuffled, {2, -3}) == Reals{5, -3});
        CHECK(shuffled.notes.empty());
        CHECK(node_names(shuffled) == node_names(sorted));  // one chain has one order
    }
}

TEST_CASE("a sorted file keeps its order") {
    auto m = model();
    input(m, "x", {2});
    for (const char* name : {"a", "b", "c", "d"}) node(m, "Relu", {"x"}, name).set_name(name);
    set(node(m, "Concat", {"d", "a", "c", "b"}, "y"), "axis", 0);
    output(m, "y");
    CHECK(node_names(read(m)) == std::vector<std::string>{"x", "a", "b", "c", "d", "Concat_4"});
}

TEST_CASE("what no output needs is left out, with a note") {
    auto m = small_net();
    auto& dead = node(m, "Multinomial", {"z"}, "label");
    set(dead, "axis", 1);
    constant(m, ints("unread", {1, 2}));
    m.mutable_graph()->mutable_initializer(2)->set_data_type(onnx::TensorProto::STRING);
    const OnnxModel r = read(m);
    CHECK(run(r, {4, 1, -2}) == Reals{1.5, 13.25});
    CHECK(r.notes ==
          std::vector<std::string>{"1 node that no output needs is left out: 'Multinomial_2' (Multinomial)"});
    CHECK(r.operators == std::map<std::string, int>{{"Gemm", 1}, {"Relu", 1}});
    node(m, "Bernoulli", {"label"}, "s").set_name("s");
    input(m, "key", {1}, onnx::TensorProto::STRING);
    CHECK(read(m).notes ==
          std::vector<std::string>{
              "2 nodes that no output needs are left out: 'Multinomial_2' (Multinomial), 's' (Bernoulli)",
              "input 'key', which is not read and of no float type, is left out"});
    output(m, "s");
    CHECK(message<UnsupportedOp>([&] { read(m); }) ==
          "m.onnx: operators Bernoulli, Multinomial are not supported (first at node 'Multinomial_2'); output 'y' "
          "needs none of them: ask for "
          "it alone (--output-name)");
}

TEST_CASE("the default operator set may be imported twice, if both say the same") {
    auto m = small_net();
    m.add_opset_import()->set_version(13);
    m.mutable_opset_import(1)->set_domain("ai.onnx");
    CHECK(run(read(m), {4, 1, -2}) == Reals{1.5, 13.25});
    m.mutable_opset_import(1)->set_version(14);
    CHECK(message<FormatError>([&] { read(m); }) == "m.onnx: the default operator set is imported as 13 and as 14");
    for (int opset = 6; opset <= 28; ++opset) {
        auto one = small_net();
        one.mutable_opset_import(0)->set_version(opset);
        CHECK(run(read(one), {4, 1, -2}) == Reals{1.5, 13.25});
    }
}

TEST_CASE("sorting takes time in proportion to the nodes") {
    auto m = chain(100000);
    auto& nodes = *m.mutable_graph()->mutable_node();
    for (int i = 0; i < nodes.size() / 2; ++i)
        nodes.SwapElements(i, nodes.size() - 1 - i);  // every node before what it reads
    const auto start = std::chrono::steady_clock::now();
    const OnnxModel r = read(m);
    // A pass a node would take minutes.
    CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 10);
    CHECK(run(r, {2, -3}) == Reals{5, -3});
}
