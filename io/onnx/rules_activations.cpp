/// Activations that are not a function of one variable with numbers alone.
#include <tercet/io/onnx/mask.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/row_maximum.hpp>
#include <tercet/models/operators/select.hpp>
#include <tercet/models/operators/softmax.hpp>

#include <cmath>

namespace tercet::onnx_io {

namespace {

/// min(max(x, least), most), either of which may be left out; operators sets before 11 have them as attributes, the
/// largest float for none.
void clip(const Call& call) {
    const Compose c{call};
    Term y = call.input(0);
    const auto limit = [&](std::size_t i, const char* key) -> Term {
        if (call.has_input(i)) {
            const Term& v = call.input(i);
            if (element_count(v->dims) != 1)
                throw ShapeError("input '" + call.node.inputs[i] + "' has shape " + to_string_dims(v->dims));
            if (v->constant && v->node < 0 && !v->constant->reals.empty() &&
                v->constant->reals[0] == (i == 1 ? -HUGE_VAL : HUGE_VAL))
                return {};
            return v->dims.empty() ? v : call.reshaped(v, {}, std::string("/") + key, "Reshape");
        }
        if (!call.node.has(key)) return {};
        const double value = call.node.real(key, 0);
        return std::abs(value) >= 0x1.fffffep127 ? Term{} : c.number(value, y, std::string(".") + key);
    };
    const Term least = limit(1, "min"), most = limit(2, "max");
    if (least) y = c.maximum(y, least, most ? "/least" : "");
    if (most) y = c.minimum(y, most);
    call.result(y);
}

/// relu(x) - slope relu(-x), the slope a constant or a value that broadcasts to x: over intervals the hull for a
/// constant slope >= 0.
void prelu(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    Term slope = call.real(1);
    if (call.opset() < 7 && slope->dims.size() == 1 && x->dims.size() > 2) {  // one a channel
        Dims channel(x->dims.size() - 1, 1);
        channel[0] = slope->dims[0];
        slope = call.reshaped(slope, channel, "/slope", "Reshape");
    }
    const Term above = c.apply(op::Relu{}, x, "/above", "Relu");
    const Term below = c.apply(op::Relu{}, c.negative(x, "/minus"), "/below", "Relu");
    call.result(c.minus(above, c.times(slope, below, "/scaled")));
}

/// What softmax and its like normalise over: before opset 13 all axes from `axis` on, as one; since then that axis.
struct SoftmaxAxes {
    bool flatten;
    std::vector<int> axes;

    SoftmaxAxes(const Call& call, std::size_t rank) : flatten(call.opset() < 13) {
        axes.push_back(Call::axis(call.node.integer("axis", flatten ? 1 : -1), rank));
        for (int k = axes[0] + 1; flatten && k < static_cast<int>(rank); ++k) axes.push_back(k);
    }
};

/// 1 in the place of the largest element, 0 elsewhere.
void hardmax(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const auto axes = SoftmaxAxes(call, x->dims.size()).axes;
    const Term rows = c.to_end(x, axes, "/rows");
    std::int64_t n = 1;
    for (const int k : axes) n *= x->dims[static_cast<std::size_t>(k)];
    const Term at = call.reshaped(call.add(op::RowArgMaximum{static_cast<int>(axes.size())}, {rows}, {}, "/place"),
                                  reduced(x->dims, axes, true), "/kept", "Reshape");
    std::vector<double> places;
    for (std::int64_t i = 0; i < n; ++i) places.push_back(static_cast<double>(i));
    Dims shape(x->dims.size(), 1);
    for (const int k : axes) shape[static_cast<std::size_t>(k)] = x->dims[static_cast<std::size_t>(k)];
    const Term index = call.stored(".places", shape, std::move(places));
    call.result(call.add(x->type, op::Compare{op::Compare::Relation::equal}, {call.typed(Type::float32, at), index}));
}

/// x + bias below -lambd, x - bias above lambd, else 0.
void shrink(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const double bias = call.node.real("bias", 0), lambda = call.node.real("lambd", 0.5f);
    using Relation = op::Compare::Relation;
    const Term above =
        call.add(op::Compare{Relation::less}, {c.number(lambda, x, ".lambd"), x}, {}, "/is_above", "Less");
    const Term below =
        call.add(op::Compare{Relation::less}, {x, c.number(-lambda, x, ".minus_lambd")}, {}, "/is_below", "Less");
    const Term zero = c.number(0, x, ".zero");
    const Term high = call.add(x->type, op::Select{}, {above, c.minus(x, c.number(bias, x, ".bias2"), "/down"), zero},
                               {}, "/above", "Where");
    call.result(call.add(x->type, op::Select{}, {below, c.plus(x, c.number(bias, x, ".bias"), "/up"), high}));
}

void softmax(const Call& call) {
    const Term& x = call.real(0);
    const SoftmaxAxes over(call, x->dims.size());
    if (x->shown) return call.result(masked_softmax(call, x, over.axes));
    call.result(call.add(op::Softmax{over.axes[0], over.flatten}, {x}));
}

/// x - m - log sum exp(x - m), m the largest.
void log_softmax(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const auto axes = SoftmaxAxes(call, x->dims.size()).axes;
    const Term below = c.minus(x, c.largest(x, axes, true, "/largest"), "/below");
    const Term sum = c.sum(c.apply(op::Exp{}, below, "/exp", "Exp"), axes, true, false, "/sum", "ReduceSum");
    call.result(c.minus(below, c.apply(op::Log{}, sum, "/log", "Log")));
}

}  // namespace

std::vector<Rule> activation_rules() {
    return {
        {"Clip", 1, 3, {"min", "max"}, clip}, {"PRelu", 2, 2, {}, prelu},
        {"Hardmax", 1, 1, {"axis"}, hardmax}, {"Shrink", 1, 1, {"bias", "lambd"}, shrink},
        {"Softmax", 1, 1, {"axis"}, softmax}, {"LogSoftmax", 1, 1, {"axis"}, log_softmax},
    };
}

}  // namespace tercet::onnx_io
