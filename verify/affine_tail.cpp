#include <tercet/models/depends_on.hpp>
#include <tercet/models/operators/list.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/verify/affine_tail.hpp>

#include <map>

namespace tercet::verify {

AffineTail affine_tail(const Graph& whole) {
    std::vector<bool> given = leaves(whole), needed(whole.nodes.size(), false);
    const auto inexact = [&](std::size_t i) { return operator_refusal<Rational>(whole.nodes[i].op).has_value(); };
    for (std::size_t i = 0; i < given.size(); ++i) given[i] = given[i] || inexact(i);
    const std::vector<bool> varies = depends_on(whole, given);
    const auto stops = [&](std::size_t i) {
        return varies[i] && (inexact(i) || !whole.nodes[i].op.affine_in({whole.nodes[i].inputs, varies}));
    };
    for (const int out : whole.outputs) needed[static_cast<std::size_t>(out)] = true;
    for (std::size_t i = whole.nodes.size(); i-- > 0;)
        if (needed[i] && !stops(i))
            for (const int parent : whole.nodes[i].inputs) needed[static_cast<std::size_t>(parent)] = true;
    AffineTail tail;
    std::map<int, int> place;
    for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
        if (!needed[i]) continue;
        const Node& node = whole.nodes[i];
        int& id = place[static_cast<int>(i)];
        if (stops(i)) {
            id = tail.graph.add_input(node.name, node.shape);
            tail.cut.push_back(static_cast<int>(i));
        } else if (const auto* p = node.op.as<op::Parameter>()) {
            id = tail.graph.add_parameter(node.name, node.shape);
            tail.parameters.push_back(p->index);
        } else {
            std::vector<int> parents;
            for (const int parent : node.inputs) parents.push_back(place.at(parent));
            id = tail.graph.add(node.name, node.kind, node.op, std::move(parents), node.shape);
        }
    }
    for (const int out : whole.outputs) tail.graph.outputs.push_back(place.at(out));
    return tail;
}

AffineTail no_tail(const Graph& whole) {
    AffineTail tail;
    tail.cut = whole.outputs;
    for (const int out : tail.cut) {
        const Node& node = whole.nodes[static_cast<std::size_t>(out)];
        tail.graph.outputs.push_back(tail.graph.add_input(node.name, node.shape));
    }
    return tail;
}

}  // namespace tercet::verify
