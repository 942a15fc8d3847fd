/// One node of a graph as ONNX nodes, and the names of the values between them.
#pragma once

#include <tercet/io/onnx/write.hpp>

#include <set>

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace tercet::onnx_io {

/// Inputs, parameters and outputs keep their names; a value in between has its node's, numbered where that is taken.
class NodeWriter {
public:
    /// For this operator set and float type.
    NodeWriter(const Graph& graph, const OnnxWriteOptions& options, int opset, bool float32, onnx::GraphProto& to);

    const std::string& name(int node) const { return names_[static_cast<std::size_t>(node)]; }

    /// Throws UnsupportedOp naming the node. Inputs and parameters write nothing.
    void write(int node);
    /// An Identity where output k is an input, a parameter, or a value that is an output already.
    void write_output(std::size_t k);

private:
    std::string fresh(const std::string& wish);
    void take(const std::string& name);
    onnx::NodeProto& add(const std::string& kind, const std::string& name, const std::vector<std::string>& inputs,
                         const std::string& output);
    void write_operator(int id);
    void reshape(const std::string& name, const std::string& from, const std::string& to, const Dims& shape);
    std::string integers(const std::string& wish, const Dims& values, bool scalar = false);
    /// What a Rearrange moves: all operands as one list, a zero at its end, gathered.
    void rearrange(int id, const std::vector<std::string>& in);
    /// A name for what the node named `to` is cast from, and that cast.
    std::string cast_to_float(const std::string& to);
    float attribute(double value) const;

    const Graph& graph_;
    const OnnxWriteOptions& options_;
    int opset_;
    bool float32_;
    onnx::GraphProto& to_;
    std::vector<std::string> names_;
    std::set<std::string> taken_;
};

}  // namespace tercet::onnx_io
