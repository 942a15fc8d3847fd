/// What in a graph depends on what.
#pragma once

#include <tercet/models/graph/graph.hpp>

namespace tercet {

/// For every node: is it one of these, or computed from one?
inline std::vector<bool> depends_on(const Graph& graph, std::vector<bool> which) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        for (const int parent : graph.nodes[i].inputs)
            if (which[static_cast<std::size_t>(parent)]) which[i] = true;
    return which;
}

/// The graph's inputs and, if asked, its parameters.
inline std::vector<bool> leaves(const Graph& graph, bool with_parameters = false) {
    std::vector<bool> which(graph.nodes.size(), false);
    for (const int id : graph.inputs) which[static_cast<std::size_t>(id)] = true;
    if (with_parameters)
        for (const int id : graph.parameters) which[static_cast<std::size_t>(id)] = true;
    return which;
}

}  // namespace tercet
