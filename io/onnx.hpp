/// Reading ONNX: a model file as a Network, its weights kept exactly.
///
/// Opsets 6 to 21 of the default domain. Float constants become parameters under the names they have in the file; integer constants
/// (shapes, axes, indices) are computed while loading and leave no node. Identity, Dropout and Cast between floats leave no node either.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/scalars/float64.hpp>

#include <filesystem>
#include <map>

namespace tercet {

/// What the file says of one entry of Network::parameters.
struct OnnxParameter {
    std::string name;
    std::string type;  // "float32" or "float64", as stored; both are doubles exactly
    Dims shape;        // as stored; the kernel of a 1-D convolution [o, i, k] is held as [o, i, 1, k]
};

struct OnnxModel {
    Network<Float64> network;
    std::vector<OnnxParameter> parameters;  // one for each of network.parameters, in order of first use
    std::vector<std::string> input_types;   // "float32" or "float64", one for each graph input
    std::string producer;
    std::int64_t ir_version = 0;
    int opset = 0;
    bool free_batch = false;               // the file leaves the first dimension of an input open; it is `batch` here
    std::map<std::string, int> operators;  // how many nodes of each operator the file has
    std::vector<std::string> notes;        // what was read differently from the letter of the file, a sentence each
};

/// The model with `batch` for every open first dimension. Throws FormatError, UnsupportedOp or ShapeError: one sentence with the file, the
/// node and the numbers; ShapeError also where batch is not 1 and no dimension is open.
OnnxModel read_onnx(const std::filesystem::path& path, std::int64_t batch = 1);

}  // namespace tercet
