/// Time grows with a file's size, not with its square: each of these took seconds to minutes while something was
/// searched for.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <tercet/models/graph/plan.hpp>

#include <chrono>

using namespace tercet;
using namespace onnx_models;

namespace {

/// Far above what any of these takes (0.1 to 1 s), far below what the square takes.
constexpr double limit = 10;

template <class F>
double seconds(F f) {
    const auto start = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("axes by the hundred thousand are refused at once") {
    auto m = model(11);
    input(m, "x", {1});
    Ints axes;
    for (int i = 0; i < 400000; ++i) axes.push_back(i);
    set(node(m, "Unsqueeze", {"x"}, "y"), "axes", axes);
    output(m, "y");
    CHECK(seconds([&] {
              CHECK(message<ShapeError>([&] { read(m); }) ==
                    "m.onnx: node 'Unsqueeze_0' (Unsqueeze): a shape of 400001 axes; tercet reads up to 64");
          }) < limit);
    axes.resize(63);
    m.mutable_graph()->mutable_node(0)->mutable_attribute(0)->clear_ints();
    for (const auto a : axes) m.mutable_graph()->mutable_node(0)->mutable_attribute(0)->add_ints(a);
    CHECK(read(m).network.graph.nodes.back().shape == Dims(64, 1));
}

TEST_CASE("many unknown operators are named in time in proportion to them") {
    auto m = model();
    input(m, "x", {1});
    for (int i = 0; i < 100000; ++i)
        node(m, "Unknown" + std::to_string(i), {i ? "v" + std::to_string(i - 1) : "x"}, "v" + std::to_string(i));
    output(m, "v99999");
    CHECK(seconds([&] { CHECK_THROWS_AS(read(m), UnsupportedOp); }) < limit);
}

TEST_CASE("plans of long chains, wide sums and wide concatenations") {
    auto chain = model();
    input(chain, "x", {1});
    for (int i = 0; i < 50000; ++i)
        node(chain, "Relu", {i ? "v" + std::to_string(i - 1) : "x"}, "v" + std::to_string(i));
    output(chain, "v49999");
    auto wide = model();
    input(wide, "x", {1});
    std::vector<std::string> parts;
    for (int i = 0; i < 50000; ++i) {
        parts.push_back("v" + std::to_string(i));
        node(wide, i % 2 ? "Relu" : "Neg", {"x"}, parts.back());
    }
    set(node(wide, "Concat", parts, "y"), "axis", 0);
    output(wide, "y");
    for (const auto* m : {&chain, &wide}) {
        CHECK(seconds([&] {
                  const OnnxModel r = read(*m);
                  Plan<Float64> plan(r.network.graph, r.network.parameters);
                  plan.run({tensor({1}, {1.5})});
                  CHECK(plan.output(0).data[0] == (m == &chain ? 1.5 : -1.5));
              }) < limit);
    }
}
