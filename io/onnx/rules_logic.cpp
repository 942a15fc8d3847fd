#include <tercet/io/onnx/mask.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/select.hpp>

namespace tercet::onnx_io {

namespace {

using Relation = op::Compare::Relation;

Term compared(const Call& call, Relation relation, const Term& a, const Term& b, const std::string& suffix = "") {
    expect_alike(a, b);
    return call.add(Type::boolean, op::Compare{relation}, {a, b}, {}, suffix);
}

/// 1 - a
Term opposite(const Call& call, const Term& a) { return Compose{call}.minus(call.integer(1, Type::boolean), a); }

void less(const Call& call) { call.result(compared(call, Relation::less, call.input(0), call.input(1))); }
void greater(const Call& call) { call.result(compared(call, Relation::less, call.input(1), call.input(0))); }
void equal(const Call& call) { call.result(compared(call, Relation::equal, call.input(0), call.input(1))); }
void less_or_equal(const Call& call) {
    call.result(opposite(call, compared(call, Relation::less, call.input(1), call.input(0), "/greater")));
}
void greater_or_equal(const Call& call) {
    call.result(opposite(call, compared(call, Relation::less, call.input(0), call.input(1), "/less")));
}

/// Throws where input i is no boolean.
const Term& boolean(const Call& call, std::size_t i) {
    const Term& v = call.input(i);
    if (v->type != Type::boolean)
        throw FormatError("input '" + call.node.inputs[i] + "' is of type " + to_string(v->type) + ", expected bool");
    return v;
}

/// Before opset 7 the second operand broadcasts only where it is asked to.
void expect_unasked(const Call& call) {
    if (call.node.has("axis") || call.node.has("broadcast"))
        throw UnsupportedOp("attributes 'axis' and 'broadcast' of opset 6 are not read here");
}

void conjunction(const Call& call) {
    expect_unasked(call);
    call.result(Compose{call}.times(boolean(call, 0), boolean(call, 1)));
}
void disjunction(const Call& call) {
    expect_unasked(call);
    call.result(Compose{call}.maximum(boolean(call, 0), boolean(call, 1)));
}
/// (a - b)^2
void exclusive(const Call& call) {
    expect_unasked(call);
    const Compose c{call};
    const Term d =
        c.minus(call.typed(Type::int64, boolean(call, 0)), call.typed(Type::int64, boolean(call, 1)), "/difference");
    call.result(call.typed(Type::boolean, call.add(op::IntegerPower{2}, {d})));
}
void negation(const Call& call) { call.result(opposite(call, boolean(call, 0))); }

void where(const Call& call) {
    const Term &a = call.input(1), &b = call.input(2);
    expect_alike(a, b);
    if (const Term masked = masked_choice(call, boolean(call, 0), a, b)) return call.result(masked);
    call.result(call.add(a->type, op::Select{}, {boolean(call, 0), a, b}));
}

}  // namespace

std::vector<Rule> logic_rules() {
    return {
        {"Less", 2, 2, {}, less},
        {"Greater", 2, 2, {}, greater},
        {"Equal", 2, 2, {}, equal},
        {"LessOrEqual", 2, 2, {}, less_or_equal},
        {"GreaterOrEqual", 2, 2, {}, greater_or_equal},
        {"And", 2, 2, {"axis", "broadcast"}, conjunction},
        {"Or", 2, 2, {"axis", "broadcast"}, disjunction},
        {"Xor", 2, 2, {"axis", "broadcast"}, exclusive},
        {"Not", 1, 1, {}, negation},
        {"Where", 3, 3, {}, where},
    };
}

}  // namespace tercet::onnx_io
