/// Open dimensions, several inputs, and values by name.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

Dims shape_of(const OnnxModel& m, int node) { return m.network.graph.nodes[static_cast<std::size_t>(node)].shape; }

void name_dim(onnx::ModelProto& m, int input, int dim, const std::string& name) {
    auto& d =
        *m.mutable_graph()->mutable_input(input)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(
            dim);
    d.clear_dim_value();
    d.set_dim_param(name);
}

/// y = relu(x) of x [?, ?, 4].
onnx::ModelProto open_model() {
    auto m = model();
    input(m, "x", {1, 1, 4});
    name_dim(m, 0, 0, "");
    name_dim(m, 0, 1, "");
    node(m, "Relu", {"x"}, "y");
    output(m, "y");
    return m;
}

/// y = a b' of a [n, k] and b [m, k].
onnx::ModelProto product() {
    auto m = model();
    input(m, "a", {1, 3});
    input(m, "b", {2, 3});
    name_dim(m, 0, 0, "n");
    name_dim(m, 0, 1, "k");
    name_dim(m, 1, 0, "m");
    name_dim(m, 1, 1, "k");
    set(node(m, "Gemm", {"a", "b"}, "y"), "transB", 1);
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("open dimensions take the sizes that are given") {
    const auto m = open_model();
    CHECK(shape_of(read(m, {.shapes = {{"x", {2, 3, 4}}}}), 0) == Dims{2, 3, 4});
    CHECK(shape_of(read(m, {.shapes = {{"x", {-1, 3, -1}}}}), 0) == Dims{1, 3, 4});
    CHECK(shape_of(read(m, {.batch = 7, .shapes = {{"x", {-1, 3, 4}}}}), 0) == Dims{7, 3, 4});
    CHECK(message<ShapeError>([&] { read(m); }) ==
          "m.onnx: input 'x': dimension 1 of [?, ?, 4] is open: its size must come from the input's file or from "
          "--shape x=..");
    CHECK(message<ShapeError>([&] {
              read(m, {.shapes = {{"x", {2, 3, 5}}}});
          }) == "m.onnx: input 'x': it is given shape [2, 3, 5], the file states [?, ?, 4]");
    CHECK(message<ShapeError>([&] {
              read(m, {.shapes = {{"x", {2, 3}}}});
          }) == "m.onnx: input 'x': it is given shape [2, 3], the file states [?, ?, 4]");
    CHECK(message<ShapeError>([&] {
              read(m, {.shapes = {{"X", {2, 3, 4}}}});
          }) == "m.onnx: a shape is given for 'X', which is no input of the network; near it: 'x'");
    const OnnxModel open = read(m, {.may_stay_open = true});
    CHECK(open.open);
    CHECK(open.inputs.at(0).dims == Dims{-1, -1, 4});
    CHECK(open.inputs.at(0).stated == std::vector<std::string>{"?", "?", "4"});
    CHECK(open.operators == std::map<std::string, int>{{"Relu", 1}});
}

TEST_CASE("dimensions of one name have one size") {
    const auto m = product();
    const OnnxModel r = read(m, {.shapes = {{"a", {2, 3}}}});  // m is a batch, k is 3 in b too
    CHECK(shape_of(r, 0) == Dims{2, 3});
    CHECK(shape_of(r, 1) == Dims{1, 3});
    CHECK(run(r, std::vector<Reals>{{1, 2, 3, 4, 5, 6}, {1, 0, -1}}) == Reals{-2, -2});
    CHECK(message<ShapeError>([&] {
              read(m, {.shapes = {{"a", {2, 3}}, {"b", {2, 4}}}});
          }) == "m.onnx: input 'b': its dimension 1, 'k', is 4 here and 3 in input 'a'");
    CHECK(message<ShapeError>([&] { read(m); }) ==
          "m.onnx: input 'a': dimension 1 of [n, k] is open: its size must come from the input's file or from --shape "
          "a=..");
    auto square = open_model();  // [n, n, 4]: the batch is the second axis too
    name_dim(square, 0, 0, "n");
    name_dim(square, 0, 1, "n");
    CHECK(shape_of(read(square), 0) == Dims{1, 1, 4});
    CHECK_THROWS_AS(read(square, {.shapes = {{"x", {2, 3, 4}}}}), ShapeError);
    auto numbered = open_model();  // a name that looks like a size is a name
    name_dim(numbered, 0, 1, "9");
    CHECK(shape_of(read(numbered, {.shapes = {{"x", {2, 3, 4}}}}), 0) == Dims{2, 3, 4});
}

TEST_CASE("any value of the graph can be the output") {
    const auto m = small_net();
    CHECK(run(read(m, {.outputs = {"z"}}), {4, 1, -2}) == Reals{1.5, 13.25});
    CHECK(run(read(m, {.outputs = {"z"}}), {1, 2, 4}) == Reals{-0.5, -1.5});
    CHECK(run(read(m, {.outputs = {"x"}}), {1, 2, 4}) == Reals{1, 2, 4});
    CHECK(run(read(m, {.outputs = {"W"}}), std::vector<Reals>{}) == Reals{1, -2, 0.5, 3, 0.25, -1});
    const OnnxModel both = read(m, {.outputs = {"z", "y", "z"}});
    CHECK(both.network.graph.output_names == std::vector<std::string>{"z", "y"});
    CHECK(both.notes.empty());
    CHECK(read(m, {.outputs = {"z"}}).notes ==
          std::vector<std::string>{"1 node that no wanted output needs is left out: 'Relu_1' (Relu)"});
    CHECK(message<FormatError>([&] { read(m, {.outputs = {"w"}}); }) ==
          "m.onnx: output 'w': no value of the graph has this name; near it: 'W', 'b', 'x', 'y', 'z'");
    CHECK(message<FormatError>([&] { read(m, {.outputs = {"logits"}}); }) ==
          "m.onnx: output 'logits': no value of the graph has this name");
}

TEST_CASE("what only other outputs need is not looked at") {
    auto m = small_net();
    input(m, "key", {3});
    node(m, "Secret", {"key"}, "s").set_domain("elsewhere");
    output(m, "s");
    constant(m, floats("w", {2}, {1}));  // one number for two
    CHECK(message<UnsupportedOp>([&] { read(m); }).find("elsewhere.Secret") != std::string::npos);
    const OnnxModel r = read(m, {.outputs = {"y"}});
    CHECK(run(r, {4, 1, -2}) == Reals{1.5, 13.25});
    CHECK(r.inputs.size() == 1);
    CHECK(r.notes.back() == "input 'key', which is not read, is left out");
}
