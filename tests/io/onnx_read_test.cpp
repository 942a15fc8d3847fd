/// What each corner of the format means, on models made here.
#include "catch.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using namespace onnx_models;

TEST_CASE("a small network: names, types and numbers") {
    const OnnxModel m = read(small_net());
    const Graph& g = m.network.graph;
    CHECK(m.opset == 13);
    CHECK(m.operators == std::map<std::string, int>{{"Gemm", 1}, {"Relu", 1}});
    CHECK(!m.free_batch);
    REQUIRE(m.parameters.size() == 2);
    CHECK(m.parameters[0].name == "W");
    CHECK(m.parameters[1].name == "b");
    CHECK(m.parameters[0].type == "float32");
    CHECK(g.nodes[static_cast<std::size_t>(g.parameters[0])].name == "W");
    CHECK(g.nodes[3].name == "fc");
    CHECK(g.nodes[3].kind == "Gemm");
    CHECK(g.nodes[4].name == "Relu_1");
    CHECK(g.output_names == std::vector<std::string>{"y"});
    CHECK(run(m, {1, 2, 4}) == Reals{0, 0});
    CHECK(run(m, {4, 1, -2}) == Reals{1.5, 13.25});
}

TEST_CASE("a float32 weight is the double that it is, and an unread one is no parameter") {
    auto m = small_net();
    m.mutable_graph()->mutable_initializer(0)->set_float_data(0, 0.1f);
    constant(m, floats("unread", {2}, {1, 2}));
    const OnnxModel r = read(m);
    CHECK(r.network.parameters[0].data[0] == static_cast<double>(0.1f));
    CHECK(r.parameters.size() == 2);
}

TEST_CASE("initializers that are listed as inputs are constants") {
    auto m = small_net();
    input(m, "W", {2, 3});
    input(m, "b", {2});
    CHECK(run(read(m), {4, 1, -2}) == Reals{1.5, 13.25});
    m.mutable_graph()
        ->mutable_input(2)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(0)
        ->set_dim_value(3);
    CHECK_THROWS_WITH(read(m), "m.onnx: input 'b': it is listed with shape [3], its initializer has [2]");
}

TEST_CASE("opset 6 aligns a broadcast operand at an axis") {
    auto m = model(6);
    input(m, "x", {1, 2, 3});
    constant(m, floats("c", {2}, {10, 20}));
    auto& add = node(m, "Add", {"x", "c"}, "y");
    set(add, "broadcast", 1);
    set(add, "axis", 1);
    output(m, "y");
    CHECK(run(read(m), {0, 1, 2, 3, 4, 5}) == Reals{10, 11, 12, 23, 24, 25});
    m.mutable_opset_import(0)->set_version(7);
    CHECK_THROWS_AS(read(m), UnsupportedOp);
}

TEST_CASE("softmax flattens before opset 13") {
    for (const int opset : {12, 13}) {
        auto m = model(opset);
        input(m, "x", {1, 2, 2});
        set(node(m, "Softmax", {"x"}, "y"), "axis", 1);
        output(m, "y");
        const Reals y = run(read(m), {0, 0, 0, 0});
        CHECK(y == Reals(4, opset == 12 ? 0.25 : 0.5));
    }
}

TEST_CASE("shape arithmetic folds away") {
    auto m = model();
    input(m, "x", {-1, 2, 3});
    node(m, "Shape", {"x"}, "shape");
    constant(m, ints("zero", {0}));
    constant(m, ints("two", {2}));
    constant(m, ints("six", {6}));
    node(m, "Gather", {"shape", "zero"}, "batch");
    node(m, "Div", {"six", "two"}, "three");
    node(m, "Concat", {"batch", "three", "two"}, "target").mutable_attribute();
    set(*m.mutable_graph()->mutable_node(3), "axis", 0);
    node(m, "Reshape", {"x", "target"}, "y");
    output(m, "y");
    const OnnxModel r = read(m, {.batch = 2});
    CHECK(r.free_batch);
    CHECK(r.parameters.empty());
    CHECK(r.network.graph.nodes.size() == 2);
    CHECK(r.network.graph.nodes[1].shape == Dims{2, 3, 2});
}

TEST_CASE("Identity, Dropout and Cast between floats leave no node; the cast is noted") {
    auto m = model();
    input(m, "x", {2});
    constant(m, floats("w", {2}, {3, 5}));
    node(m, "Identity", {"w"}, "w1");
    node(m, "Identity", {"w"}, "w2");
    node(m, "Dropout", {"x"}, "d");
    set(node(m, "Cast", {"d"}, "c"), "to", onnx::TensorProto::DOUBLE);
    node(m, "Mul", {"c", "w1"}, "p");
    node(m, "Add", {"p", "w2"}, "y");
    output(m, "y");
    const OnnxModel r = read(m);
    CHECK(r.parameters.size() == 1);  // w1 and w2 are w
    CHECK(r.network.graph.nodes.size() == 4);
    CHECK(r.notes ==
          std::vector<std::string>{"node 'Cast_3' (Cast): the cast to float64 is the identity here, without rounding"});
    CHECK(run(r, {1, 2}) == Reals{6, 15});
}

TEST_CASE("one-dimensional convolution") {
    auto m = model();
    input(m, "x", {1, 1, 4});
    constant(m, floats("k", {1, 1, 2}, {1, 10}));
    auto& conv = node(m, "Conv", {"x", "k"}, "c");
    set(conv, "pads", Ints{1, 0});
    set(conv, "strides", Ints{2});
    auto& pool = node(m, "MaxPool", {"c"}, "p");
    set(pool, "kernel_shape", Ints{2});
    node(m, "Mul", {"p", "k"}, "y");  // the same parameter in its own shape
    output(m, "y");
    const OnnxModel r = read(m);
    CHECK(r.parameters[0].shape == Dims{1, 1, 2});
    CHECK(r.network.parameters[0].dims == Dims{1, 1, 1, 2});
    CHECK(run(r, {1, 2, 3, 4}) == Reals{32, 320});  // windows (0, 1), (2, 3): 10 and 32
}

TEST_CASE("moving elements") {
    const auto moved = [](int opset, const Ints& shape, const std::string& kind,
                          const std::vector<onnx::TensorProto>& constants, const auto& attributes) {
        auto m = model(opset);
        input(m, "x", shape);
        std::vector<std::string> names{"x"};
        for (const auto& t : constants) {
            names.push_back(t.name());
            if (!t.name().empty()) constant(m, t);
        }
        attributes(node(m, kind, names, "y"));
        output(m, "y");
        const OnnxModel r = read(m);
        Reals x(static_cast<std::size_t>(element_count(shape)));
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i + 1);
        return run(r, x);
    };
    const auto none = [](onnx::NodeProto&) {};
    CHECK(moved(13, {5}, "Slice", {ints("s", {-1}), ints("e", {INT64_MIN}), ints("a", {0}), ints("t", {-2})}, none) ==
          Reals{5, 3, 1});
    CHECK(moved(13, {5}, "Slice", {ints("s", {1}), ints("e", {INT64_MAX}), ints("a", {-1}), ints("t", {INT64_MAX})},
                none) == Reals{2});
    CHECK(moved(13, {5}, "Slice", {ints("s", {9}), ints("e", {-9}), ints("a", {0}), ints("t", {INT64_MIN})}, none) ==
          Reals{5});
    CHECK(moved(9, {2, 2}, "Slice", {}, [](auto& n) {
              set(n, "starts", Ints{1});
              set(n, "ends", Ints{2});
              set(n, "axes", Ints{1});
          }) == Reals{2, 4});
    CHECK(moved(13, {2, 2}, "Pad", {ints("p", {0, -1, 1, 1}), floats("v", {}, {7})}, none) == Reals{2, 7, 4, 7, 7, 7});
    CHECK(moved(13, {2}, "Pad", {ints("p", {1, 0})}, none) == Reals{0, 1, 2});
    CHECK(moved(2 + 4, {2}, "Pad", {}, [](auto& n) {
              set(n, "pads", Ints{0, 1});
              set_real(n, "value", 0.5f);
          }) == Reals{1, 2, 0.5});
    CHECK(moved(13, {3}, "Pad", {ints("p", {2, 2})}, [](auto& n) { set_text(n, "mode", "reflect"); }) ==
          Reals{3, 2, 1, 2, 3, 2, 1});
    CHECK(moved(13, {3}, "Pad", {ints("p", {2, 1})}, [](auto& n) { set_text(n, "mode", "edge"); }) ==
          Reals{1, 1, 1, 2, 3, 3});
    CHECK(moved(13, {2, 3}, "Transpose", {}, none) == Reals{1, 4, 2, 5, 3, 6});
    CHECK(moved(13, {2, 1}, "Expand", {ints("s", {2, 1, 2})}, none) == Reals{1, 1, 2, 2, 1, 1, 2, 2});
    CHECK(moved(13, {2, 2}, "Gather", {ints("i", {-1, 0, -1})}, [](auto& n) { set(n, "axis", 1); }) ==
          Reals{2, 1, 2, 4, 3, 4});
}

TEST_CASE("SAME padding puts the odd cell where its name says") {
    for (const char* mode : {"SAME_UPPER", "SAME_LOWER"}) {
        auto m = model();
        input(m, "x", {1, 1, 1, 3});
        constant(m, floats("k", {1, 1, 1, 2}, {1, 10}));
        set_text(node(m, "Conv", {"x", "k"}, "y"), "auto_pad", mode);
        output(m, "y");
        CHECK(run(read(m), {1, 2, 3}) == (mode == std::string("SAME_UPPER") ? Reals{21, 32, 3} : Reals{10, 21, 32}));
    }
}

TEST_CASE("several inputs and outputs; an output may be an input, a parameter or listed under a second name") {
    auto m = model();
    input(m, "a", {2});
    input(m, "b", {2});
    constant(m, floats("c", {1}, {4}));
    node(m, "Sub", {"a", "b"}, "d");
    node(m, "Identity", {"d"}, "e");
    for (const char* name : {"d", "e", "a", "c"}) output(m, name);
    const OnnxModel r = read(m);
    const auto y =
        interpret<Float64>(r.network.graph, r.network.parameters, {tensor({2}, {5, 7}), tensor({2}, {1, 10})});
    REQUIRE(y.size() == 4);
    CHECK(y[0] == tensor({2}, {4, -3}));
    CHECK(y[1] == y[0]);
    CHECK(y[2] == tensor({2}, {5, 7}));
    CHECK(y[3] == tensor({1}, {4}));
}
