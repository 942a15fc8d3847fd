/// Graph: a network without the numbers: nodes (name, operator, parents, shape), and the names of its parameters.
///
/// Parameters sit beside it, one AnyTensor each. Nodes stand in an order in which parents come first. All shapes are known: a loaded
/// model fixes its free batch dimension before it becomes a graph.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/core/kernels.hpp>
#include <tercet/layers/pool2d_window.hpp>

#include <string>
#include <variant>
#include <vector>

namespace tercet {

namespace op {

/// The graph's input number `index`.
struct Input {
    int index;
};
/// Parameter number `index`, in the order of Graph::parameters.
struct Parameter {
    int index;
};
/// alpha A' B' (+ beta C), where ' transposes if asked; A [m, k] or, for one unbatched vector, [k]; C broadcasts over rows.
struct Gemm {
    bool transpose_a = false, transpose_b = false;
    double alpha = 1, beta = 1;
};
/// NumPy's matmul: the last two axes multiply, the others broadcast; rank-1 operands are promoted.
struct MatMul {};
/// Elementwise a op b with NumPy broadcasting.
struct Elementwise {
    Binary binary;
};
struct Negate {};
struct Relu {};
struct LeakyRelu {
    double slope;
};
struct Sigmoid {};
struct Tanh {};
struct Exp {};
struct Sqrt {};
/// Over the axes from `axis` to the last one together (before opset 13), or over `axis` alone.
struct Softmax {
    int axis = -1;
    bool flatten = false;
};
/// Inputs x [n, c, h, w], kernel, and perhaps bias; both may be computed.
struct Conv {
    Geometry2d geometry;
    int groups = 1;
};
struct MaxPool {
    Pool2dWindow window;
};
struct AveragePool {
    Pool2dWindow window;
};
/// (x - mean) / sqrt(variance + epsilon) * scale + bias per channel (axis 1); inputs x, scale, bias, mean, variance.
struct BatchNormalization {
    double epsilon;
};
/// The same elements under the node's shape.
struct Reshape {};
/// The output's elements in order are those of the runs: first, first + stride, .. of input number `input`, or zeros where it is -1.
/// Transpose, slice, pad, gather, concat and expand are all this.
struct Rearrange {
    struct Run {
        std::int32_t input;
        std::int64_t first, stride, count;
        friend bool operator==(const Run&, const Run&) = default;
    };
    std::vector<Run> runs;

    std::int64_t size() const {
        std::int64_t n = 0;
        for (const Run& r : runs) n += r.count;
        return n;
    }
    /// One run more; it becomes part of the last one where it continues that. A run of one element has any stride.
    void append(const Run& r) {
        if (r.count == 0) return;
        if (runs.empty() || runs.back().input != r.input) return runs.push_back(r);
        Run& last = runs.back();
        const std::int64_t step = r.first - (last.first + (last.count - 1) * last.stride);
        if (r.input >= 0 && ((last.count > 1 && last.stride != step) || (r.count > 1 && r.stride != step))) return runs.push_back(r);
        last.stride = step;
        last.count += r.count;
    }
};
/// Sum (or mean) over the axes; the node's shape says whether they stay as 1.
struct Reduce {
    std::vector<int> axes;
    bool mean = false;
};

}  // namespace op

using Operator = std::variant<op::Input, op::Parameter, op::Gemm, op::MatMul, op::Elementwise, op::Negate, op::Relu, op::LeakyRelu,
                              op::Sigmoid, op::Tanh, op::Exp, op::Sqrt, op::Softmax, op::Conv, op::MaxPool, op::AveragePool,
                              op::BatchNormalization, op::Reshape, op::Rearrange, op::Reduce>;

struct Node {
    std::string name;  // as in the model file
    std::string kind;  // the operator's name there: "Gemm", "Transpose"
    Operator op;
    std::vector<int> inputs;  // node indices, all smaller than this node's
    Dims shape;
};

struct Graph {
    std::vector<Node> nodes;
    std::vector<int> inputs;               // nodes that are op::Input, by index
    std::vector<int> outputs;              // node indices
    std::vector<std::string> output_names;
    std::vector<int> parameters;           // nodes that are op::Parameter, by index: the flat parameter list

    /// Appends a node and returns its index.
    int add(std::string name, std::string kind, Operator op, std::vector<int> parents, Dims shape) {
        const int id = static_cast<int>(nodes.size());
        if (std::holds_alternative<op::Input>(op)) inputs.push_back(id);
        if (std::holds_alternative<op::Parameter>(op)) parameters.push_back(id);
        nodes.push_back({std::move(name), std::move(kind), std::move(op), std::move(parents), std::move(shape)});
        return id;
    }
    int add_input(std::string name, Dims shape) {
        return add(std::move(name), "Input", op::Input{static_cast<int>(inputs.size())}, {}, std::move(shape));
    }
    int add_parameter(std::string name, Dims shape) {
        return add(std::move(name), "Parameter", op::Parameter{static_cast<int>(parameters.size())}, {}, std::move(shape));
    }
};

/// A graph and its parameters as the model file stores them: float32 and float64 weights are doubles exactly.
template <class C>
struct Network {
    Graph graph;
    std::vector<AnyTensor<C>> parameters;
};

}  // namespace tercet
