#include <tercet/verify/domain.hpp>

#include <algorithm>

namespace tercet::verify {

bool DomainCondition::holds(std::span<const Interval> values) const {
    return std::ranges::all_of(values, [&](const Interval& value) {
        const Interval v = shift == 0 ? value : value + Interval(shift);
        const auto l = order(v.lower()), u = order(v.upper());
        switch (asks) {
            case Asks::nonzero: return l > 0 || u < 0;
            case Asks::nonnegative: return l >= 0;
            case Asks::positive: break;
        }
        return l > 0;
    });
}

std::vector<DomainCondition> domain_conditions(const Graph& graph) {
    std::vector<DomainCondition> all;
    std::vector<bool> depends(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        depends[i] = node.op.is<op::Input>();
        for (const int parent : node.inputs) depends[i] = depends[i] || depends[static_cast<std::size_t>(parent)];
        if (const auto c = node.op.domain()) {
            const int operand = node.inputs.at(c->place);
            if (depends[static_cast<std::size_t>(operand)]) all.push_back({static_cast<int>(i), operand, c->asks, c->shift});
        }
    }
    return all;
}

}  // namespace tercet::verify
