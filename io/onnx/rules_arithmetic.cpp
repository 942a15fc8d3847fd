#include <tercet/io/onnx/attributes.hpp>
#include <tercet/io/onnx/mask.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/select.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tercet::onnx_io {

namespace {

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

void gemm(const Call& call) {
    if (call.dims(0).size() != 2)
        throw ShapeError("the first factor has shape " + to_string_dims(call.dims(0)) + ", expected rank 2");
    std::vector<Term> operands{call.real(0), call.real(1)};
    if (call.has_input(2)) operands.push_back(call.real(2));
    op::Gemm gemm;
    read_attributes(call.node, gemm);
    call.result(call.add(gemm, std::move(operands)));
}

void matmul(const Call& call) { call.result(call.add(op::MatMul{}, {call.real(0), call.real(1)})); }

/// Before opset 7 the second operand broadcasts only if asked, from `axis` on: axes of 1 are added behind it.
Term second_operand(const Call& call) {
    const Term& b = call.input(1);
    if (call.opset() >= 7) {
        if (call.node.has("axis") || call.node.has("broadcast"))
            throw UnsupportedOp("attributes 'axis' and 'broadcast' belong to opset 6, not " +
                                std::to_string(call.opset()));
        return b;
    }
    const Dims &x = call.dims(0), &y = call.dims(1);
    if (call.node.integer("broadcast", 0) == 0) {
        if (x != y)
            throw ShapeError("operands " + to_string_dims(x) + " and " + to_string_dims(y) +
                             " differ and broadcast is 0");
        return b;
    }
    if (!call.node.has("axis")) return b;
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    if (axis + y.size() > x.size())
        throw ShapeError("operand " + to_string_dims(y) + " at axis " + std::to_string(axis) + " of " +
                         to_string_dims(x));
    Dims longer = y;
    longer.resize(x.size() - axis, 1);
    return longer == y ? b : call.reshaped(b, longer, "/input1", "Reshape");
}

/// Throws where operands are of several types, but for float types.
void expect_one_type(const Call& call) {
    for (std::size_t i = 1; i < call.node.inputs.size(); ++i) expect_alike(call.input(0), call.input(i));
}

template <Binary binary>
void elementwise(const Call& call) {
    expect_one_type(call);
    if (call.input(0)->type == Type::boolean) throw FormatError(std::string(to_string(binary)) + " of bool");
    const Term a = call.input(0), b = second_operand(call);
    if (binary == Binary::divide && !is_real(a->type) && !(a->folds() && b->folds()))
        throw UnsupportedOp("divides computed integers");
    if (binary == Binary::add)
        if (const Term sum = masked_sum(call, a, b)) return call.result(sum);
    call.result(Compose{call}.binary(binary, a, b));
}

/// One operand after another.
enum class Fold { sum, mean, maximum, minimum };

/// One stored number that a maximum (or minimum) never takes.
bool is_neutral(const Term& x, Fold how) {
    if ((how != Fold::maximum && how != Fold::minimum) || !x->constant || x->node >= 0 ||
        x->constant->reals.size() != 1)
        return false;
    return x->constant->reals[0] == (how == Fold::maximum ? -HUGE_VAL : HUGE_VAL);
}

template <Fold how>
void fold_operands(const Call& call) {
    const Compose c{call};
    expect_one_type(call);
    std::vector<Term> operands;
    std::size_t rank = 0;
    for (std::size_t i = 0; i < call.node.inputs.size(); ++i)
        if (!is_neutral(call.input(i), how)) {
            operands.push_back(call.input(i));
            rank = std::max(rank, call.dims(i).size());
        } else if (call.dims(i).size() > rank) {
            rank = call.dims(i).size();
        }
    if (operands.empty()) operands = {call.input(0)};
    const std::size_t n = operands.size();
    // A stored tensor with an infinity that is never taken meets a finite one.
    if (how == Fold::maximum || how == Fold::minimum)
        std::stable_partition(operands.begin(), operands.end(),
                              [](const Term& x) { return !stores(x, how == Fold::maximum ? -HUGE_VAL : HUGE_VAL); });
    Term y = operands[0];
    for (std::size_t i = 1; i < n; ++i) {
        const std::string suffix = i + 1 == n && how != Fold::mean ? "" : "/" + std::to_string(i);
        const Term& x = operands[i];
        if (how == Fold::maximum || how == Fold::minimum)
            if (const Term choice = neutral_choice(call, y, x, how == Fold::maximum, suffix)) {
                y = choice;
                continue;
            }
        if (how == Fold::maximum) y = c.maximum(y, x, suffix);
        else if (how == Fold::minimum) y = c.minimum(y, x, suffix);
        else y = c.plus(y, x, suffix);
    }
    if (how == Fold::mean && n > 1) y = c.over(y, c.number(static_cast<double>(n), y, ".count"));
    if (y->dims.size() < rank) {  // an operand that was left out has more axes, of 1
        Dims longer = y->dims;
        longer.insert(longer.begin(), rank - y->dims.size(), 1);
        y = call.reshaped(y, longer, "/axes", "Reshape");
    }
    call.result(y);
}

/// x^n for one whole number n; the others are reciprocals, roots and exp(n log x), for x > 0.
Term power_of(const Call& call, const Term& x, double n, const std::string& suffix) {
    const Compose c{call};
    if (n == 1) return x;
    if (n == 0)
        return c.plus(c.times(x, c.number(0, x, ".nothing"), suffix + "/nothing"), c.number(1, x, ".unit"), suffix);
    if (n < 0) return c.over(c.number(1, x, ".one"), power_of(call, x, -n, suffix + "/inverse"), suffix);
    if (n == std::floor(n) && n <= 0x1p31)
        return c.apply(op::IntegerPower{{static_cast<std::int64_t>(n)}}, x, suffix, "Pow");
    if (n == 0.5) return c.apply(op::Sqrt{}, x, suffix, "Sqrt");
    const Term logarithm = c.apply(op::Log{}, x, suffix + "/log", "Log");
    return c.apply(op::Exp{}, c.times(logarithm, c.number(n, x, ".exponent"), suffix + "/times"), suffix, "Exp");
}

/// Is the base a stored number, or the result of a function, that is never below 0? Then x^y = exp(y log x) is all
/// there is of a power, 0^0 = 1 = exp(0 log 0) among it.
bool cannot_be_negative(const Call& call, const Value& x) {
    if (x.constant && is_real(x.type))
        return std::ranges::all_of(call.to.numbers_of(x)->reals, [](double v) { return v >= 0; });
    if (x.node < 0) return false;
    const Operator& op = call.to.model.network.graph.nodes[static_cast<std::size_t>(x.node)].op;
    if (const auto* power = op.as<op::IntegerPower>()) return power->f.n % 2 == 0;
    return op.is<op::Relu>() || op.is<op::Abs>() || op.is<op::Exp>() || op.is<op::Sqrt>() || op.is<op::Sigmoid>();
}

/// Constant exponents that are few numbers, or whole ones, are taken one by one, where each stands; others by exp(y log
/// x), for x > 0. The result has the base's type.
void power(const Call& call) {
    const Compose c{call};
    const Term x = call.input(0);
    Term e = call.input(1);
    const auto numbers = call.to.numbers_of(*e);
    std::set<double> exponents;
    if (numbers && is_real(e->type)) exponents.insert(numbers->reals.begin(), numbers->reals.end());
    else if (numbers) exponents.insert(numbers->integers.begin(), numbers->integers.end());
    if (!is_real(x->type)) {
        for (const double n : exponents)
            if (n < 0 || n != std::floor(n)) throw UnsupportedOp("raises integers to the power " + std::to_string(n));
        if (!numbers) throw UnsupportedOp("raises integers to computed powers");
        e = call.stored(".exponents", e->dims, {});
        e->type = e->constant->type = x->type;
        if (is_real(numbers->type)) e->constant->integers.assign(numbers->reals.begin(), numbers->reals.end());
        else e->constant->integers = numbers->integers;
    }
    if (exponents.size() == 1) {
        const Term y = power_of(call, x, *exponents.begin(), "");
        const Dims shape = broadcast_shape(x->dims, e->dims);
        if (y->dims == shape) return call.result(y);
        return call.result(c.plus(
            y, call.typed(y->type, c.times(call.typed(y->type, e), c.number(0, y, ".zero"), "/shape")), "/spread"));
    }
    bool whole = true;
    for (const double n : exponents) whole = whole && n == std::floor(n);
    if (!exponents.empty() && (exponents.size() <= 8 || (whole && exponents.size() <= 256) || !is_real(x->type))) {
        Term y;
        for (const double n : exponents) {
            const std::string suffix =
                "/power" + std::to_string(y ? exponents.size() : 0) + "_" + std::to_string(static_cast<long long>(n));
            const Term here = power_of(call, x, n, suffix);
            const Term is = call.add(op::Compare{op::Compare::Relation::equal}, {e, c.number(n, e, suffix + ".n")}, {},
                                     suffix + "/is", "Equal");
            y = y ? call.add(x->type, op::Select{}, {is, here, y}, {}, suffix + "/choice", "Where") : here;
        }
        return call.result(y);
    }
    if (!cannot_be_negative(call, *x))
        throw UnsupportedOp(
            "its exponents are computed, and its base may be negative, where only whole exponents have a value; tercet "
            "raises "
            "the results of Relu, Abs, Exp, Sqrt, Sigmoid and squares to computed powers");
    const Term product = c.times(call.typed(x->type, e), c.apply(op::Log{}, x, "/log", "Log"), "/times");
    call.result(c.apply(op::Exp{}, product, "", "Exp"));
}

/// Of integers the remainder has the divisor's sign, or with fmod the dividend's; floats have fmod.
void mod(const Call& call) {
    const Compose c{call};
    expect_one_type(call);
    const Term a = call.input(0), b = call.input(1);
    const bool fmod = call.node.integer("fmod", 0) != 0;
    if (is_real(a->type)) {
        if (!fmod) throw FormatError("the remainder of floats needs fmod 1");
        const Term whole = c.cast(c.over(a, b, "/quotient"), Type::int64, "/whole");
        return call.result(c.minus(a, c.times(call.typed(a->type, whole), b, "/multiple")));
    }
    if (!a->folds() || !b->folds()) throw UnsupportedOp("the remainder of computed integers");
    const Term rest = c.minus(a, c.times(c.over(a, b, "/quotient"), b, "/multiple"), fmod ? "" : "/rest");
    if (fmod) return call.result(rest);
    const Term again = c.plus(rest, b, "/again");  // of the divisor's sign, or 0
    call.result(c.minus(again, c.times(c.over(again, b, "/quotient2"), b, "/multiple2")));
}

}  // namespace

std::vector<Rule> arithmetic_rules() {
    return {
        {"Gemm", 2, 3, attribute_keys<op::Gemm>({"broadcast"}), gemm},
        {"MatMul", 2, 2, {}, matmul},
        {"Add", 2, 2, {"axis", "broadcast"}, elementwise<Binary::add>},
        {"Sub", 2, 2, {"axis", "broadcast"}, elementwise<Binary::subtract>},
        {"Mul", 2, 2, {"axis", "broadcast"}, elementwise<Binary::multiply>},
        {"Div", 2, 2, {"axis", "broadcast"}, elementwise<Binary::divide>},
        {"Sum", 1, any, {}, fold_operands<Fold::sum>},
        {"Mean", 1, any, {}, fold_operands<Fold::mean>},
        {"Max", 1, any, {}, fold_operands<Fold::maximum>},
        {"Min", 1, any, {}, fold_operands<Fold::minimum>},
        {"Pow", 2, 2, {"axis", "broadcast"}, power},
        {"Mod", 2, 2, {"fmod"}, mod},
    };
}

}  // namespace tercet::onnx_io
