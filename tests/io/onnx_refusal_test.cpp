/// Each broken or unsupported file gets one sentence with the place and the numbers.
#include <tercet/scalars/machine/memory_budget.hpp>

#include <limits>

#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

template <class Thrown = FormatError>
std::string refusal(const onnx::ModelProto& m) {
    return message<Thrown>([&] { read(m); });
}

template <class Thrown = FormatError>
std::string refusal_of_bytes(const std::string& bytes) {
    const TemporaryFolder folder;
    return message<Thrown>([&] { read_onnx(folder.file("m.onnx", bytes)); });
}

onnx::GraphProto& graph(onnx::ModelProto& m) { return *m.mutable_graph(); }

/// small_net after a change.
template <class Change>
onnx::ModelProto changed(Change change) {
    auto m = small_net();
    change(m);
    return m;
}

onnx::ModelProto one_node(const std::string& kind, const Ints& shape) {
    auto m = model();
    input(m, "x", shape);
    node(m, kind, {"x"}, "y");
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("files that are no ONNX model") {
    CHECK(refusal_of_bytes("") == "m.onnx: the file is empty");
    CHECK(refusal_of_bytes("this is no model") ==
          "m.onnx: its 16 bytes are no ONNX model, or a model that is cut off or damaged");
    CHECK(refusal_of_bytes(std::string(100, '\0')) ==
          "m.onnx: its 100 bytes are no ONNX model, or a model that is cut off or damaged");
    CHECK(refusal_of_bytes("\x08\x07") == "m.onnx: it is no ONNX model: it has no graph with an output");
    CHECK_THROWS_AS(read_onnx("/nonexistent/m.onnx"), FormatError);
    CHECK_THROWS_AS(read_onnx("/"), FormatError);
}

TEST_CASE("operator sets and operators") {
    for (const int opset : {0, 29, -1, 1000000})
        CHECK(refusal<UnsupportedOp>(changed([&](auto& m) { m.mutable_opset_import(0)->set_version(opset); })) ==
              "m.onnx: it uses operator set " + std::to_string(opset) + "; tercet reads 1 to 28");
    CHECK(refusal(changed([](auto& m) { m.clear_opset_import(); })) ==
          "m.onnx: it states no version of the default operator set");
    CHECK(refusal<UnsupportedOp>(changed([](auto& m) {
              node(m, "Bernoulli", {"y"}, "s").set_name("s1");
              node(m, "Loop", {"s"}, "t");
              node(m, "Bernoulli", {"t"}, "u");
              node(m, "QLinearConv", {"u"}, "v");
              output(m, "v");
          })) ==
          "m.onnx: operators Bernoulli, Loop, QLinearConv are not supported (first at node 's1'); output 'y' needs "
          "none of them: ask "
          "for it alone (--output-name)");
    CHECK(refusal<UnsupportedOp>(changed([](auto& m) { graph(m).mutable_node(1)->set_domain("com.microsoft"); })) ==
          "m.onnx: operator com.microsoft.Relu is not supported (first at node 'Relu_1')");
    CHECK(refusal<UnsupportedOp>(changed([](auto& m) { set(*graph(m).mutable_node(0), "transC", 1); })) ==
          "m.onnx: node 'fc' (Gemm): attribute 'transC' is not supported");
    CHECK(refusal(changed([](auto& m) { set_text(*graph(m).mutable_node(0), "transA", "no"); })) ==
          "m.onnx: node 'fc' (Gemm): attribute 'transA' is not an integer");
    CHECK(refusal(changed([](auto& m) {
              set_real(*graph(m).mutable_node(0), "alpha", std::numeric_limits<float>::quiet_NaN());
          })) == "m.onnx: node 'fc' (Gemm): attribute 'alpha' is NaN");
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_node(0)->add_input("b"); })) ==
          "m.onnx: node 'fc' (Gemm): has 4 inputs, expected 2 to 3");
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_node(0)->set_input(1, ""); })) ==
          "m.onnx: node 'fc' (Gemm): input 1 is missing");
    CHECK(refusal<UnsupportedOp>(changed([](auto& m) { graph(m).mutable_node(1)->add_output("mask"); })) ==
          "m.onnx: node 'Relu_1' (Relu): output 1 ('mask') is not supported");
}

TEST_CASE("values: undefined, out of order, twice") {
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_initializer()->DeleteSubrange(0, 1); })) ==
          "m.onnx: node 'fc' (Gemm): reads 'W', which no input, initializer or node defines");
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_node(0)->set_input(0, "y"); })) ==
          "m.onnx: the nodes form a cycle: 'Relu_1' (Relu), 'fc' (Gemm), each reads a result of the next one, and the "
          "last of the first");
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_node(1)->set_input(0, "y"); })) ==
          "m.onnx: node 'Relu_1' (Relu) reads its own result");
    CHECK(refusal(changed([](auto& m) { graph(m).mutable_node(1)->set_output(0, "z"); })) ==
          "m.onnx: node 'Relu_1' (Relu): value 'z' is defined twice");
    CHECK(refusal(changed([](auto& m) { constant(m, floats("W", {1}, {1})); })) ==
          "m.onnx: initializer 'W': value 'W' is defined twice");
    CHECK(refusal(changed([](auto& m) { input(m, "x", {1}); })) == "m.onnx: input 'x': it is listed twice");
    CHECK(refusal(changed([](auto& m) { output(m, "y"); })) == "m.onnx: output 'y': it is listed twice");
    CHECK(refusal(changed([](auto& m) { output(m, "nowhere"); })) == "m.onnx: output 'nowhere': no node computes it");
}

TEST_CASE("weights: sizes, types, numbers") {
    const auto weight = [](auto change) { return changed([&](auto& m) { change(*graph(m).mutable_initializer(0)); }); };
    CHECK(refusal(weight([](auto& w) { w.add_float_data(1); })) ==
          "m.onnx: initializer 'W': shape [2, 3] needs 6 numbers, the file holds 7");
    CHECK(refusal(weight([](auto& w) { w.set_raw_data(std::string(23, 'x')); })) ==
          "m.onnx: initializer 'W': shape [2, 3] needs 24 bytes, the file holds 23");
    CHECK(refusal<ShapeError>(weight([](auto& w) { w.set_dims(0, -2); })) ==
          "m.onnx: initializer 'W': shape [?, 3]: a dimension is negative");
    CHECK(refusal<ShapeError>(weight([](auto& w) {
              w.set_dims(0, INT64_MAX);
              w.set_dims(1, INT64_MAX);
          })) == "m.onnx: initializer 'W': shape [9223372036854775807, 9223372036854775807]: more than 2^48 elements");
    CHECK(refusal<ShapeError>(weight([](auto& w) { w.set_dims(0, 1 << 28); })) ==
          "m.onnx: initializer 'W': shape [268435456, 3] has 805306368 elements, more than 2^28");
    CHECK(refusal(weight([](auto& w) { w.set_float_data(4, std::numeric_limits<float>::quiet_NaN()); })) ==
          "m.onnx: initializer 'W': element 4 is NaN");
    CHECK(refusal(weight([](auto& w) { w.set_float_data(5, -std::numeric_limits<float>::infinity()); })) ==
          "m.onnx: node 'fc' (Gemm): constant 'W': element 5 is infinite");
    CHECK(refusal(weight([](auto& w) { w.set_data_location(onnx::TensorProto::EXTERNAL); })) ==
          "m.onnx: initializer 'W': its numbers lie in another file (external data), which it does not name");
    for (const auto& [type, name] : {std::pair{onnx::TensorProto::INT8, "INT8"},
                                     {onnx::TensorProto::STRING, "STRING"},
                                     {onnx::TensorProto::COMPLEX64, "COMPLEX64"}})
        CHECK(refusal<UnsupportedOp>(weight([&, t = type](auto& w) { w.set_data_type(t); })) ==
              "m.onnx: initializer 'W': type " + std::string(name) +
                  " is not supported; tercet reads float16, bfloat16, float32 and float64, and int32, int64 and bool "
                  "constants");
    CHECK(refusal<UnsupportedOp>(weight([](auto& w) {
              w.set_data_type(99);
          })).find("type number 99 is not supported") != std::string::npos);
    const auto sparse = [](auto& m) { graph(m).add_sparse_initializer()->mutable_values()->set_name("s"); };
    CHECK(run(read(changed(sparse)), {4, 1, -2}) == Reals{1.5, 13.25});  // nothing reads it
    CHECK(refusal<UnsupportedOp>(changed([&](auto& m) {
              sparse(m);
              graph(m).mutable_node(0)->set_input(2, "s");
          })) == "m.onnx: initializer 's': it is sparse; tercet reads dense ones");
}

TEST_CASE("large dilations leave few windows, which are counted as they are") {
    auto m = model();
    input(m, "x", {1, 1, 20000, 12000});
    constant(m, floats("w", {1, 1, 2, 2}, {1, 2, 3, 4}));
    set(node(m, "Conv", {"x", "w"}, "y"), "dilations", Ints{19999, 11999});
    output(m, "y");
    CHECK(read(m).network.graph.nodes.back().shape == Dims{1, 1, 1, 1});
    m.mutable_graph()->mutable_node(0)->clear_attribute();
    CHECK(refusal<UnsupportedOp>(m) ==
          "m.onnx: node 'Conv_0' (Conv): 19999x11999 windows of 1x2x2 cells are more than 2^28 cells");
    auto& pool = *m.mutable_graph()->mutable_node(0);
    pool.set_op_type("MaxPool");
    pool.mutable_input()->RemoveLast();
    set(pool, "kernel_shape", Ints{2, 2});
    set(pool, "dilations", Ints{19999, 11999});
    CHECK(read(m).network.graph.nodes.back().shape == Dims{1, 1, 1, 1});
}

TEST_CASE("inputs and shapes") {
    const auto input_type = [](auto& m) { return graph(m).mutable_input(0)->mutable_type()->mutable_tensor_type(); };
    CHECK(refusal<ShapeError>(
              changed([&](auto& m) { input_type(m)->mutable_shape()->mutable_dim(1)->set_dim_param("n"); })) ==
          "m.onnx: input 'x': dimension 1 of [1, n] is open: its size must come from the input's file or from --shape "
          "x=..");
    CHECK(refusal<ShapeError>(changed([&](auto& m) { input_type(m)->clear_shape(); })) ==
          "m.onnx: input 'x': it has no shape: that must come from the input's file or from --shape x=..");
    CHECK(refusal<UnsupportedOp>(changed([&](auto& m) { input_type(m)->set_elem_type(onnx::TensorProto::INT64); })) ==
          "m.onnx: input 'x': it is of type int64: its numbers become constants of the network, and must be given "
          "(--input x=FILE)");
    CHECK(refusal<UnsupportedOp>(changed([&](auto& m) {
              graph(m).mutable_input(0)->mutable_type()->mutable_sequence_type();
          })) == "m.onnx: input 'x': it is no tensor");
    CHECK(refusal<ShapeError>(changed([&](auto& m) {
              input_type(m)->mutable_shape()->mutable_dim(1)->set_dim_value(4);
          })) == "m.onnx: node 'fc' (Gemm): weight [2, 3] needs 3 inputs, got [1, 4]");
    CHECK(refusal<ShapeError>(changed([&](auto& m) {
              value(*graph(m).mutable_output(0), "y", {1, 3});
          })) == "m.onnx: output 'y': the file states shape [1, 3], the graph computes [1, 2]");
    CHECK(message<ShapeError>([] { read(small_net(), {.batch = 2}); }) ==
          "m.onnx: a batch of 2 is asked for, and the file fixes every dimension of its inputs");
    CHECK(message<ShapeError>([] { read(small_net(), {.batch = 0}); }) == "m.onnx: a batch of 0 is asked for");
}

TEST_CASE("operators out of their domain") {
    const auto with = [](const std::string& kind, const Ints& shape, auto attributes) {
        auto m = one_node(kind, shape);
        attributes(*m.mutable_graph()->mutable_node(0));
        return m;
    };
    const std::string at = "m.onnx: node ";
    CHECK(refusal<ShapeError>(with("Transpose", {2, 3}, [](auto& n) {
              set(n, "perm", Ints{0, 0});
          })) == at + "'Transpose_0' (Transpose): axis 0 is named twice");
    CHECK(refusal<ShapeError>(with("Softmax", {2, 3}, [](auto& n) { set(n, "axis", 2); })) ==
          at + "'Softmax_0' (Softmax): axis 2 of a tensor of rank 2");
    CHECK(refusal(with("MaxPool", {1, 1, 4, 4}, [](auto&) {})) == at + "'MaxPool_0' (MaxPool): has no kernel_shape");
    CHECK(refusal<ShapeError>(with("MaxPool", {1, 1, 4, 4}, [](auto& n) {
              set(n, "kernel_shape", Ints{5, 1});
          })).find("does not fit in 4x4") != std::string::npos);
    CHECK(refusal<ShapeError>(with("MaxPool", {1, 1, 4, 4}, [](auto& n) {
              set(n, "kernel_shape", Ints{INT64_MAX, 1});
          })) == at + "'MaxPool_0' (MaxPool): kernel_shape has 9223372036854775807, expected 1 to 32767");
    CHECK(refusal<ShapeError>(with("AveragePool", {1, 1, 1000, 1000}, [](auto& n) {
              set(n, "kernel_shape", Ints{999, 999});
              set(n, "pads", Ints{900, 900, 900, 900});
          })) == at + "'AveragePool_0' (AveragePool): pool: 3247204 windows of 999x999 cells are more than 2^28 cells");
    CHECK(refusal<UnsupportedOp>(with("MaxPool", {1, 1, 4, 4, 4, 4}, [](auto& n) {
              set(n, "kernel_shape", Ints{2, 2, 2, 2});
          })).find("one, two or three axes") != std::string::npos);

    auto m = model();
    input(m, "x", {2, 3});
    input(m, "s", {2});
    node(m, "Reshape", {"x", "s"}, "y");
    output(m, "y");
    CHECK(refusal<UnsupportedOp>(m) ==
          at + "'Reshape_0' (Reshape): input 's' is not constant; shapes, axes and indices must be");

    m = model();
    input(m, "x", {2, 3});
    constant(m, ints("s", {4, -1}));
    node(m, "Reshape", {"x", "s"}, "y");
    output(m, "y");
    CHECK(refusal<ShapeError>(m) == at + "'Reshape_0' (Reshape): cannot reshape [2, 3] to [4, ?]");

    m = model();
    constant(m, ints("a", {INT64_MIN}));
    constant(m, ints("b", {-1}));
    node(m, "Div", {"a", "b"}, "c");
    output(m, "c");
    CHECK(refusal(m) == at + "'Div_0' (Div): the integers -9223372036854775808 and -1: divide overflows int64");
    m.mutable_graph()->mutable_initializer(1)->set_int64_data(0, 0);
    CHECK(refusal(m) == at + "'Div_0' (Div): divides the integer -9223372036854775808 by 0");
    m.mutable_graph()->mutable_initializer(1)->set_int64_data(0, 2);
    CHECK(refusal<UnsupportedOp>(m) ==
          "m.onnx: output 'c': the integer -4611686018427387904 meets computed values; tercet computes with integers "
          "up to 2^53");

    const auto smaller = [](onnx::TensorProto t) {  // as int32
        t.set_data_type(onnx::TensorProto::INT32);
        for (const auto v : t.int64_data()) t.add_int32_data(static_cast<std::int32_t>(v));
        t.clear_int64_data();
        return t;
    };
    m = model();
    input(m, "x", {4});
    constant(m, smaller(ints("most", {INT32_MAX})));
    constant(m, smaller(ints("zero", {0})));
    node(m, "Add", {"most", "most"}, "end");
    node(m, "Slice", {"x", "zero", "end"}, "y");
    output(m, "y");
    CHECK(refusal(m) == at + "'Add_0' (Add): the integer 4294967294 overflows int32");
    m.mutable_graph()->mutable_node(0)->set_input(1, "zero");
    CHECK(run(read(m), {1, 2, 3, 4}) == Reals{1, 2, 3, 4});
    m = model();
    constant(m, smaller(ints("least", {INT32_MIN})));
    node(m, "Neg", {"least"}, "y");
    output(m, "y");
    CHECK(refusal(m) == at + "'Neg_0' (Neg): the integer 2147483648 overflows int32");

    m = model(6);
    constant(m, ints("a", {1, 2}));
    constant(m, ints("b", {1, 2}));
    set(node(m, "Add", {"a", "b"}, "y"), "broadcast", 1);
    output(m, "y");
    const OnnxModel folded = read(m);
    CHECK(folded.output_types == std::vector<std::string>{"int64"});
    CHECK(folded.network.parameters.at(0).data == Reals{2, 4});

    m = model();
    constant(m, ints("s", {1 << 20, 1 << 20}));
    node(m, "ConstantOfShape", {"s"}, "y");
    output(m, "y");
    CHECK(refusal<ShapeError>(m).find("more than 2^28") != std::string::npos);

    m = model();
    input(m, "x", {1024});
    for (int i = 0; i < 40; ++i) {  // doubles forty times
        const std::string from = i == 0 ? "x" : "x" + std::to_string(i);
        set(node(m, "Concat", {from, from}, "x" + std::to_string(i + 1)), "axis", 0);
    }
    output(m, "x40");
    set_memory_budget(2UL << 30);
    CHECK(refusal<LimitError>(m) == at + "'Concat_14' (Concat): it moves or repeats more than 33554432 elements "
                                         "together with the nodes before it, at 64 bytes each; the "
                                         "limit is 2.0 GiB (--memory or TERCET_MEMORY sets it)");
    set_memory_budget(0);
}

TEST_CASE("batch normalisation in training takes the batch's statistics") {
    auto m = model(15);
    input(m, "x", {1, 2});
    for (const char* name : {"s", "b", "m", "v"}) constant(m, floats(name, {2}, {1, 1}));
    auto& n = node(m, "BatchNormalization", {"x", "s", "b", "m", "v"}, "y");
    output(m, "y");
    CHECK(refusal(m) == "");
    set(n, "training_mode", 1);
    CHECK(run(read(m), {3, -7}) == Reals{1, 1});  // of one row the mean is itself
}

TEST_CASE("a sentence stays one line") {
    const std::string why =
        refusal(changed([](auto& m) { graph(m).mutable_node(0)->set_input(1, "a\nb\x01" + std::string(5000, 'z')); }));
    CHECK(why.find("reads 'a\\x0ab\\x01zzz") != std::string::npos);
    CHECK(why.find('\n') == std::string::npos);
    CHECK(why.size() < 1100);
}
