/// Functions that the file defines, and the form of torch's newer exporter: functions, opset 18 and up, external data.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <cstring>

using namespace tercet;
using namespace onnx_models;

namespace {

onnx::FunctionProto& local_function(onnx::ModelProto& m, const std::string& name, const std::vector<std::string>& in,
                                    const std::string& out, int opset = 18) {
    auto& f = *m.add_functions();
    f.set_domain("pkg.local");
    f.set_name(name);
    for (const auto& i : in) f.add_input(i);
    f.add_output(out);
    f.add_opset_import()->set_version(opset);
    return f;
}
onnx::NodeProto& node_of(onnx::FunctionProto& f, const std::string& kind, const std::vector<std::string>& in,
                         const std::string& out) {
    auto& n = *f.add_node();
    n.set_op_type(kind);
    for (const auto& i : in) n.add_input(i);
    n.add_output(out);
    return n;
}
onnx::NodeProto& call(onnx::ModelProto& m, const std::string& name, const std::vector<std::string>& in,
                      const std::string& out) {
    auto& n = node(m, name, in, out);
    n.set_domain("pkg.local");
    return n;
}

/// y = leaky(W leaky(W x)) for W [2, 2] and a slope that the call gives; the body is out of order.
onnx::ModelProto twice() {
    auto m = model(18);
    m.add_opset_import()->set_domain("pkg.local");
    input(m, "x", {1, 2});
    constant(m, floats("W", {2, 2}, {1, -1, 2, 0.5}));
    auto& layer = local_function(m, "layer", {"v", "w"}, "r");
    layer.add_attribute("slope");
    auto& leaky = node_of(layer, "LeakyRelu", {"t"}, "r");
    auto& slope = *leaky.add_attribute();
    slope.set_name("alpha");
    slope.set_type(onnx::AttributeProto::FLOAT);
    slope.set_ref_attr_name("slope");
    node_of(layer, "MatMul", {"v", "w"}, "t");
    auto& both = local_function(m, "both", {"v", "w"}, "out");
    for (const auto& [from, to] : {std::pair{"v", "h"}, {"h", "out"}}) {
        auto& n = node_of(both, "layer", {from, "w"}, to);
        n.set_domain("pkg.local");
        set_real(n, "slope", 0.25f);
    }
    call(m, "both", {"x", "W"}, "y");
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("calls of functions are replaced by their nodes") {
    // x W = [1 2; -1 .5] as rows: (1, 1) -> (3, -0.5) -> leaky (3, -0.125) -> (2.75, -3.0625) -> (2.75, -0.765625)
    const OnnxModel m = read(twice());
    CHECK(run(m, {1, 1}) == Reals{2.75, -0.765625});
    CHECK(m.operators == std::map<std::string, int>{{"LeakyRelu", 2}, {"MatMul", 2}});
    CHECK(m.network.graph.nodes.back().name == "both_0/layer_1/LeakyRelu_0");
    CHECK(run(read(twice(), {.outputs = {"both_0/h"}}), {1, 1}) == Reals{3, -0.125});
}

TEST_CASE("two calls of one name, an output that is an input, an attribute that is left out") {
    auto m = twice();
    m.mutable_graph()->mutable_node(0)->set_name("c");
    m.mutable_graph()->mutable_node(0)->set_output(0, "u");
    call(m, "both", {"u", "W"}, "u2").set_name("c");
    auto& same = local_function(m, "same", {"v"}, "v");
    node_of(same, "Relu", {"v"}, "unused");
    call(m, "same", {"u2"}, "y");
    // (2.75, -0.765625) W = (1.21875, -3.1328125) -> (1.21875, -0.783203125) -> (-0.34765625, -1.6103515625) -> / 4
    CHECK(run(read(m), {1, 1}) == Reals{-0.0869140625, -0.402587890625});
    auto plain = twice();
    plain.mutable_functions(1)->mutable_node(0)->clear_attribute();
    plain.mutable_functions(1)->mutable_node(1)->clear_attribute();
    const double a = static_cast<double>(0.01f);
    const Reals y = run(read(plain), {1, 1});
    const double h1 = -0.5 * a;
    CHECK(y[0] == 3 + 2 * h1);
    CHECK(y[1] == (-3 + 0.5 * h1) * a);
}

TEST_CASE("a call that nothing needs may be of any function") {
    auto m = twice();
    auto& endless = local_function(m, "endless", {"v"}, "r");
    node_of(endless, "endless", {"v"}, "r").set_domain("pkg.local");
    node_of(local_function(m, "older", {"v"}, "r", 11), "Relu", {"v"}, "r");
    call(m, "endless", {"x"}, "dead");
    call(m, "older", {"dead"}, "too");
    const OnnxModel r = read(m);
    CHECK(run(r, {1, 1}) == run(read(twice()), {1, 1}));
    CHECK(r.notes == std::vector<std::string>{
                         "2 nodes that no output needs are left out: 'endless_1' (endless), 'older_2' (older)"});
    for (int k = 0; k < 102; ++k)
        node_of(local_function(m, "f" + std::to_string(k), {"v"}, "r"), k == 0 ? "Relu" : "f" + std::to_string(k - 1),
                {"v"}, "r")
            .set_domain(k == 0 ? "" : "pkg.local");
    call(m, "f101", {"x"}, "deep");
    call(m, "f0", {"y"}, "z");
    output(m, "z");
    const auto y = run(read(m), {1, 1});
    CHECK(y == run(r, {1, 1}));
    output(m, "too");
    CHECK(message<FormatError>([&] { read(m); }) ==
          "m.onnx: node 'endless_1/endless_0' (endless): the function calls itself");
}

TEST_CASE("functions that call themselves, grow without end, or are of another operator set") {
    auto m = twice();
    m.mutable_functions(0)->mutable_node(1)->set_op_type("both");
    m.mutable_functions(0)->mutable_node(1)->set_domain("pkg.local");
    CHECK(message<FormatError>([&] { read(m); }).find("the function calls itself") != std::string::npos);
    m = twice();
    m.mutable_functions(0)->mutable_opset_import(0)->set_version(17);
    CHECK(message<UnsupportedOp>([&] { read(m); }).find("the function uses operator set 17, the model 18") !=
          std::string::npos);
    m = model(18);
    input(m, "x", {1});
    for (int i = 0; i < 40; ++i) {  // each calls the one before twice
        auto& f = local_function(m, "f" + std::to_string(i), {"v"}, "r");
        const std::string before = i == 0 ? "Relu" : "f" + std::to_string(i - 1);
        for (const auto& [from, to] : {std::pair{"v", "t"}, {"t", "r"}})
            node_of(f, before, {from}, to).set_domain(i == 0 ? "" : "pkg.local");
    }
    call(m, "f39", {"x"}, "y");
    output(m, "y");
    CHECK(message<UnsupportedOp>([&] { read(m); }) == "m.onnx: its functions make more than 2^20 nodes");
    m = twice();
    m.mutable_graph()->mutable_node(0)->set_op_type("neither");
    CHECK(message<UnsupportedOp>([&] { read(m); }) ==
          "m.onnx: operator pkg.local.neither is not supported (first at node 'neither_0')");
}

TEST_CASE("the form of torch's newer exporter: a function, external data, opset 22, a batch by name") {
    auto m = twice();
    m.mutable_opset_import(0)->set_version(22);
    for (auto& f : *m.mutable_functions()) f.mutable_opset_import(0)->set_version(22);
    m.set_ir_version(10);
    auto& dim =
        *m.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0);
    dim.set_dim_param("s0");
    auto& w = *m.mutable_graph()->mutable_initializer(0);
    const std::vector<float> numbers{1, -1, 2, 0.5f};
    std::string bytes(16, '\0');
    std::memcpy(bytes.data(), numbers.data(), 16);
    w.clear_float_data();
    w.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] : {std::pair{"location", "m.onnx.data"}, {"offset", "0"}, {"length", "16"}}) {
        auto& e = *w.add_external_data();
        e.set_key(key);
        e.set_value(value);
    }
    const TemporaryFolder s;
    s.file("m.onnx.data", bytes);
    const OnnxModel r = read_onnx(s.file("m.onnx", m.SerializeAsString()), {.batch = 2});
    CHECK(r.free_batch);
    CHECK(run(r, {1, 1, 0, 1}) == Reals{2.75, -0.765625, 3, -0.4375});
}

namespace {

/// A length-delimited field that headers of some age do not know.
template <class Message>
void set_raw(Message& m, int number, const std::string& bytes) {
    std::string all = m.SerializeAsString();
    all += static_cast<char>(number << 3 | 2);
    all += static_cast<char>(bytes.size());  // below 128
    REQUIRE(m.ParseFromString(all + bytes));
}

/// y = LeakyRelu(x) in a function whose slope has a default of its own.
onnx::ModelProto with_default(const std::string& overload) {
    auto m = model(18);
    m.add_opset_import()->set_domain("pkg.local");
    input(m, "x", {2});
    auto& f = local_function(m, "leak", {"v"}, "r");
    auto& leaky = node_of(f, "LeakyRelu", {"v"}, "r");
    auto& slope = *leaky.add_attribute();
    slope.set_name("alpha");
    slope.set_type(onnx::AttributeProto::FLOAT);
    slope.set_ref_attr_name("slope");
    onnx::AttributeProto half;
    half.set_name("slope");
    half.set_type(onnx::AttributeProto::FLOAT);
    half.set_f(0.5f);
    set_raw(f, 11, half.SerializeAsString());
    auto& c = call(m, "leak", {"x"}, "y");
    if (!overload.empty()) set_raw(c, 8, overload);
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("a default of a function's attribute counts, whatever the age of onnx's headers") {
    CHECK(run(read(with_default("")), {-4, 3}) == Reals{-2, 3});
}

TEST_CASE("a call of an overload that the model does not have is refused") {
    CHECK(message([] { read(with_default("other")); }).find("the model has no overload 'other' of it") !=
          std::string::npos);
}

TEST_CASE("values inside a function are not those outside that are called as they would be") {
    for (const bool as_input : {true, false}) {
        auto m = model(18);
        m.add_opset_import()->set_domain("pkg.local");
        input(m, "x", {1});
        auto& f = local_function(m, "twice_less", {"v"}, "r");
        node_of(f, "Neg", {"v"}, "t");
        node_of(f, "Add", {"t", "t"}, "r");
        auto& c = call(m, "twice_less", {"x"}, "h");
        c.set_name("c");
        if (as_input) {
            constant(m, floats("c/t", {1}, {8}));
        } else {
            node(m, "Relu", {"x"}, "c/t");
        }
        node(m, "Add", {"h", "c/t"}, "y");
        output(m, "y");
        CHECK(run(read(m), Reals{3}) == Reals{as_input ? 2.0 : -3.0});
    }
}
