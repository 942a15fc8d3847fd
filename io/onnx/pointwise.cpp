#include <tercet/io/onnx/pointwise.hpp>
#include <tercet/io/onnx/translation.hpp>
#include <tercet/models/operators/groups/functions.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

template <class F>
concept HasVariant = requires {
    { F::variant } -> std::convertible_to<Variant>;
};

/// The attribute's value in a node; `known` lists those that there are.
struct Sought {
    std::string value;
    bool found = false;
    std::string known = {};
};

template <class F>
void read_as(const Call& call) {
    F f{};
    read_attributes(call.node, f);
    call.result(call.add(Pointwise<F>{f}, {call.input(0)}));
}

template <class Op>
struct Schema {
    static void add_rule(std::vector<Rule>&) {}
    static void read_variant(const Call&, Sought&) {}
    static void write(const Operator&, std::optional<PointwiseNode>&) {}
};

/// Of the functions that are this operator, the one that its attribute names.
template <class F>
void read(const Call& call) {
    if constexpr (HasVariant<F>) {
        Sought sought{call.node.get<std::string>(F::variant.key, F::variant.otherwise)};
        FunctionOperators::for_each_type([&]<class Op>() { Schema<Op>::read_variant(call, sought); });
        if (!sought.found)
            throw UnsupportedOp("attribute '" + std::string(F::variant.key) + "' is '" + sought.value + "', expected " +
                                sought.known);
    } else {
        read_as<F>(call);
    }
}

template <class F>
struct Schema<Pointwise<F>> {
    /// One for all variants of an operator; none of them has attributes that another lacks.
    static void add_rule([[maybe_unused]] std::vector<Rule>& rules) {
        if constexpr (F::onnx != nullptr) {
            if (std::ranges::any_of(rules, [](const Rule& r) { return std::string_view(r.kind) == F::onnx; })) return;
            Rule rule{F::onnx, 1, 1, attribute_keys<F>(), read<F>};
            if constexpr (HasVariant<F>) rule.attributes.push_back(F::variant.key);
            rules.push_back(std::move(rule));
        }
    }
    static void read_variant(const Call& call, Sought& sought) {
        if constexpr (HasVariant<F>) {
            if (call.node.kind != F::onnx) return;
            sought.known += (sought.known.empty() ? "'" : " or '") + std::string(F::variant.value) + "'";
            if (sought.value != F::variant.value) return;
            sought.found = true;
            read_as<F>(call);
        }
    }
    static void write(const Operator& op, std::optional<PointwiseNode>& node) {
        const auto* p = op.as<Pointwise<F>>();
        if (!p || !F::onnx) return;
        node = {F::onnx, written_attributes(p->f)};
        if constexpr (HasVariant<F>) node->variant = F::variant;
        if constexpr (requires { F::since; }) node->since = F::since;
    }
};

}  // namespace

std::vector<Rule> pointwise_rules() {
    std::vector<Rule> rules;
    FunctionOperators::for_each_type([&]<class Op>() { Schema<Op>::add_rule(rules); });
    return rules;
}

std::optional<PointwiseNode> pointwise_node(const Operator& op) {
    std::optional<PointwiseNode> node;
    FunctionOperators::for_each_type([&]<class Op>() { Schema<Op>::write(op, node); });
    return node;
}

}  // namespace tercet::onnx_io
