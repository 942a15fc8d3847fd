/// Graph: a network without the numbers: nodes (name, operator, parents, shape), and the names of its parameters.
///
/// Parameters sit beside it, one AnyTensor each. Nodes stand in an order in which parents come first. All shapes are
/// known: a loaded model fixes its free batch dimension before it becomes a graph.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/models/operators/leaf.hpp>

#include <string>
#include <vector>

namespace tercet {

struct Node {
    std::string name;  // as in the model file
    std::string kind;  // the operator's name there: "Gemm", "Transpose"
    Operator op;
    std::vector<int> inputs;  // node indices, all smaller than this node's
    Dims shape;
};

struct Graph {
    std::vector<Node> nodes;
    std::vector<int> inputs;   // nodes that are op::Input, by index
    std::vector<int> outputs;  // node indices
    std::vector<std::string> output_names;
    std::vector<int> parameters;  // nodes that are op::Parameter, by index: the flat parameter list

    /// Appends a node and returns its index.
    int add(std::string name, std::string kind, Operator op, std::vector<int> parents, Dims shape) {
        const int id = static_cast<int>(nodes.size());
        if (op.is<op::Input>()) inputs.push_back(id);
        if (op.is<op::Parameter>()) parameters.push_back(id);
        nodes.push_back({std::move(name), std::move(kind), std::move(op), std::move(parents), std::move(shape)});
        return id;
    }
    int add_input(std::string name, Dims shape) {
        return add(std::move(name), "Input", op::Input{static_cast<int>(inputs.size())}, {}, std::move(shape));
    }
    int add_parameter(std::string name, Dims shape) {
        return add(std::move(name), "Parameter", op::Parameter{static_cast<int>(parameters.size())}, {},
                   std::move(shape));
    }
};

/// A graph and its parameters as the model file stores them: float32 and float64 weights are doubles exactly.
template <class C>
struct Network {
    Graph graph;
    std::vector<AnyTensor<C>> parameters;
};

}  // namespace tercet
