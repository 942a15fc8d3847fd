#include <onnx/onnx_pb.h>
#include <tercet/io/file/write_file.hpp>
#include <tercet/io/onnx/pointwise.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/io/onnx/write_node.hpp>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace tercet {

namespace {

using namespace onnx_io;

bool all_float32(const std::vector<AnyTensor<Float64>>& parameters) {
    for (const auto& p : parameters)
        for (std::size_t i = 0; i < p.data.size(); ++i)
            if (static_cast<double>(static_cast<float>(p.data[i])) != p.data[i]) return false;
    return true;
}

template <class T>
std::string little_endian(const AnyTensor<Float64>& tensor) {
    std::string bytes;
    bytes.reserve(tensor.data.size() * sizeof(T));
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
        const T x = static_cast<T>(tensor.data[i]);
        bytes.append(reinterpret_cast<const char*>(&x), sizeof(T));
    }
    return bytes;
}

void write_parameter(const std::string& name, const AnyTensor<Float64>& value, bool float32, onnx::GraphProto& to) {
    for (std::size_t i = 0; i < value.data.size(); ++i)
        if (!std::isfinite(value.data[i]))
            throw DomainError("parameter '" + name + "': element " + std::to_string(i) + " is not finite");
    auto& tensor = *to.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(float32 ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE);
    for (const auto d : value.dims) tensor.add_dims(d);
    tensor.set_raw_data(float32 ? little_endian<float>(value) : little_endian<double>(value));
}

void describe(onnx::ValueInfoProto& info, const std::string& name, const Dims& shape, bool float32) {
    info.set_name(name);
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(float32 ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE);
    type.mutable_shape();
    for (const auto d : shape) type.mutable_shape()->add_dim()->set_dim_value(d);
}

/// 13, or the first operator set that has all operators.
int opset_for(const Graph& graph) {
    int opset = 13;
    for (const Node& node : graph.nodes)
        if (const auto pointwise = pointwise_node(node.op)) opset = std::max(opset, pointwise->since);
    return opset;
}

/// The format's version when an operator set came (onnx/onnx-ml.proto).
int ir_version_for(int opset) {
    return opset <= 14 ? 7 : opset <= 18 ? 8 : opset <= 20 ? 9 : opset <= 22 ? 10 : opset == 23 ? 11 : 12;
}

onnx::ModelProto model_of(const Graph& graph, const std::vector<AnyTensor<Float64>>& parameters,
                          const OnnxWriteOptions& options) {
    if (graph.parameters.size() != parameters.size())
        throw ShapeError("the graph has " + std::to_string(graph.parameters.size()) + " parameters, got " +
                         std::to_string(parameters.size()));
    const bool float32 = all_float32(parameters);
    onnx::ModelProto model;
    const int opset = opset_for(graph);
    model.set_ir_version(ir_version_for(opset));
    model.set_producer_name(options.producer);
    model.add_opset_import()->set_version(opset);
    onnx::GraphProto& to = *model.mutable_graph();
    to.set_name("graph");
    NodeWriter writer(graph, options, opset, float32, to);
    for (const int id : graph.inputs)
        describe(*to.add_input(), writer.name(id), graph.nodes[static_cast<std::size_t>(id)].shape, float32);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Node& node = graph.nodes[static_cast<std::size_t>(graph.parameters[i])];
        if (parameters[i].dims != node.shape)
            throw ShapeError("parameter '" + node.name + "': expected shape " + to_string_dims(node.shape) + ", got " +
                             to_string_dims(parameters[i].dims));
        write_parameter(node.name, parameters[i], float32, to);
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) writer.write(static_cast<int>(i));
    for (std::size_t k = 0; k < graph.outputs.size(); ++k) {
        writer.write_output(k);
        describe(*to.add_output(), graph.output_names[k], graph.nodes[static_cast<std::size_t>(graph.outputs[k])].shape,
                 float32);
    }
    return model;
}

}  // namespace

void write_onnx(const Graph& graph, const std::vector<AnyTensor<Float64>>& parameters,
                const std::filesystem::path& path, const OnnxWriteOptions& options) {
    const onnx::ModelProto model = model_of(graph, parameters, options);
    if (model.ByteSizeLong() >= std::size_t{1} << 31)
        throw UnsupportedOp("the model has " + std::to_string(model.ByteSizeLong()) +
                            " bytes; a protobuf has less than 2^31");
    write_file(path, [&](std::ostream& out) {
        if (!model.SerializeToOstream(&out)) throw Error("cannot write '" + path.string() + "'");
    });
}

}  // namespace tercet
