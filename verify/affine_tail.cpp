#include <tercet/models/graph/depends_on.hpp>
#include <tercet/models/operators/answers.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/verify/affine_tail.hpp>

namespace tercet::verify {

Part affine_tail(const Graph& whole) {
    const auto inexact = [&](std::size_t i) { return operator_refusal<Rational>(whole.nodes[i].op).has_value(); };
    std::vector<bool> given = leaves(whole);
    for (std::size_t i = 0; i < given.size(); ++i) given[i] = given[i] || inexact(i);
    const std::vector<bool> varies = depends_on(whole, given);
    return part_of(whole, whole.outputs, [&](std::size_t i) {
        return varies[i] && (inexact(i) || !whole.nodes[i].op.affine_in({whole.nodes[i].inputs, varies}));
    });
}

Part no_tail(const Graph& whole) {
    Part tail;
    tail.cut = whole.outputs;
    for (const int out : tail.cut) {
        const Node& node = whole.nodes[static_cast<std::size_t>(out)];
        tail.graph.outputs.push_back(tail.graph.add_input(node.name, node.shape));
    }
    return tail;
}

}  // namespace tercet::verify
