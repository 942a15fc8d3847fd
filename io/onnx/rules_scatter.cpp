/// ScatterND and ScatterElements: a tensor whose elements at constant places are replaced by updates, or reduced with
/// them.
///
/// y[p] = u_k, the last of the updates u_1, .., u_k at place p; with a reduction x[p] + u_1 + .. + u_k, x[p] u_1 .. u_k,
/// max(x[p], u_1, .., u_k) or min(x[p], u_1, .., u_k).
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/indices.hpp>
#include <tercet/io/onnx/ragged.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/rearrange.hpp>

namespace tercet::onnx_io {

namespace {

/// The last update of each place.
void replace(const Call& call, const std::vector<std::int64_t>& places) {
    const Dims& x = call.dims(0);
    const std::int64_t n = element_count(x);
    std::vector<std::int64_t> from(static_cast<std::size_t>(n), -1);
    for (std::size_t i = 0; i < places.size(); ++i)
        from[static_cast<std::size_t>(places[i])] = static_cast<std::int64_t>(i);
    Moved m{x, {}};
    for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t update = from[static_cast<std::size_t>(i)];
        m.elements.append(update < 0 ? op::Rearrange::Stretch{0, i, 0, 1} : op::Rearrange::Stretch{1, update, 0, 1});
    }
    call.result(call.moved(std::move(m), {call.input(0), call.input(2)}));
}

/// Each row of a matrix as one number.
Term reduced_by(const Call& call, const std::string& how, const Term& rows, const std::string& suffix) {
    const Compose c{call};
    if (how == "add") return c.sum(rows, {1}, false, false, suffix, "ReduceSum");
    if (how == "mul") return c.product(rows, {1}, false, suffix);
    if (how == "max") return c.largest(rows, {1}, false, suffix);
    return c.negative(c.largest(c.negative(rows, suffix + "/negative"), {1}, false, suffix + "/largest"), suffix);
}

void reduce(const Call& call, const std::string& how, const std::vector<std::int64_t>& places) {
    const Dims& x = call.dims(0);
    call.to.spend(static_cast<std::int64_t>(places.size()));
    std::map<std::int64_t, RaggedRow> rows;  // of each place
    for (std::size_t i = 0; i < places.size(); ++i) {
        RaggedRow& row = rows[places[i]];
        if (row.empty()) row.push_back({0, places[i], 0, 1});
        row.push_back({1, static_cast<std::int64_t>(i), 0, 1});
    }
    std::vector<RaggedRow> all;
    Moved m{x, {}};
    std::int64_t next = 0;
    for (auto& [place, row] : rows) {
        if (place > next) m.elements.append({0, next, 1, place - next});
        m.elements.append({1, static_cast<std::int64_t>(all.size()), 0, 1});
        all.push_back(std::move(row));
        next = place + 1;
    }
    m.elements.append({0, next, 1, element_count(x) - next});
    const Term reduced = reduced_rows(
        call, {call.input(0), call.input(2)}, all, {static_cast<std::int64_t>(all.size())},
        [&](const Term& matrix, const auto&, const std::string& suffix) {
            return reduced_by(call, how, matrix, suffix);
        },
        "/reduced");
    call.result(call.moved(std::move(m), {call.input(0), reduced}));
}

/// place[i] is where update i goes.
void scatter(const Call& call, const std::vector<std::int64_t>& places) {
    const auto how = call.node.get<std::string>("reduction", "none");
    if (how != "none" && how != "add" && how != "mul" && how != "max" && how != "min")
        throw FormatError("reduction is '" + how + "', expected none, add, mul, max or min");
    const Type of = call.input(0)->type, with = call.input(2)->type;
    if (is_real(of) != is_real(with)) throw FormatError("replaces floats by integers, or integers by floats");
    if (how != "none" && of == Type::boolean) throw FormatError("reduction '" + how + "' of bool");
    call.to.spend(element_count(call.dims(0)));
    if (how == "none" || places.empty()) replace(call, places);
    else reduce(call, how, places);
}

void scatter_nd(const Call& call) {
    const Dims& x = call.dims(0);
    const Constant& index = call.integers(1);
    if (index.dims.empty()) throw ShapeError("the indices are one number, expected rows of them");
    const auto starts = slice_starts(x, index, 0);
    Dims shape(index.dims.begin(), index.dims.end() - 1);
    shape.insert(shape.end(), x.begin() + static_cast<std::ptrdiff_t>(index.dims.back()), x.end());
    if (call.dims(2) != shape)
        throw ShapeError("updates " + to_string_dims(call.dims(2)) + ", expected " + to_string_dims(shape));
    const std::int64_t each = starts.empty() ? 0 : element_count(shape) / static_cast<std::int64_t>(starts.size());
    call.to.spend(element_count(shape));
    std::vector<std::int64_t> places;
    for (const auto start : starts)
        for (std::int64_t k = 0; k < each; ++k) places.push_back(start + k);
    scatter(call, places);
}

void scatter_elements(const Call& call) {
    const Dims& x = call.dims(0);
    const Constant& index = call.integers(1);
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    bool fits = index.dims.size() == x.size() && call.dims(2) == index.dims;
    for (std::size_t k = 0; fits && k < x.size(); ++k) fits = k == axis || index.dims[k] <= x[k];
    if (!fits)
        throw ShapeError("indices " + to_string_dims(index.dims) + " and updates " + to_string_dims(call.dims(2)) +
                         " into " + to_string_dims(x));
    scatter(call, element_places(x, index, axis));
}

}  // namespace

std::vector<Rule> scatter_rules() {
    return {
        {"ScatterND", 3, 3, {"reduction"}, scatter_nd},
        {"ScatterElements", 3, 3, {"axis", "reduction"}, scatter_elements},
    };
}

}  // namespace tercet::onnx_io
