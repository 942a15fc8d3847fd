#include <tercet/models/graph/infer.hpp>

namespace tercet {

int append(Graph& graph, std::string name, std::string kind, Operator op, std::vector<int> parents,
           const Dims& stated) {
    Shapes operands;
    for (const int p : parents) operands.push_back(graph.nodes.at(static_cast<std::size_t>(p)).shape);
    Dims shape;
    try {
        shape = op.shape(operands, stated);
    } catch (const ShapeError& e) {
        throw ShapeError("node '" + name + "' (" + kind + "): " + e.what());
    }
    return graph.add(std::move(name), std::move(kind), std::move(op), std::move(parents), std::move(shape));
}

}  // namespace tercet
