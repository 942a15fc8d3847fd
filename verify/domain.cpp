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
            case Asks::positive: return l > 0;
            case Asks::within_1: return l >= order(-1.0) && u <= order(1.0);
            case Asks::inside_1: return l > order(-1.0) && u < order(1.0);
            case Asks::off_poles_of_tan: break;
        }
        return !cos(v).contains(0.0);
    });
}

std::vector<DomainCondition> domain_conditions(const Network<Float64>& network) {
    const auto& nodes = network.graph.nodes;
    std::vector<DomainCondition> all;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto domain = nodes[i].op.domain();
        if (!domain) continue;
        DomainCondition c{static_cast<int>(i), nodes[i].inputs.at(domain->place), domain->asks, domain->shift};
        if (const auto* p = nodes[static_cast<std::size_t>(c.operand)].op.as<op::Parameter>()) {
            if (c.holds(lift<Interval64>(network.parameters[static_cast<std::size_t>(p->index)]).data)) continue;
            c.operand = -1;
        }
        all.push_back(c);
    }
    return all;
}

}  // namespace tercet::verify
