/// IsNaN and IsInf: of numbers that a network computes both are false.
///
/// A network is a function over the reals, whose values are finite; only a quotient, a root or a logarithm may have
/// none. Where an operand depends on such a one, and a runtime would compute with NaN or an infinity, the two are
/// refused. Of stored numbers, and of those that a mask makes -inf, the answer is known.
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/translation.hpp>
#include <tercet/verify/domain.hpp>

#include <algorithm>
#include <cmath>

namespace tercet::onnx_io {

namespace {

Term boolean(const Call& call, const Dims& dims, std::vector<std::int64_t> numbers) {
    const Term y = call.integer(0, Type::boolean);
    y->dims = y->constant->dims = dims;
    y->constant->integers = std::move(numbers);
    return y;
}

Term nowhere(const Call& call, const Dims& dims) {
    const std::int64_t count = checked_count(dims);
    call.to.spend(count);
    return boolean(call, dims, std::vector<std::int64_t>(static_cast<std::size_t>(count), 0));
}

/// The nodes that a node is computed from, itself among them.
std::vector<bool> ancestors(const Graph& graph, int node) {
    std::vector<bool> found(graph.nodes.size(), false);
    std::vector<int> open{node};
    while (!open.empty()) {
        const auto at = static_cast<std::size_t>(open.back());
        open.pop_back();
        if (found[at]) continue;
        found[at] = true;
        open.insert(open.end(), graph.nodes[at].inputs.begin(), graph.nodes[at].inputs.end());
    }
    return found;
}

/// Throws UnsupportedOp where the value is made of one that may not exist.
void expect_value(const Call& call, const Value& x) {
    if (x.node < 0) return;
    const auto& network = call.to.model.network;
    const auto before = ancestors(network.graph, x.node);
    for (const auto& condition : verify::domain_conditions(network))
        if (before[static_cast<std::size_t>(condition.node)]) {
            const Node& node = network.graph.nodes[static_cast<std::size_t>(condition.node)];
            throw UnsupportedOp("asks for what node '" + node.name + "' (" + node.kind +
                                ") makes NaN or infinite, which has no value over the reals");
        }
    call.to.model.notes.push_back("node '" + call.node.name + "' (" + call.node.kind +
                                  "): false, since values over the reals are finite; floats may overflow");
}

bool is_stored(const Value& x) { return x.constant && x.node < 0; }

/// No NaN is stored: such files are refused.
void is_nan(const Call& call) {
    const Term& x = call.real(0);
    expect_value(call, *x);
    call.result(nowhere(call, x->dims));
}

void is_inf(const Call& call) {
    const Term& x = call.real(0);
    const bool above = call.node.integer("detect_positive", 1) != 0,
               below = call.node.integer("detect_negative", 1) != 0;
    if (is_stored(*x)) {
        std::vector<std::int64_t> y;
        call.to.spend(element_count(x->dims));
        for (const double v : x->constant->reals) y.push_back((above && v == HUGE_VAL) || (below && v == -HUGE_VAL));
        return call.result(boolean(call, x->dims, std::move(y)));
    }
    if (x->shown && below) throw UnsupportedOp("asks where a mask makes values -inf");
    expect_value(call, *x);
    call.result(nowhere(call, x->dims));
}

}  // namespace

std::vector<Rule> finiteness_rules() {
    return {
        {"IsNaN", 1, 1, {}, is_nan},
        {"IsInf", 1, 1, {"detect_negative", "detect_positive"}, is_inf},
    };
}

}  // namespace tercet::onnx_io
