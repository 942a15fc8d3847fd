#include "load.hpp"

#include <tercet/io/excerpt.hpp>

#include <unistd.h>
#include <iostream>

namespace tercet::cli {

namespace {
const Node& input_node(const Graph& graph) { return graph.nodes[static_cast<std::size_t>(graph.inputs[0])]; }

Dims without_ones(const Dims& dims) {
    Dims d;
    for (const auto n : dims)
        if (n != 1) d.push_back(n);
    return d;
}
}  // namespace

OnnxModel load_model(const std::string& path, const NpyArray* input) {
    OnnxModel model = read_onnx(path);
    const Graph& graph = model.network.graph;
    if (graph.inputs.size() != 1)
        throw UnsupportedOp(path + ": the network has " + std::to_string(graph.inputs.size()) + " inputs; this command takes one");
    if (input && model.free_batch) {
        const Dims& shape = input_node(graph).shape;
        if (input->dims.size() == shape.size() && !shape.empty() && input->dims[0] != shape[0]) return read_onnx(path, input->dims[0]);
    }
    return model;
}

AnyTensor<Float64> fit_input(const Graph& graph, const NpyArray& array, const std::string& path) {
    const Node& node = input_node(graph);
    if (array.dims != node.shape && without_ones(array.dims) != without_ones(node.shape))
        throw ShapeError(path + ": input '" + node.name + "' has shape " + to_string_dims(node.shape) + ", the file holds " +
                         to_string_dims(array.dims));
    require_finite(array, path);
    return {node.shape, array.values};
}

void Progress::show(const std::string& text) {
    const std::string what = printable(text, 79);  // a longer line would wrap and stay
    if (!isatty(STDERR_FILENO) || (what.empty() && width_ == 0)) return;
    std::cerr << '\r' << what << std::string(what.size() < width_ ? width_ - what.size() : 0, ' ') << '\r' << std::flush;
    width_ = what.size();
}

}  // namespace tercet::cli
