/// Elements that constant indices name, and places that are computed: gathering, order and one-hot rows.
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/indices.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/row_top.hpp>
#include <tercet/models/operators/select.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

/// y[.. i ..] = x[.. index[.. i ..] ..] along the axis, all other places the output's own.
void gather_elements(const Call& call) {
    const Dims& x = call.dims(0);
    const Constant& index = call.integers(1);
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    bool fits = index.dims.size() == x.size();
    for (std::size_t k = 0; fits && k < x.size(); ++k) fits = k == axis || index.dims[k] <= x[k];
    if (!fits) throw ShapeError("indices " + to_string_dims(index.dims) + " into " + to_string_dims(x));
    call.to.spend(element_count(index.dims));
    Moved m{index.dims, {}};
    for (const auto at : element_places(x, index, axis)) m.elements.append({0, at, 0, 1});
    call.result(call.moved(std::move(m), {call.input(0)}));
}

void gather_nd(const Call& call) {
    const Dims& x = call.dims(0);
    const Constant& index = call.integers(1);
    if (index.dims.empty()) throw ShapeError("the indices are one number, expected rows of them");
    const std::int64_t batch = call.node.integer("batch_dims", 0);
    if (batch < 0 || batch >= static_cast<std::int64_t>(std::min(x.size(), index.dims.size())))
        throw ShapeError("batch_dims is " + std::to_string(batch) + " for " + to_string_dims(x) + " and " +
                         to_string_dims(index.dims));
    const auto starts = slice_starts(x, index, static_cast<std::size_t>(batch));
    Dims shape(index.dims.begin(), index.dims.end() - 1);
    shape.insert(shape.end(), x.begin() + static_cast<std::ptrdiff_t>(batch + index.dims.back()), x.end());
    call.to.spend(checked_count(shape));
    const std::int64_t each = starts.empty() ? 0 : element_count(shape) / static_cast<std::int64_t>(starts.size());
    Moved m{shape, {}};
    for (const auto start : starts) m.elements.append({0, start, 1, each});
    call.result(call.moved(std::move(m), {call.input(0)}));
}

/// The largest (or smallest) of each row along an axis, and their places.
void top_k(const Call& call) {
    const Compose c{call};
    const Term x = call.real(0);
    const int axis = Call::axis(call.node.integer("axis", -1), x->dims.size());
    std::int64_t k = call.node.integer("k", 0);
    if (call.has_input(1)) {
        const Constant& given = call.integers(1);
        if (given.integers.size() != 1)
            throw ShapeError("K has shape " + to_string_dims(given.dims) + ", expected one number");
        k = given.integers[0];
    }
    const bool largest = call.node.integer("largest", 1) != 0;
    const Term rows = c.to_end(x, {axis}, "/rows");
    if (!call.node.outputs[0].empty())
        call.result(c.from_end(call.add(op::RowTop{k, largest, false}, {rows}, {}, "/values"), axis), 0);
    if (call.node.outputs.size() > 1 && !call.node.outputs[1].empty())
        call.result(call.typed(Type::int64,
                               c.from_end(call.add(op::RowTop{k, largest, true}, {rows}, {}, "/places"), axis, "/at")),
                    1);
}

/// values[1] where the index is the place along a new axis, values[0] elsewhere; negative indices count from the end.
void one_hot(const Call& call) {
    const Compose c{call};
    const Term index = call.input(0), values = call.input(2);
    const auto depth = call.to.numbers_of(*call.input(1));
    if (!depth || element_count(depth->dims) != 1) throw UnsupportedOp("the depth is not one stored number");
    const auto n = is_real(depth->type) ? static_cast<std::int64_t>(depth->reals[0]) : depth->integers[0];
    if (n < 1 || n > largest_tensor) throw ShapeError("a depth of " + std::to_string(n));
    if (values->dims != Dims{2})
        throw ShapeError("values have shape " + to_string_dims(values->dims) + ", expected [2]");
    const std::size_t rank = index->dims.size() + 1;
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", -1), rank));
    Dims one = index->dims, places(rank, 1);
    one.insert(one.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    places[axis] = n;
    const auto constant = [&](const char* suffix, std::int64_t from) {
        Term t = call.stored(suffix, places, {});
        t->constant->type = t->type = index->type;
        for (std::int64_t i = 0; i < n; ++i) {
            if (is_real(index->type)) t->constant->reals.push_back(static_cast<double>(i + from));
            else t->constant->integers.push_back(i + from);
        }
        return t;
    };
    using Relation = op::Compare::Relation;
    const Term at = call.reshaped(index, one, "/index", "Reshape");
    const Term first = call.add(op::Compare{Relation::equal}, {at, constant(".places", 0)}, {}, "/is", "Equal");
    const Term again =
        call.add(op::Compare{Relation::equal}, {at, constant(".from_end", -n)}, {}, "/is_from_end", "Equal");
    const Term hot = c.maximum(first, again, "/hot");
    const auto value = [&](std::int64_t i, const char* suffix) {
        return call.reshaped(c.slice(values, 0, i, 1, suffix), {}, suffix, "Reshape");
    };
    call.result(
        call.add(values->type, op::Select{}, {call.typed(Type::boolean, hot), value(1, "/on"), value(0, "/off")}));
}

}  // namespace

std::vector<Rule> index_rules() {
    return {
        {"GatherElements", 2, 2, {"axis"}, gather_elements},
        {"GatherND", 2, 2, {"batch_dims"}, gather_nd},
        {"TopK", 1, 2, {"axis", "k", "largest", "sorted"}, top_k},
        {"OneHot", 3, 3, {"axis"}, one_hot},
    };
}

}  // namespace tercet::onnx_io
