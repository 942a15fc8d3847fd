#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tercet::onnx_io {

namespace {

void transpose(const Call& call) {
    const std::size_t rank = call.dims(0).size();
    std::vector<int> order(rank);
    std::iota(order.rbegin(), order.rend(), 0);
    if (call.node.has("perm")) order = Call::axes(call.node.get<std::vector<std::int64_t>>("perm", {}), rank);
    if (order.size() != rank)
        throw ShapeError("perm names " + std::to_string(order.size()) + " axes of a tensor of rank " + std::to_string(rank));
    call.result(transposed(call.tables(), order));
}

/// One axis of n: indices from start towards end (not reached) in steps; negative ones count from the end, all are clamped into the axis.
void slice_axis(std::vector<std::int64_t>& table, std::int64_t start, std::int64_t end, std::int64_t step) {
    const auto n = static_cast<std::int64_t>(table.size());
    if (step == 0) throw FormatError("a step is 0");
    const bool up = step > 0;
    const auto clamped = [&](std::int64_t i, std::int64_t low, std::int64_t high) {
        return std::min(std::max(i < 0 ? i + n : i, low), high);
    };
    start = clamped(start, 0, up ? n : n - 1);
    end = clamped(end, up ? 0 : -1, up ? n : n - 1);
    step = std::min(std::max(step, -n - 1), n + 1);  // a longer step takes one element too
    const std::int64_t span = up ? end - start : start - end, width = up ? step : -step;
    slice(table, start, step, span <= 0 ? 0 : (span + width - 1) / width);
}

/// Opset 6 to 9 keep starts, ends and axes in attributes.
void slice_rule(const Call& call) {
    const auto starts = call.list("starts", 1), ends = call.list("ends", 2), axes = call.list("axes", 3), steps = call.list("steps", 4);
    if (!starts || !ends) throw FormatError("has no starts or no ends");
    const std::size_t count = starts->size();
    if (ends->size() != count || (axes && axes->size() != count) || (steps && steps->size() != count))
        throw ShapeError("has " + std::to_string(count) + " starts, but not as many ends, axes and steps");
    const std::size_t rank = call.dims(0).size();
    std::vector<std::int64_t> named(count);
    std::iota(named.begin(), named.end(), 0);
    const std::vector<int> along = Call::axes(axes.value_or(named), rank);
    Tables tables = call.tables();
    for (std::size_t i = 0; i < count; ++i)
        slice_axis(tables[static_cast<std::size_t>(along[i])], (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1);
    call.result(tables);
}

/// The axes of the indices stand in the place of the axis that they pick from.
void gather(const Call& call) {
    const Dims x = call.dims(0);
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    const Constant& indices = call.integers(1);
    Tables tables = call.tables();
    std::vector<std::int64_t> picked;
    for (const auto i : indices.integers) {
        if (i < -x[axis] || i >= x[axis])
            throw ShapeError("index " + std::to_string(i) + " of axis " + std::to_string(axis) + " of " + to_string_dims(x));
        picked.push_back(tables[axis][static_cast<std::size_t>(i < 0 ? i + x[axis] : i)]);
    }
    tables[axis] = std::move(picked);
    Dims shape(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), indices.dims.begin(), indices.dims.end());
    shape.insert(shape.end(), x.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.end());
    call.to.spend(moved_count(tables));
    Moved moved = moved_by(tables);
    moved.dims = std::move(shape);
    call.result(std::move(moved));
}

Padding padding_mode(const std::string& mode) {
    if (mode == "constant") return Padding::constant;
    if (mode == "edge") return Padding::edge;
    if (mode == "reflect") return Padding::reflect;
    if (mode == "wrap") return Padding::wrap;
    throw UnsupportedOp("padding mode '" + mode + "' is not supported");
}

/// The graph node that padding cells show, or -1 for zero.
int pad_value(const Call& call) {
    if (call.has_input(2)) {
        const Value& v = call.input(2);
        if (v.is_integer()) {
            for (const auto x : v.constant->integers)
                if (x != 0) throw UnsupportedOp("pads integers with " + std::to_string(x) + "; only 0 is supported");
            return -1;
        }
        if (element_count(v.dims) != 1) throw ShapeError("the padding value has shape " + to_string_dims(v.dims));
        if (v.node < 0 && v.constant->reals[0] == 0) return -1;
        return call.operand(2);
    }
    const double value = call.node.real("value", 0);
    return value == 0 ? -1 : call.scalar(value, ".value");
}

/// pads: what comes before each axis, then what comes after each.
void pad_rule(const Call& call) {
    const std::size_t rank = call.dims(0).size();
    const auto pads = call.list("pads", 1);
    if (!pads) throw FormatError("has no pads");
    std::vector<std::int64_t> named(rank);
    std::iota(named.begin(), named.end(), 0);
    const std::vector<int> axes = Call::axes(call.list("", 3).value_or(named), rank);
    if (pads->size() != 2 * axes.size())
        throw ShapeError("has " + std::to_string(pads->size()) + " pads for " + std::to_string(axes.size()) + " axes");
    const Padding mode = padding_mode(call.node.get<std::string>("mode", "constant"));
    Tables tables = call.tables();
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t before = (*pads)[i], after = (*pads)[i + axes.size()];
        for (const auto p : {before, after})
            if (p > 0) call.to.spend(p);
        pad(tables[static_cast<std::size_t>(axes[i])], before, after, mode);
    }
    call.result(tables, mode == Padding::constant ? pad_value(call) : -1);
}

/// NumPy broadcasting to a shape, in which 1 keeps the input's dimension.
void expand(const Call& call) {
    const Dims x = call.dims(0);
    const Dims asked = call.list("", 1).value();
    Tables tables = call.tables();
    if (asked.size() > x.size()) tables.insert(tables.begin(), asked.size() - x.size(), std::vector<std::int64_t>(1, 0));
    for (std::size_t k = 0; k < asked.size(); ++k) {
        auto& table = tables[k + tables.size() - asked.size()];
        const auto n = static_cast<std::int64_t>(table.size());
        if (asked[k] == n || asked[k] == 1) continue;
        if (n != 1 || asked[k] < 0) throw ShapeError("cannot expand " + to_string_dims(x) + " to " + to_string_dims(asked));
        call.to.spend(asked[k]);
        table.assign(static_cast<std::size_t>(asked[k]), table[0]);
    }
    call.result(tables);
}

void concat(const Call& call) {
    std::vector<Dims> inputs;
    for (std::size_t i = 0; i < call.node.inputs.size(); ++i) {
        inputs.push_back(call.dims(i));
        call.to.spend(element_count(inputs.back()));
        if (call.input(i).is_integer() != call.input(0).is_integer()) throw FormatError("concatenates integers and floats");
    }
    if (!call.node.has("axis")) throw FormatError("has no axis");
    call.result(concatenate(inputs, Call::axis(call.node.integer("axis", 0), inputs[0].size())), inputs.size());
}

}  // namespace

std::vector<Rule> move_rules() {
    return {
        {"Transpose", 1, 1, {"perm"}, transpose},
        {"Slice", 1, 5, {"starts", "ends", "axes"}, slice_rule},
        {"Gather", 2, 2, {"axis"}, gather},
        {"Pad", 1, 4, {"pads", "mode", "value"}, pad_rule},
        {"Expand", 2, 2, {}, expand},
        {"Concat", 1, std::numeric_limits<std::size_t>::max(), {"axis"}, concat},
    };
}

}  // namespace tercet::onnx_io
