/// Normalisations: batch normalisation is an operator; the others are composed of means, squares and roots.
///
/// y = (x - mean) / sqrt(mean((x - mean)^2) + epsilon) over some axes, times a scale, plus a bias.
#include <tercet/io/onnx/attributes.hpp>
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include <cmath>

namespace tercet::onnx_io {

namespace {

double epsilon_of(const Call& call) {
    const double epsilon = call.node.real("epsilon", 1e-5f);
    if (epsilon < 0) throw FormatError("epsilon is negative");
    return epsilon;
}

/// A channel parameter [c] against a value [n, c, ..] of this rank.
Term by_channel(const Call& call, std::size_t input, std::size_t rank) {
    const Term& v = call.real(input);
    if (v->dims.size() != 1)
        throw ShapeError("input '" + call.node.inputs[input] + "' has shape " + to_string_dims(v->dims) +
                         ", expected one number a channel");
    Dims shape(rank - 1, 1);
    shape[0] = v->dims[0];
    return call.reshaped(v, shape, "/channel" + std::to_string(input), "Reshape");
}

struct Spread {
    Term mean, centred, deviation;  // deviation: sqrt(variance + epsilon)
};

Spread spread_of(const Call& call, const Term& x, const std::vector<int>& axes, double epsilon) {
    const Compose c{call};
    Spread s;
    s.mean = c.sum(x, axes, true, true, "/mean", "ReduceMean");
    s.centred = c.minus(x, s.mean, "/centred");
    Term variance = c.sum(c.square(s.centred, "/square"), axes, true, true, "/variance", "ReduceMean");
    if (epsilon != 0) variance = c.plus(variance, c.number(epsilon, x, ".epsilon"), "/positive");
    s.deviation = c.apply(op::Sqrt{}, variance, "/deviation", "Sqrt");
    return s;
}

struct Standard : Spread {
    Term y;
};

Standard standardised(const Call& call, const Term& x, const std::vector<int>& axes, double epsilon,
                      const std::string& suffix) {
    const Spread s = spread_of(call, x, axes, epsilon);
    return {s, Compose{call}.over(s.centred, s.deviation, suffix)};
}

bool names_output(const Call& call, std::size_t i) {
    return i < call.node.outputs.size() && !call.node.outputs[i].empty();
}

/// In training the statistics are the batch's, and the running ones move towards them.
void train(const Call& call, double epsilon) {
    const Compose c{call};
    const Term x = call.real(0);
    const std::size_t rank = x->dims.size();
    std::vector<int> axes{0};
    for (std::size_t k = 2; k < rank; ++k) axes.push_back(static_cast<int>(k));
    const Standard s = standardised(call, x, axes, epsilon, "/standard");
    call.result(c.plus(c.times(s.y, by_channel(call, 1, rank), "/scaled"), by_channel(call, 2, rank)));
    if (!names_output(call, 1) && !names_output(call, 2)) return;
    const double momentum = call.node.real("momentum", 0.9f);
    const Term variance =
        c.sum(c.square(c.minus(x, s.mean, "/centred2"), "/square2"), axes, false, true, "/variance2", "ReduceMean");
    const Term mean = c.sum(x, axes, false, true, "/mean2", "ReduceMean");
    const auto moved = [&](std::size_t i, const Term& now, const std::string& suffix) {
        const Term old = c.times(call.real(i), c.number(momentum, x, suffix + ".momentum"), suffix + "/old");
        return c.plus(old, c.times(now, c.number(1 - momentum, x, suffix + ".rest"), suffix + "/now"), suffix);
    };
    if (names_output(call, 1)) call.result(moved(3, mean, "/running_mean"), 1);
    if (names_output(call, 2)) call.result(moved(4, variance, "/running_variance"), 2);
}

/// With the stored mean and variance, or in training. Opset 6 says so by is_test, opset 14 and later by training_mode.
void batch_normalization(const Call& call) {
    const OnnxNode& n = call.node;
    if (n.integer("spatial", 1) == 0)
        throw UnsupportedOp("spatial is 0: statistics for each element are not supported");
    op::BatchNormalization norm{};
    read_attributes(n, norm);
    if (n.integer("training_mode", 0) != 0) return train(call, norm.epsilon);
    if (call.opset() < 7 && n.integer("is_test", 0) == 0)
        throw UnsupportedOp("is in training mode; only inference is supported");
    std::vector<Term> operands;
    for (std::size_t i = 0; i < 5; ++i) operands.push_back(call.real(i));
    call.result(call.add(norm, std::move(operands)));
}

std::vector<int> axes_from(int first, std::size_t rank) {
    std::vector<int> axes;
    for (int k = first; k < static_cast<int>(rank); ++k) axes.push_back(k);
    return axes;
}

void layer_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const int axis = Call::axis(call.node.integer("axis", -1), x->dims.size());
    const Standard s = standardised(call, x, axes_from(axis, x->dims.size()), epsilon_of(call), "/standard");
    const Term scaled = c.times(s.y, call.real(1), call.has_input(2) ? "/scaled" : "");
    call.result(call.has_input(2) ? c.plus(scaled, call.real(2)) : scaled);
    if (names_output(call, 1)) call.result(s.mean, 1);
    if (names_output(call, 2)) call.result(c.over(c.number(1, x, ".one"), s.deviation, "/inverse"), 2);
}

/// Without the mean.
void rms_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const int axis = Call::axis(call.node.integer("axis", -1), x->dims.size());
    const Term squares =
        c.sum(c.square(x, "/square"), axes_from(axis, x->dims.size()), true, true, "/mean", "ReduceMean");
    const Term root =
        c.apply(op::Sqrt{}, c.plus(squares, c.number(epsilon_of(call), x, ".epsilon"), "/positive"), "/root", "Sqrt");
    call.result(c.times(c.over(x, root, "/standard"), call.real(1)));
}

void instance_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const std::size_t rank = x->dims.size();
    if (rank < 3) throw ShapeError("input " + to_string_dims(x->dims) + " has no axes after batch and channel");
    const Standard s = standardised(call, x, axes_from(2, rank), epsilon_of(call), "/standard");
    call.result(c.plus(c.times(s.y, by_channel(call, 1, rank), "/scaled"), by_channel(call, 2, rank)));
}

/// Over the channels of a group and all later axes; opset 18 has a scale a group, later ones a scale a channel.
void group_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const Dims& d = x->dims;
    const std::int64_t groups = call.node.integer("num_groups", 0);
    if (d.size() < 2 || groups < 1 || d[1] % groups != 0)
        throw ShapeError("input " + to_string_dims(d) + " in " + std::to_string(groups) + " groups of channels");
    const std::int64_t each = d[0] * groups == 0 ? 0 : element_count(d) / (d[0] * groups);
    const Term rows = call.reshaped(x, {d[0], groups, each}, "/groups", "Reshape");
    const Term y = standardised(call, rows, {2}, epsilon_of(call), "/standard").y;
    if (call.opset() < 21) {
        const Term scaled = c.times(y, by_channel(call, 1, 3), "/scaled");
        return call.result(call.reshaped(c.plus(scaled, by_channel(call, 2, 3), "/shifted"), d, "", "Reshape"));
    }
    const Term back = call.reshaped(y, d, "/back", "Reshape");
    call.result(c.plus(c.times(back, by_channel(call, 1, d.size()), "/scaled"), by_channel(call, 2, d.size())));
}

void lp_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const std::int64_t p = call.node.integer("p", 2);
    const int axis = Call::axis(call.node.integer("axis", -1), x->dims.size());
    if (p != 1 && p != 2) throw FormatError("p is " + std::to_string(p) + ", expected 1 or 2");
    Term size = c.sum(p == 1 ? c.apply(op::Abs{}, x, "/abs", "Abs") : c.square(x, "/square"), {axis}, true, false,
                      "/sum", "ReduceSum");
    if (p == 2) size = c.apply(op::Sqrt{}, size, "/root", "Sqrt");
    // a vector of length 0 stays as it is: its divisor is 1
    const Term nothing = call.add(x->type, op::Compare{op::Compare::Relation::equal}, {size, c.number(0, x, ".zero")},
                                  {}, "/nothing", "Equal");
    call.result(c.over(x, c.plus(size, nothing, "/divisor")));
}

/// (x - mean) / (sqrt(mean(x^2) - mean^2) + 1e-9), the variance as the mean of squares about the mean.
void mean_variance_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const auto given = call.node.get<std::vector<std::int64_t>>("axes", {0, 2, 3});
    const Spread s = spread_of(call, x, Call::axes(given, x->dims.size()), 0);
    call.result(c.over(s.centred, c.plus(s.deviation, c.number(1e-9f, x, ".tiny"), "/shifted")));
}

/// a^beta for a > 0: of quarters by roots, else by exp(beta log a).
Term positive_power(const Call& call, const Term& a, double beta, const std::string& suffix) {
    const Compose c{call};
    if (beta == 0.5 || beta == 0.75) {
        const Term half = c.apply(op::Sqrt{}, a, suffix + "/half", "Sqrt");
        return beta == 0.5 ? half : c.times(half, c.apply(op::Sqrt{}, half, suffix + "/quarter", "Sqrt"), suffix);
    }
    if (beta == 1) return a;
    const Term log = c.apply(op::Log{}, a, suffix + "/log", "Log");
    return c.apply(op::Exp{}, c.times(log, c.number(beta, a, suffix + ".beta"), suffix + "/times"), suffix, "Exp");
}

/// x / (bias + alpha/size times the sum of squares over `size` channels around its own)^beta; the sum is a product with
/// a band of ones.
void local_response_normalization(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const std::int64_t size = call.node.integer("size", 0);
    if (x->dims.size() < 3 || size < 1)
        throw ShapeError("input " + to_string_dims(x->dims) + ", size " + std::to_string(size));
    const std::int64_t n = x->dims[1], before = (size - 1) / 2, after = size - 1 - before;
    call.to.spend(n * n);
    std::vector<double> band(static_cast<std::size_t>(n * n), 0);
    for (std::int64_t to = 0; to < n; ++to)
        for (std::int64_t from = std::max<std::int64_t>(0, to - before); from <= std::min(n - 1, to + after); ++from)
            band[static_cast<std::size_t>(from * n + to)] = 1;
    const Term squares = c.to_end(c.square(x, "/square"), {1}, "/channels");
    const Term sums =
        call.add(op::MatMul{}, {squares, call.stored(".band", {n, n}, std::move(band))}, {}, "/sums", "MatMul");
    Term share = c.times(c.from_end(sums, 1, "/back"), c.number(call.node.real("alpha", 1e-4f), x, ".alpha"), "/alpha");
    if (size != 1) share = c.over(share, c.number(static_cast<double>(size), x, ".size"), "/share");
    const Term base = c.plus(share, c.number(call.node.real("bias", 1), x, ".bias"), "/base");
    call.result(c.over(x, positive_power(call, base, call.node.real("beta", 0.75f), "/power")));
}

}  // namespace

std::vector<Rule> normalisation_rules() {
    return {
        {"BatchNormalization", 5, 5,
         attribute_keys<op::BatchNormalization>({"is_test", "momentum", "spatial", "training_mode"}),
         batch_normalization},
        {"LayerNormalization", 2, 3, {"axis", "epsilon", "stash_type"}, layer_normalization},
        {"RMSNormalization", 2, 2, {"axis", "epsilon", "stash_type"}, rms_normalization},
        {"InstanceNormalization", 3, 3, {"epsilon"}, instance_normalization},
        {"GroupNormalization", 3, 3, {"epsilon", "num_groups", "stash_type"}, group_normalization},
        {"LpNormalization", 1, 1, {"axis", "p"}, lp_normalization},
        {"MeanVarianceNormalization", 1, 1, {"axes"}, mean_variance_normalization},
        {"LRN", 1, 1, {"alpha", "beta", "bias", "size"}, local_response_normalization},
    };
}

}  // namespace tercet::onnx_io
