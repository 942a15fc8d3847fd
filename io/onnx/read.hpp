/// Reading ONNX: a model file as a Network, its weights kept exactly.
///
/// Opsets 1 to 28 of the default domain. The file is brought into a normal form first (onnx_normal_form.hpp): nodes in
/// any order, and only those that a wanted value needs. Float constants become parameters under the names they have in
/// the file; integer constants (shapes, axes, indices) are computed while loading, by the operators themselves, and
/// leave no node. Identity, Dropout and Cast between floats leave no node either.
#pragma once

#include <tercet/models/graph/graph.hpp>
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

/// An input as the file lists it; a dimension that it leaves open is the name that it has there, or "?".
struct OnnxInput {
    std::string name;
    std::string type;  // "float32" or "float64"
    Dims dims;         // as the file states them, -1 where it leaves one open
    std::vector<std::string> stated;
    bool has_shape = true;  // else not even the number of dimensions is stated
};

/// An integer input (or a boolean one, of 0 and 1) with its numbers, which become constants of the network.
struct OnnxIntegers {
    Dims dims;
    std::vector<std::int64_t> numbers;
};

struct OnnxReadOptions {
    std::int64_t batch = 1;              // the size of each open first dimension that nothing else gives
    std::vector<std::string> outputs{};  // the values wanted, inner ones included; none: the file's outputs
    /// By input; a dimension of -1 is not given. A name that several open dimensions share has one size.
    std::map<std::string, Dims> shapes{};
    std::map<std::string, OnnxIntegers> integers{};  // by input: each of an integer type needs its numbers
    /// Sizes or integers may be missing: OnnxModel::open is set then, and the network is empty.
    bool may_stay_open = false;
};

struct OnnxModel {
    Network<Float64> network;
    std::vector<OnnxParameter> parameters;        // one for each of network.parameters, in order of first use
    std::vector<OnnxInput> inputs;                // one for each graph input
    std::vector<OnnxInput> integers;              // inputs of integer types that the network reads
    std::map<std::string, std::string> left_out;  // inputs that the file lists and the network does not take, and why
    std::vector<std::string> output_types;        // by output; integers and booleans (0 and 1) are numbers in the graph
    std::string producer;
    std::int64_t ir_version = 0;
    int opset = 0;
    bool free_batch = false;               // the file leaves the first dimension of an input open; it is `batch` here
    bool open = false;                     // a dimension of an input has no size, or an integer input no numbers
    std::map<std::string, int> operators;  // how many nodes of each operator the wanted values need
    std::vector<std::string> notes;        // what was read differently from the letter of the file, a sentence each
};

/// Throws FormatError, UnsupportedOp or ShapeError: one sentence with the file, the node and the numbers; ShapeError
/// also where batch is not 1 and no dimension is open, and where a given size is not the file's or open dimensions of
/// one name get two sizes.
OnnxModel read_onnx(const std::filesystem::path& path, const OnnxReadOptions& options = {});

}  // namespace tercet
