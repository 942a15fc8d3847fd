/// Small ONNX models made with protobuf, so that tests can also make what no exporter writes.
#pragma once

// As libonnx was compiled; the test targets do not inherit what the library needs privately.
#ifndef ONNX_ML
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#endif
#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/read.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>

#include "../temporary_folder.hpp"

namespace onnx_models {

using Ints = std::vector<std::int64_t>;
using Reals = std::vector<double>;

inline onnx::ModelProto model(int opset = 13) {
    onnx::ModelProto m;
    m.set_ir_version(7);
    m.add_opset_import()->set_version(opset);
    m.mutable_graph()->set_name("test");
    return m;
}

/// A dimension that is negative is left open under the name "batch".
inline void value(onnx::ValueInfoProto& info, const std::string& name, const Ints& dims,
                  int type = onnx::TensorProto::FLOAT) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    tensor.mutable_shape();
    for (const auto d : dims) {
        auto& dim = *tensor.mutable_shape()->add_dim();
        if (d < 0) dim.set_dim_param("batch");
        else dim.set_dim_value(d);
    }
}
inline void input(onnx::ModelProto& m, const std::string& name, const Ints& dims, int type = onnx::TensorProto::FLOAT) {
    value(*m.mutable_graph()->add_input(), name, dims, type);
}
inline void output(onnx::ModelProto& m, const std::string& name) {
    auto& info = *m.mutable_graph()->add_output();
    info.set_name(name);
    info.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
}

inline onnx::TensorProto floats(const std::string& name, const Ints& dims, const Reals& values) {
    onnx::TensorProto t;
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::FLOAT);
    for (const auto d : dims) t.add_dims(d);
    for (const auto v : values) t.add_float_data(static_cast<float>(v));
    return t;
}
inline onnx::TensorProto ints(const std::string& name, const Ints& values) {
    onnx::TensorProto t;
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::INT64);
    t.add_dims(static_cast<std::int64_t>(values.size()));
    for (const auto v : values) t.add_int64_data(v);
    return t;
}
inline void constant(onnx::ModelProto& m, onnx::TensorProto t) { *m.mutable_graph()->add_initializer() = std::move(t); }

inline onnx::NodeProto& node(onnx::ModelProto& m, const std::string& kind, const std::vector<std::string>& in,
                             const std::string& out) {
    auto& n = *m.mutable_graph()->add_node();
    n.set_op_type(kind);
    for (const auto& name : in) n.add_input(name);
    n.add_output(out);
    return n;
}
inline onnx::AttributeProto& attribute(onnx::NodeProto& n, const std::string& key,
                                       onnx::AttributeProto::AttributeType type) {
    auto& a = *n.add_attribute();
    a.set_name(key);
    a.set_type(type);
    return a;
}
inline void set(onnx::NodeProto& n, const std::string& key, std::int64_t value) {
    attribute(n, key, onnx::AttributeProto::INT).set_i(value);
}
inline void set(onnx::NodeProto& n, const std::string& key, const Ints& values) {
    auto& a = attribute(n, key, onnx::AttributeProto::INTS);
    for (const auto v : values) a.add_ints(v);
}
inline void set_real(onnx::NodeProto& n, const std::string& key, float value) {
    attribute(n, key, onnx::AttributeProto::FLOAT).set_f(value);
}
inline void set_text(onnx::NodeProto& n, const std::string& key, const std::string& value) {
    attribute(n, key, onnx::AttributeProto::STRING).set_s(value);
}

/// relu(x W' + b) with W [2, 3].
inline onnx::ModelProto small_net() {
    auto m = model();
    input(m, "x", {1, 3});
    constant(m, floats("W", {2, 3}, {1, -2, 0.5, 3, 0.25, -1}));
    constant(m, floats("b", {2}, {0.5, -1}));
    auto& gemm = node(m, "Gemm", {"x", "W", "b"}, "z");
    gemm.set_name("fc");
    set(gemm, "transB", 1);
    node(m, "Relu", {"z"}, "y");
    output(m, "y");
    return m;
}

inline tercet::OnnxModel read(const onnx::ModelProto& m, const tercet::OnnxReadOptions& options = {}) {
    const TemporaryFolder folder;
    return tercet::read_onnx(folder.file("m.onnx", m.SerializeAsString()), options);
}

inline tercet::AnyTensor<tercet::Float64> tensor(const tercet::Dims& dims, const Reals& values) {
    tercet::AnyTensor<tercet::Float64> t(dims);
    for (std::size_t i = 0; i < values.size(); ++i) t.data.at(i) = values[i];
    return t;
}

/// The first output's numbers for given inputs.
inline Reals run(const tercet::OnnxModel& m, const std::vector<Reals>& xs) {
    const tercet::Graph& g = m.network.graph;
    std::vector<tercet::AnyTensor<tercet::Float64>> inputs;
    for (std::size_t i = 0; i < g.inputs.size(); ++i)
        inputs.push_back(tensor(g.nodes[static_cast<std::size_t>(g.inputs[i])].shape, xs.at(i)));
    const auto y = tercet::interpret<tercet::Float64>(g, m.network.parameters, inputs).at(0);
    return Reals(y.data.begin(), y.data.end());
}
inline Reals run(const tercet::OnnxModel& m, const Reals& x) { return run(m, std::vector<Reals>{x}); }

}  // namespace onnx_models
