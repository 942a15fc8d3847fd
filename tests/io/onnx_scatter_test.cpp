/// ScatterND and ScatterElements with a reduction, at places that repeat.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

/// x [4] with updates [5] at places 3, 0, -1, 3, 1, the last three of them at 3.
onnx::ModelProto elements(const std::string& reduction, int opset = 18) {
    auto m = model(opset);
    input(m, "x", {4});
    input(m, "u", {5});
    constant(m, ints("places", {3, 0, -1, 3, 1}));
    set_text(node(m, "ScatterElements", {"x", "places", "u"}, "y"), "reduction", reduction);
    output(m, "y");
    return m;
}

const Reals x{10, 2, 30, 4}, u{2, -1, 8, 3, 0.5};

}  // namespace

TEST_CASE("elements at one place are reduced with each other and with what was there") {
    CHECK(run_thrice(read(elements("none")), {x, u}) == Reals{-1, 0.5, 30, 3});
    CHECK(run_thrice(read(elements("add")), {x, u}) == Reals{9, 2.5, 30, 17});
    CHECK(run_thrice(read(elements("mul")), {x, u}) == Reals{-10, 1, 30, 192});
    CHECK(run_thrice(read(elements("max")), {x, u}) == Reals{10, 2, 30, 8});
    CHECK(run_thrice(read(elements("min")), {x, u}) == Reals{-1, 0.5, 30, 2});
    CHECK(message([] { read(elements("mean")); }) ==
          "m.onnx: node 'ScatterElements_0' (ScatterElements): reduction is 'mean', expected none, add, mul, max or "
          "min");
}

TEST_CASE("the gradient of a sum is 1 for each part, that of a product the other factors") {
    for (const bool add : {true, false}) {
        const OnnxModel m = read(elements(add ? "add" : "mul"));
        const auto trace = tercet::run<Rational>(m.network.graph, {},
                                                 {lift<Rational>(tensor({4}, x)), lift<Rational>(tensor({5}, u))});
        AnyTensor<Rational> one(Dims{4});
        one.data[3] = 1;
        const auto g = pullback<Rational>(m.network.graph, {}, trace, {one});
        const auto as = [](const Reals& r) { return lift<Rational>(tensor({static_cast<std::int64_t>(r.size())}, r)); };
        CHECK((g.inputs[0] == as(add ? Reals{0, 0, 0, 1} : Reals{0, 0, 0, 48})));
        CHECK((g.inputs[1] == as(add ? Reals{1, 0, 1, 1, 0} : Reals{96, 0, 24, 64, 0})));
    }
}

TEST_CASE("slices, along another axis, and of integers") {
    auto m = model(18);
    input(m, "x", {3, 2});
    input(m, "u", {3, 2});
    auto at = ints("places", {2, 0, -1});
    at.add_dims(1);
    constant(m, at);
    set_text(node(m, "ScatterND", {"x", "places", "u"}, "y"), "reduction", "add");
    output(m, "y");
    CHECK(run_thrice(read(m), {{1, 2, 3, 4, 5, 6}, {10, 20, 30, 40, 50, 60}}) == Reals{31, 42, 3, 4, 65, 86});

    m = model(18);
    input(m, "x", {2, 3});
    input(m, "u", {2, 2});
    at = ints("places", {0, 0, -1, 1});
    at.clear_dims();
    at.add_dims(2);
    at.add_dims(2);
    constant(m, at);
    auto& columns = node(m, "ScatterElements", {"x", "places", "u"}, "y");
    set(columns, "axis", -1);
    set_text(columns, "reduction", "max");
    output(m, "y");
    CHECK(run_thrice(read(m), {{1, 2, 3, 4, 5, 6}, {0, 7, 9, 1}}) == Reals{7, 2, 3, 4, 5, 9});

    m = model(18);
    constant(m, ints("x", {1, 2, 3}));
    constant(m, ints("places", {0, 0}));
    constant(m, ints("u", {5, 6}));
    set_text(node(m, "ScatterElements", {"x", "places", "u"}, "y"), "reduction", "mul");
    output(m, "y");
    const OnnxModel folded = read(m);
    CHECK(folded.network.parameters.at(0).data == Reals{30, 2, 3});
    CHECK(folded.output_types == std::vector<std::string>{"int64"});
    m.mutable_graph()->mutable_initializer(1)->set_int64_data(1, 3);
    CHECK(message<ShapeError>([&] { read(m); }) ==
          "m.onnx: node 'ScatterElements_0' (ScatterElements): index 3 of axis 0 of [3]");
}
