#include <tercet/core/error.hpp>
#include <tercet/models/graph/depends_on.hpp>
#include <tercet/models/graph/with_batch.hpp>

namespace tercet {

Graph with_batch(const Graph& graph, std::int64_t n) {
    if (n < 1) throw ShapeError("a batch of " + std::to_string(n) + " is asked for");
    Graph result = graph;
    const std::vector<bool> batched = depends_on(graph, leaves(graph));
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (!batched[i]) continue;
        Rows rows{{}, {}, node.shape};
        for (const int parent : node.inputs) {
            rows.shapes.push_back(graph.nodes[static_cast<std::size_t>(parent)].shape);
            rows.batched.push_back(batched[static_cast<std::size_t>(parent)]);
        }
        const Reason why = node.shape.empty() || node.shape[0] != 1 ? "the first axis of its value is not 1"
                                                                    : node.op.mixes_rows(rows);
        if (why)
            throw UnsupportedOp("node '" + node.name + "' (" + node.kind + "), value " + to_string_dims(node.shape) +
                                ": it cannot run on a batch of " + std::to_string(n) + ": " + why);
        result.nodes[i].shape[0] = n;
        element_count(result.nodes[i].shape);  // throws where it overflows
        try {
            result.nodes[i].op = node.op.with_rows(rows, n);
        } catch (const ShapeError& e) {
            throw ShapeError("node '" + node.name + "': " + e.what());
        }
    }
    return result;
}

}  // namespace tercet
