/// The output shape of each operator from its operands' shapes, and `append`, which adds a node with its shape inferred and checked.
#pragma once

#include <tercet/models/graph.hpp>

namespace tercet {

/// NumPy broadcasting of two shapes. Throws ShapeError.
Dims broadcast_shape(const Dims& a, const Dims& b);

/// The shape of the operator's result. Reshape, Rearrange and Reduce need it told (`stated`) and check its element count.
/// Throws ShapeError; the caller adds the node's name.
Dims infer_shape(const Operator& op, const std::vector<Dims>& operands, const Dims& stated);

/// Adds a node whose shape follows from its parents. Throws ShapeError with the node's name in front.
int append(Graph& graph, std::string name, std::string kind, Operator op, std::vector<int> parents, const Dims& stated = {});

}  // namespace tercet
