#include <tercet/models/graph/part.hpp>

#include <map>

namespace tercet {

Part part_of(const Graph& whole, const std::vector<int>& outputs, const std::function<bool(std::size_t)>& stops) {
    std::vector<bool> needed(whole.nodes.size(), false);
    for (const int out : outputs) needed[static_cast<std::size_t>(out)] = true;
    for (std::size_t i = whole.nodes.size(); i-- > 0;)
        if (needed[i] && !stops(i))
            for (const int parent : whole.nodes[i].inputs) needed[static_cast<std::size_t>(parent)] = true;
    Part part;
    std::map<int, int> place;
    for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
        if (!needed[i]) continue;
        const Node& node = whole.nodes[i];
        int& id = place[static_cast<int>(i)];
        if (stops(i)) {
            id = part.graph.add_input(node.name, node.shape);
            part.cut.push_back(static_cast<int>(i));
        } else if (const auto* p = node.op.as<op::Parameter>()) {
            id = part.graph.add_parameter(node.name, node.shape);
            part.parameters.push_back(p->index);
        } else {
            std::vector<int> parents;
            for (const int parent : node.inputs) parents.push_back(place.at(parent));
            id = part.graph.add(node.name, node.kind, node.op, std::move(parents), node.shape);
        }
    }
    for (const int out : outputs) part.graph.outputs.push_back(place.at(out));
    return part;
}

}  // namespace tercet
