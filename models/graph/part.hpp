/// A part of a graph as a graph of its own: what some nodes are computed from, down to where it is cut.
#pragma once

#include <tercet/models/graph/graph.hpp>

#include <functional>

namespace tercet {

/// A graph whose inputs are the nodes `cut` of the whole and whose parameters are those of its parameters that it
/// reads, by index.
struct Part {
    Graph graph;
    std::vector<int> cut, parameters;
};

/// The part that computes these nodes of the whole from those for which stops(node) holds.
Part part_of(const Graph& whole, const std::vector<int>& outputs, const std::function<bool(std::size_t)>& stops);

}  // namespace tercet
