/// `append` adds a node to a graph, with its shape inferred and checked.
#pragma once

#include <tercet/models/graph/graph.hpp>
#include <tercet/models/operators/operator.hpp>

namespace tercet {

/// Adds a node whose shape follows from its parents; Reshape, Rearrange and Reduce need it told (`stated`) and check
/// its element count. Throws ShapeError with the node's name in front.
int append(Graph& graph, std::string name, std::string kind, Operator op, std::vector<int> parents,
           const Dims& stated = {});

}  // namespace tercet
