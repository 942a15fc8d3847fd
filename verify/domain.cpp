#include <tercet/verify/domain.hpp>

#include <algorithm>
#include <optional>

namespace tercet::verify {

namespace {

using Asks = DomainCondition::Asks;

/// Which operand must be what, by its place among the node's inputs; nothing for an operator that has a value everywhere.
struct Condition {
    std::size_t place;
    Asks asks;
    double shift = 0;
};

struct ConditionOf {
    using Maybe = std::optional<Condition>;

    Maybe operator()(const op::Input&) const { return {}; }
    Maybe operator()(const op::Parameter&) const { return {}; }
    Maybe operator()(const op::Gemm&) const { return {}; }
    Maybe operator()(const op::MatMul&) const { return {}; }
    Maybe operator()(const op::Elementwise& e) const {
        return e.binary == Binary::divide ? Maybe(Condition{1, Asks::nonzero}) : std::nullopt;
    }
    Maybe operator()(const op::Negate&) const { return {}; }
    Maybe operator()(const op::Relu&) const { return {}; }
    Maybe operator()(const op::LeakyRelu&) const { return {}; }
    Maybe operator()(const op::Sigmoid&) const { return {}; }
    Maybe operator()(const op::Tanh&) const { return {}; }
    Maybe operator()(const op::Exp&) const { return {}; }
    Maybe operator()(const op::Sqrt&) const { return Condition{0, Asks::nonnegative}; }
    Maybe operator()(const op::Softmax&) const { return {}; }
    Maybe operator()(const op::Conv&) const { return {}; }
    Maybe operator()(const op::MaxPool&) const { return {}; }
    Maybe operator()(const op::AveragePool&) const { return {}; }
    Maybe operator()(const op::BatchNormalization& b) const { return Condition{4, Asks::positive, b.epsilon}; }
    Maybe operator()(const op::Reshape&) const { return {}; }
    Maybe operator()(const op::Rearrange&) const { return {}; }
    Maybe operator()(const op::Reduce&) const { return {}; }
};

}  // namespace

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
        depends[i] = std::holds_alternative<op::Input>(node.op);
        for (const int parent : node.inputs) depends[i] = depends[i] || depends[static_cast<std::size_t>(parent)];
        if (const auto c = std::visit(ConditionOf{}, node.op)) {
            const int operand = node.inputs.at(c->place);
            if (depends[static_cast<std::size_t>(operand)]) all.push_back({static_cast<int>(i), operand, c->asks, c->shift});
        }
    }
    return all;
}

}  // namespace tercet::verify
