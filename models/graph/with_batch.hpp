/// A graph for one input made a graph for a batch of them: axis 0 of every value, 1 in the file, becomes n.
#pragma once

#include <tercet/models/graph/graph.hpp>

namespace tercet {

/// Row k of each output is the graph's output for row k of the inputs. Parameters stay as they are. Throws
/// UnsupportedOp, naming the node, where the first axis of a value is no batch axis or an operator mixes it with
/// others; ShapeError for n < 1.
Graph with_batch(const Graph& graph, std::int64_t n);

}  // namespace tercet
