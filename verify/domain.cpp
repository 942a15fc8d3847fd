#include <tercet/verify/domain.hpp>

namespace tercet::verify {

std::vector<DomainCondition> domain_conditions(const Network<Float64>& network) {
    const auto& nodes = network.graph.nodes;
    std::vector<DomainCondition> all;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto domain = nodes[i].op.domain();
        if (!domain) continue;
        DomainCondition c{static_cast<int>(i), nodes[i].inputs.at(domain->place), domain->asks, domain->shift};
        if (const auto* p = nodes[static_cast<std::size_t>(c.operand)].op.as<op::Parameter>()) {
            const auto& values = network.parameters[static_cast<std::size_t>(p->index)];
            if (c.holds<Interval64>(lift<Interval64>(values).data)) continue;
            c.operand = -1;
        }
        all.push_back(c);
    }
    return all;
}

}  // namespace tercet::verify
