#include <tercet/io/onnx/mask.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/row_maximum.hpp>

namespace tercet::onnx_io {

namespace {

enum class Reduction { sum, mean, sum_of_squares, norm1, norm2, log_sum, log_sum_exp, maximum, minimum, product };

Term reduced_by(const Call& call, Reduction how, const Term& x, const std::vector<int>& axes, bool keep) {
    const Compose c{call};
    switch (how) {
        case Reduction::sum: return c.sum(x, axes, keep);
        case Reduction::mean: return c.sum(x, axes, keep, true);
        case Reduction::sum_of_squares: return c.sum(c.square(x, "/square"), axes, keep, false, "", "ReduceSum");
        case Reduction::norm1: return c.sum(c.apply(op::Abs{}, x, "/abs", "Abs"), axes, keep, false, "", "ReduceSum");
        case Reduction::norm2:
            return c.apply(op::Sqrt{}, c.sum(c.square(x, "/square"), axes, keep, false, "/sum", "ReduceSum"), "",
                           "Sqrt");
        case Reduction::log_sum: return c.apply(op::Log{}, c.sum(x, axes, keep, false, "/sum", "ReduceSum"), "", "Log");
        case Reduction::log_sum_exp: {  // m + log sum exp(x - m), m the largest
            if (element_count(x->dims) == 0) return reduced_by(call, Reduction::log_sum, x, axes, keep);
            const Term m = c.largest(x, axes, true, "/largest");
            const Term e = c.apply(op::Exp{}, c.minus(x, m, "/below"), "/exp", "Exp");
            const Term log = c.apply(op::Log{}, c.sum(e, axes, true, false, "/sum", "ReduceSum"), "/log", "Log");
            const Term y = c.plus(log, m, keep ? "" : "/kept");
            return keep ? y : call.reshaped(y, reduced(x->dims, axes, false), "", "Reshape");
        }
        case Reduction::maximum: return c.largest(x, axes, keep);
        case Reduction::minimum: return c.negative(c.largest(c.negative(x, "/negative"), axes, keep, "/largest"), "");
        case Reduction::product: return c.product(x, axes, keep);
    }
    throw UnsupportedOp("a reduction that is not known");
}

/// No axes, or an empty list of them, means all of them unless noop_with_empty_axes.
template <Reduction how>
void reduce(const Call& call) {
    const Term& x = call.input(0);
    const auto given = call.list("axes", 1);
    std::vector<int> axes = Call::axes(given.value_or(std::vector<std::int64_t>{}), x->dims.size());
    if (axes.empty() && call.node.integer("noop_with_empty_axes", 0) == 0) axes = all_axes(x->dims.size());
    std::sort(axes.begin(), axes.end());
    const bool boolean = x->type == Type::boolean;
    if (how == Reduction::maximum && x->shown && !axes.empty())
        return call.result(masked_largest(call, x, axes, call.node.integer("keepdims", 1) != 0));
    if (axes.empty() && (how == Reduction::sum || how == Reduction::mean || how == Reduction::maximum ||
                         how == Reduction::minimum || how == Reduction::product))
        return call.result(x);
    const Term y =
        reduced_by(call, how, boolean ? call.typed(Type::int64, x) : x, axes, call.node.integer("keepdims", 1) != 0);
    call.result(boolean ? call.typed(Type::boolean, y) : y);
}

template <bool largest>
void arg(const Call& call) {
    const Compose c{call};
    const Term x = largest ? call.input(0) : c.negative(call.input(0), "/negative");
    const int axis = Call::axis(call.node.integer("axis", 0), x->dims.size());
    const Term rows = c.to_end(x, {axis}, "/rows");
    const bool last = call.node.integer("select_last_index", 0) != 0, keep = call.node.integer("keepdims", 1) != 0;
    const Term y = call.typed(Type::int64, call.add(op::RowArgMaximum{1, last}, {rows}, {}, keep ? "/places" : ""));
    call.result(keep ? call.reshaped(y, reduced(x->dims, {axis}, true), "", "Reshape") : y);
}

/// All axes after batch and channel.
std::vector<int> spatial_axes(const Call& call) {
    const Dims& x = call.dims(0);
    if (x.size() < 3) throw ShapeError("input " + to_string_dims(x) + " has no axes after batch and channel");
    std::vector<int> axes;
    for (int k = 2; k < static_cast<int>(x.size()); ++k) axes.push_back(k);
    return axes;
}

void global_average_pool(const Call& call) {
    call.result(Compose{call}.sum(call.real(0), spatial_axes(call), true, true));
}
void global_max_pool(const Call& call) { call.result(Compose{call}.largest(call.real(0), spatial_axes(call), true)); }

/// y_i = sum of x_j for j <= i (exclusive: j < i; reverse: from the other end): a product with a triangle of ones.
void cumulative_sum(const Call& call) {
    const Compose c{call};
    const Term& x = call.input(0);
    const Constant& at = call.integers(1);
    if (at.integers.size() != 1)
        throw ShapeError("axis has shape " + to_string_dims(at.dims) + ", expected one number");
    const int axis = Call::axis(at.integers[0], x->dims.size());
    const std::int64_t n = x->dims[static_cast<std::size_t>(axis)];
    const bool exclusive = call.node.integer("exclusive", 0) != 0, reverse = call.node.integer("reverse", 0) != 0;
    call.to.spend(n * n);
    std::vector<double> ones(static_cast<std::size_t>(n * n), 0);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            const std::int64_t ahead = reverse ? j - i : i - j;
            if (ahead > 0 || (ahead == 0 && !exclusive)) ones[static_cast<std::size_t>(j * n + i)] = 1;
        }
    Term triangle = call.stored(".triangle", {n, n}, ones);
    if (!is_real(x->type)) {
        triangle = call.typed(x->type, triangle);
        triangle->constant->integers.assign(ones.begin(), ones.end());
    }
    const Term y = call.add(op::MatMul{}, {c.to_end(x, {axis}, "/rows"), triangle}, {}, "/sums", "MatMul");
    call.result(c.from_end(y, axis));
}

}  // namespace

std::vector<Rule> reduction_rules() {
    const std::vector<const char*> attributes{"axes", "keepdims", "noop_with_empty_axes"},
        places{"axis", "keepdims", "select_last_index"};
    return {
        {"ReduceSum", 1, 2, attributes, reduce<Reduction::sum>},
        {"ReduceMean", 1, 2, attributes, reduce<Reduction::mean>},
        {"ReduceSumSquare", 1, 2, attributes, reduce<Reduction::sum_of_squares>},
        {"ReduceL1", 1, 2, attributes, reduce<Reduction::norm1>},
        {"ReduceL2", 1, 2, attributes, reduce<Reduction::norm2>},
        {"ReduceLogSum", 1, 2, attributes, reduce<Reduction::log_sum>},
        {"ReduceLogSumExp", 1, 2, attributes, reduce<Reduction::log_sum_exp>},
        {"ReduceMax", 1, 2, attributes, reduce<Reduction::maximum>},
        {"ReduceMin", 1, 2, attributes, reduce<Reduction::minimum>},
        {"ReduceProd", 1, 2, attributes, reduce<Reduction::product>},
        {"ArgMax", 1, 1, places, arg<true>},
        {"ArgMin", 1, 1, places, arg<false>},
        {"GlobalAveragePool", 1, 1, {}, global_average_pool},
        {"GlobalMaxPool", 1, 1, {}, global_max_pool},
        {"CumSum", 2, 2, {"exclusive", "reverse"}, cumulative_sum},
    };
}

}  // namespace tercet::onnx_io
