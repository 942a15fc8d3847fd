#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/rearrange.hpp>

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
        throw ShapeError("perm names " + std::to_string(order.size()) + " axes of a tensor of rank " +
                         std::to_string(rank));
    call.result(call.moved(transposed(call.tables(call.dims(0)), order), call.input(0)));
}

/// One axis of n: indices from start towards end (not reached) in steps; negative ones count from the end, all are
/// clamped into the axis.
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
    const auto starts = call.list("starts", 1), ends = call.list("ends", 2), axes = call.list("axes", 3),
               steps = call.list("steps", 4);
    if (!starts || !ends) throw FormatError("has no starts or no ends");
    const std::size_t count = starts->size();
    if (ends->size() != count || (axes && axes->size() != count) || (steps && steps->size() != count))
        throw ShapeError("has " + std::to_string(count) + " starts, but not as many ends, axes and steps");
    const std::size_t rank = call.dims(0).size();
    std::vector<std::int64_t> named(count);
    std::iota(named.begin(), named.end(), 0);
    const std::vector<int> along = Call::axes(axes.value_or(named), rank);
    Tables tables = call.tables(call.dims(0));
    for (std::size_t i = 0; i < count; ++i)
        slice_axis(tables[static_cast<std::size_t>(along[i])], (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1);
    call.result(call.moved(tables, call.input(0)));
}

/// The axes of the indices stand in the place of the axis that they pick from.
void gather(const Call& call) {
    const Dims x = call.dims(0);
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    const Constant& indices = call.integers(1);
    Tables tables = call.tables(call.dims(0));
    std::vector<std::int64_t> picked;
    for (const auto i : indices.integers) {
        if (i < -x[axis] || i >= x[axis])
            throw ShapeError("index " + std::to_string(i) + " of axis " + std::to_string(axis) + " of " +
                             to_string_dims(x));
        picked.push_back(tables[axis][static_cast<std::size_t>(i < 0 ? i + x[axis] : i)]);
    }
    tables[axis] = std::move(picked);
    Dims shape(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), indices.dims.begin(), indices.dims.end());
    shape.insert(shape.end(), x.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.end());
    call.to.spend(moved_count(tables));
    Moved moved = moved_by(tables);
    moved.dims = std::move(shape);
    call.result(call.moved(std::move(moved), {call.input(0)}));
}

Padding padding_mode(const std::string& mode) {
    if (mode == "constant") return Padding::constant;
    if (mode == "edge") return Padding::edge;
    if (mode == "reflect") return Padding::reflect;
    if (mode == "wrap") return Padding::wrap;
    throw UnsupportedOp("padding mode '" + mode + "' is not supported");
}

/// The value that padding cells show; nothing for zero.
Term pad_value(const Call& call) {
    if (call.has_input(2)) {
        const Term& v = call.input(2);
        if (element_count(v->dims) != 1) throw ShapeError("the padding value has shape " + to_string_dims(v->dims));
        if (v->folds() ? v->constant->integers[0] == 0 : v->node < 0 && v->constant->reals[0] == 0) return {};
        if (v->type != call.input(0)->type) throw FormatError("the padding value is of another type");
        return v;
    }
    const double value = call.node.real("value", 0);
    return value == 0 ? Term{} : call.scalar(value, ".value");
}

/// pads: what comes before each axis, then what comes after each.
void pad_rule(const Call& call) {
    const std::size_t rank = call.dims(0).size();
    const auto pads = call.list(call.opset() < 2 ? "paddings" : "pads", 1);
    if (!pads) throw FormatError("has no pads");
    std::vector<std::int64_t> named(rank);
    std::iota(named.begin(), named.end(), 0);
    const std::vector<int> axes = Call::axes(call.list("", 3).value_or(named), rank);
    if (pads->size() != 2 * axes.size())
        throw ShapeError("has " + std::to_string(pads->size()) + " pads for " + std::to_string(axes.size()) + " axes");
    const Padding mode = padding_mode(call.node.get<std::string>("mode", "constant"));
    Dims padded = call.dims(0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        auto& n = padded[static_cast<std::size_t>(axes[i])];
        for (const auto p : {(*pads)[i], (*pads)[i + axes.size()]}) {
            if (p > 0) call.to.spend(p);
            n += std::clamp(p, -largest_tensor, largest_tensor);  // pad() refuses what lies beyond
        }
        n = std::max<std::int64_t>(n, 0);
    }
    checked_count(padded);  // before anything is laid out
    Tables tables = call.tables(call.dims(0));
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t before = (*pads)[i], after = (*pads)[i + axes.size()];
        pad(tables[static_cast<std::size_t>(axes[i])], before, after, mode);
    }
    call.result(call.moved(tables, call.input(0), mode == Padding::constant ? pad_value(call) : Term{}));
}

/// NumPy broadcasting to a shape, in which 1 keeps the input's dimension.
void expand(const Call& call) {
    const Dims x = call.dims(0);
    const Dims asked = call.list("", 1).value();
    Tables tables = call.tables(call.dims(0));
    if (asked.size() > x.size())
        tables.insert(tables.begin(), asked.size() - x.size(), std::vector<std::int64_t>(1, 0));
    for (std::size_t k = 0; k < asked.size(); ++k) {
        auto& table = tables[k + tables.size() - asked.size()];
        const auto n = static_cast<std::int64_t>(table.size());
        if (asked[k] == n || asked[k] == 1) continue;
        if (n != 1 || asked[k] < 0)
            throw ShapeError("cannot expand " + to_string_dims(x) + " to " + to_string_dims(asked));
        call.to.spend(asked[k]);
        table.assign(static_cast<std::size_t>(asked[k]), table[0]);
    }
    call.result(call.moved(tables, call.input(0)));
}

void concat(const Call& call) {
    std::vector<Dims> inputs;
    std::vector<Term> parts;
    for (std::size_t i = 0; i < call.node.inputs.size(); ++i) {
        const Term& part = call.input(i);
        call.to.spend(element_count(part->dims));
        if (is_real(part->type) != is_real(call.input(0)->type)) throw FormatError("concatenates integers and floats");
        inputs.push_back(part->dims);
        parts.push_back(part);
    }
    if (!call.node.has("axis") && call.opset() >= 4) throw FormatError("has no axis");
    call.result(
        call.moved(concatenate(inputs, Call::axis(call.node.integer("axis", 1), inputs[0].size())), std::move(parts)));
}

/// Parts of the given sizes; or of equal ones, the last perhaps smaller.
void split(const Call& call) {
    const Compose c{call};
    const Term x = call.input(0);
    const int axis = Call::axis(call.node.integer("axis", 0), x->dims.size());
    const std::int64_t n = x->dims[static_cast<std::size_t>(axis)],
                       outputs = static_cast<std::int64_t>(call.node.outputs.size());
    auto sizes = call.list("split", 1);
    if (!sizes) {
        const std::int64_t parts = call.node.integer("num_outputs", outputs),
                           each = (n + parts - 1) / std::max<std::int64_t>(parts, 1);
        if (parts != outputs)
            throw FormatError("num_outputs is " + std::to_string(parts) + ", the node has " + std::to_string(outputs));
        if (call.opset() < 18 && n % parts != 0)
            throw ShapeError("an axis of " + std::to_string(n) + " in " + std::to_string(parts) + " equal parts");
        sizes.emplace();
        for (std::int64_t i = 0; i < parts; ++i) sizes->push_back(std::clamp<std::int64_t>(n - i * each, 0, each));
    }
    if (static_cast<std::int64_t>(sizes->size()) != outputs)
        throw ShapeError("has " + std::to_string(sizes->size()) + " sizes for " + std::to_string(outputs) + " outputs");
    std::int64_t start = 0;
    for (std::size_t i = 0; i < sizes->size(); ++i) {
        const std::int64_t size = (*sizes)[i];
        if (size < 0 || start + size > n)
            throw ShapeError("parts of an axis of " + std::to_string(n) + " reach " + std::to_string(start + size));
        if (!call.node.outputs[i].empty())
            call.result(c.slice(x, axis, start, size, i == 0 ? "" : "/" + std::to_string(i)), i);
        start += size;
    }
    if (start != n)
        throw ShapeError("the parts have " + std::to_string(start) + " of " + std::to_string(n) + " elements");
}

/// Each axis again and again. Opset 1 repeats one axis, later ones each.
void tile(const Call& call) {
    const Dims x = call.dims(0);
    const auto repeats = call.list("", 1).value();
    if (repeats.size() != x.size())
        throw ShapeError("has " + std::to_string(repeats.size()) + " repeats for a tensor of rank " +
                         std::to_string(x.size()));
    Tables tables = call.tables(x);
    for (std::size_t k = 0; k < x.size(); ++k) {
        if (repeats[k] < 0) throw ShapeError("repeats an axis " + std::to_string(repeats[k]) + " times");
        call.to.spend(checked_count({repeats[k], x[k]}));
        const auto once = tables[k];
        tables[k].clear();
        for (std::int64_t i = 0; i < repeats[k]; ++i) tables[k].insert(tables[k].end(), once.begin(), once.end());
    }
    call.result(call.moved(tables, call.input(0)));
}

/// Channels to blocks of space: DCR takes the block's place from the outer part of the channel, CRD from the inner.
void depth_to_space(const Call& call) {
    const Compose c{call};
    const Dims& d = call.dims(0);
    const std::int64_t b = call.node.integer("blocksize", 0);
    if (d.size() != 4 || b < 1 || b > 32767 || d[1] % (b * b) != 0)
        throw ShapeError("input " + to_string_dims(d) + " in blocks of " + std::to_string(b));
    const auto mode = call.node.get<std::string>("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") throw FormatError("mode is '" + mode + "'");
    const std::int64_t each = d[1] / (b * b);
    const bool dcr = mode == "DCR";
    const Term blocks =
        call.reshaped(call.input(0), dcr ? Dims{d[0], b, b, each, d[2], d[3]} : Dims{d[0], each, b, b, d[2], d[3]},
                      "/blocks", "Reshape");
    const Term moved =
        c.transposed(blocks, dcr ? std::vector<int>{0, 3, 4, 1, 5, 2} : std::vector<int>{0, 1, 4, 2, 5, 3}, "/moved");
    call.result(call.reshaped(moved, {d[0], each, d[2] * b, d[3] * b}));
}

void space_to_depth(const Call& call) {
    const Compose c{call};
    const Dims& d = call.dims(0);
    const std::int64_t b = call.node.integer("blocksize", 0);
    if (d.size() != 4 || b < 1 || b > 32767 || d[2] % b != 0 || d[3] % b != 0)
        throw ShapeError("input " + to_string_dims(d) + " in blocks of " + std::to_string(b));
    const auto mode = call.node.get<std::string>("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") throw FormatError("mode is '" + mode + "'");
    const Term blocks = call.reshaped(call.input(0), {d[0], d[1], d[2] / b, b, d[3] / b, b}, "/blocks", "Reshape");
    const Term moved = c.transposed(
        blocks, mode == "DCR" ? std::vector<int>{0, 3, 5, 1, 2, 4} : std::vector<int>{0, 1, 3, 5, 2, 4}, "/moved");
    call.result(call.reshaped(moved, {d[0], d[1] * b * b, d[2] / b, d[3] / b}));
}

/// The upper (or lower) triangle of matrices, the rest 0: column - row >= k (or <= k).
void triangle(const Call& call) {
    const Dims& d = call.dims(0);
    if (d.size() < 2) throw ShapeError("input " + to_string_dims(d) + " holds no matrices");
    std::int64_t k = 0;
    if (call.has_input(1)) k = call.integers(1).integers.at(0);
    const bool upper = call.node.integer("upper", 1) != 0;
    const std::int64_t rows = d[d.size() - 2], cols = d.back(),
                       count = rows * cols == 0 ? 0 : element_count(d) / (rows * cols);
    call.to.spend(element_count(d));
    Moved m{d, {}};
    for (std::int64_t at = 0; at < count * rows; ++at) {
        const std::int64_t row = at % rows, cut = std::clamp<std::int64_t>(upper ? row + k : row + k + 1, 0, cols);
        const auto part = [&](bool kept, std::int64_t first, std::int64_t n) {
            m.elements.append(kept ? op::Rearrange::Stretch{0, at * cols + first, 1, n}
                                   : op::Rearrange::Stretch{-1, 0, 0, n});
        };
        part(!upper, 0, cut);
        part(upper, cut, cols - cut);
    }
    call.result(call.moved(std::move(m), {call.input(0)}));
}

/// Of every sequence (along time_axis) the first sequence_lens[batch] elements in reverse order.
void reverse_sequence(const Call& call) {
    const Dims& x = call.dims(0);
    const Constant& lengths = call.integers(1);
    const std::int64_t time = call.node.integer("time_axis", 0), batch = call.node.integer("batch_axis", 1);
    if (x.size() < 2 || time + batch != 1 || lengths.dims != Dims{x[static_cast<std::size_t>(batch)]})
        throw ShapeError("input " + to_string_dims(x) + ", lengths " + to_string_dims(lengths.dims));
    const std::int64_t inner = x[0] * x[1] == 0 ? 0 : element_count(x) / (x[0] * x[1]);
    call.to.spend(element_count(x));
    Moved m{x, {}};
    for (std::int64_t i = 0; i < x[0]; ++i)
        for (std::int64_t j = 0; j < x[1]; ++j) {
            const std::int64_t t = time == 0 ? i : j,
                               length = lengths.integers[static_cast<std::size_t>(time == 0 ? j : i)];
            if (length < 0 || length > x[static_cast<std::size_t>(time)])
                throw ShapeError("a sequence of " + std::to_string(length));
            const std::int64_t from = t < length ? length - 1 - t : t;
            m.elements.append({0, (time == 0 ? from * x[1] + j : i * x[1] + from) * inner, 1, inner});
        }
    call.result(call.moved(std::move(m), {call.input(0)}));
}

}  // namespace

std::vector<Rule> move_rules() {
    constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
    return {
        {"Transpose", 1, 1, {"perm"}, transpose},
        {"Slice", 1, 5, {"starts", "ends", "axes"}, slice_rule},
        {"Gather", 2, 2, {"axis"}, gather},
        {"Pad", 1, 4, {"pads", "paddings", "mode", "value"}, pad_rule},
        {"Expand", 2, 2, {}, expand},
        {"Concat", 1, any, {"axis"}, concat},
        {"Split", 1, 2, {"axis", "num_outputs", "split"}, split},
        {"Tile", 2, 2, {}, tile},
        {"DepthToSpace", 1, 1, {"blocksize", "mode"}, depth_to_space},
        {"SpaceToDepth", 1, 1, {"blocksize", "mode"}, space_to_depth},
        {"Trilu", 1, 2, {"upper"}, triangle},
        {"ReverseSequence", 2, 2, {"batch_axis", "time_axis"}, reverse_sequence},
    };
}

}  // namespace tercet::onnx_io
