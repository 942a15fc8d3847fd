#include <tercet/io/onnx_pointwise.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/models/operators/list.hpp>

namespace tercet::onnx_io {

namespace {

template <class F>
void read(const Call& call) {
    F f{};
    for (const auto& a : F::attributes()) f.*a.member = call.node.real(a.key, a.otherwise);
    call.result(call.add(Pointwise<F>{f}, {call.operand(0)}));
}

template <class Op>
struct Schema {
    static void add_rule(std::vector<Rule>&) {}
    static void write(const Operator&, std::optional<PointwiseNode>&) {}
};

template <class F>
struct Schema<Pointwise<F>> {
    static void add_rule(std::vector<Rule>& rules) {
        Rule rule{F::onnx, 1, 1, {}, read<F>};
        for (const auto& a : F::attributes()) rule.attributes.push_back(a.key);
        rules.push_back(std::move(rule));
    }
    static void write(const Operator& op, std::optional<PointwiseNode>& node) {
        const auto* p = op.as<Pointwise<F>>();
        if (!p) return;
        node = {F::onnx, {}};
        for (const auto& a : F::attributes()) node->attributes.emplace_back(a.key, p->f.*a.member);
    }
};

}  // namespace

std::vector<Rule> pointwise_rules() {
    std::vector<Rule> rules;
    Operators::for_each_type([&]<class Op>() { Schema<Op>::add_rule(rules); });
    return rules;
}

std::optional<PointwiseNode> pointwise_node(const Operator& op) {
    std::optional<PointwiseNode> node;
    Operators::for_each_type([&]<class Op>() { Schema<Op>::write(op, node); });
    return node;
}

}  // namespace tercet::onnx_io
