/// Pools over one, two or three axes after batch and channel, as those over two.
///
/// One axis gets a height of 1; of three, a pool is one over height and width, then one over depth: maxima and means
/// over boxes are those of maxima and means over their sides.
#include <tercet/io/onnx/ragged.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/windows.hpp>
#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/row_maximum.hpp>

#include <numeric>

namespace tercet::onnx_io {

namespace {

/// auto_pad VALID with ceil_mode 1: onnx's shape inference and ONNX Runtime round the count of windows up, as ceil_mode
/// says; the formula that the standard gives for VALID has no ceil_mode, and its reference evaluator rounds down. Where
/// the two differ the first is taken, with a note.
void note_two_readings(const Call& call, const Dims& x, const std::vector<Side>& sides) {
    bool differ = false;
    for (std::size_t k = 0; k < sides.size(); ++k)
        differ = differ || (x[k + 2] - sides[k].reach()) % sides[k].stride != 0;
    if (differ)
        call.to.model.notes.push_back(
            "node '" + call.node.name + "' (" + call.node.kind +
            "): auto_pad VALID with ceil_mode 1 has two readings; the number of windows is rounded up here, as in "
            "ONNX Runtime; the standard's formula for VALID rounds it down");
}

Pool1d axis_of(std::int64_t n, const Side& s) { return {n, s.kernel, s.stride, s.before, s.after, s.dilation}; }

/// Windows along an axis, a last one that runs over the end among them if `ceil`.
std::int64_t window_count(std::int64_t n, const Side& s, bool ceil) {
    const std::int64_t count = windows(n, s);
    return ceil ? count + axis_of(n, s).runs_over() : count;
}

/// Where the maximum of each window of x [n, c, d, h, w] stands, counted in the whole of x row by row (or with d, h, w
/// the other way around). The place in a window's row of cells chooses the
/// cell's number: sum_k [place = k] number_k.
Term places_over_volume(const Call& call, const std::vector<Side>& sides, bool ceil, bool columns) {
    const Compose c{call};
    const Dims x = call.dims(0);
    std::vector<std::vector<std::vector<std::int64_t>>> cells(3);  // of each axis, of each window
    Dims shape{x[0], x[1]};
    for (std::size_t k = 0; k < 3; ++k) {
        const Pool1d axis = axis_of(x[k + 2], sides[k]);
        shape.push_back(window_count(x[k + 2], sides[k], ceil));
        call.to.spend(shape.back() * sides[k].kernel);
        for (std::int64_t i = 0; i < shape.back(); ++i) {
            auto& inside = cells[k].emplace_back();
            const auto taps = axis.inside(i);
            for (std::int64_t t = taps[0]; t < taps[1]; ++t) inside.push_back(axis.start(i) + t * axis.dilation);
        }
    }
    std::vector<RaggedRow> rows;
    std::vector<std::vector<double>> numbers;  // of each cell of each row
    call.to.spend(checked_count(shape));
    for (std::int64_t plane = 0; plane < x[0] * x[1]; ++plane)
        for (const auto& deep : cells[0])
            for (const auto& down : cells[1])
                for (const auto& across : cells[2]) {
                    const std::int64_t first = plane * x[2] * x[3] * x[4];
                    RaggedRow& row = rows.emplace_back();
                    auto& places = numbers.emplace_back();
                    call.to.spend(static_cast<std::int64_t>(deep.size() * down.size() * across.size()));
                    for (const auto d : deep)
                        for (const auto h : down)
                            for (const auto w : across) {
                                const std::int64_t at = first + (d * x[3] + h) * x[4] + w,
                                                   by_columns = first + (w * x[3] + h) * x[2] + d;
                                row.push_back({0, at, 0, 1});
                                places.push_back(static_cast<double>(columns ? by_columns : at));
                            }
                    if (row.empty()) throw ShapeError("a window lies wholly in the padding");
                }
    const auto place = [&](const Term& matrix, const std::vector<std::size_t>& which, const std::string& suffix) {
        const std::int64_t count = matrix->dims[0], length = matrix->dims[1];
        const Term at = call.reshaped(call.add(op::RowArgMaximum{1, false}, {matrix}, {}, suffix + "/place", "ArgMax"),
                                      {count, 1}, suffix + "/column", "Reshape");
        std::vector<double> order(static_cast<std::size_t>(length)), table;
        std::iota(order.begin(), order.end(), 0.0);
        for (const std::size_t i : which) table.insert(table.end(), numbers[i].begin(), numbers[i].end());
        const Term hit = call.add(op::Compare{op::Compare::Relation::equal},
                                  {at, call.typed(at->type, call.stored(suffix + ".order", {1, length}, order))}, {},
                                  suffix + "/is", "Equal");
        const Term number =
            c.times(hit, call.stored(suffix + ".numbers", {count, length}, std::move(table)), suffix + "/number");
        return c.sum(number, {1}, false, false, suffix, "ReduceSum");
    };
    return call.typed(Type::int64, reduced_rows(call, {call.real(0)}, rows, shape, place, "/places"));
}

/// Pool over height and width, then over the depth.
template <class Pool>
void pool(const Call& call) {
    const Dims x = call.dims(0);
    window_axes(x);
    if (!call.node.has("kernel_shape")) throw FormatError("has no kernel_shape");
    const auto sides = sides_of(call, x, numbers(call, "kernel_shape", window_axes(x), 1, 1));
    const bool ceil = call.node.integer("ceil_mode", 0) != 0, count = call.node.integer("count_include_pad", 0) != 0;
    if (ceil && call.node.get<std::string>("auto_pad", "NOTSET") == "VALID") note_two_readings(call, x, sides);
    const Dims size = kernel_plane(sides);
    const Pool flat{{static_cast<int>(size[0]), static_cast<int>(size[1]), plane(sides), ceil, count}};
    if (std::same_as<Pool, op::MaxPool> && call.node.outputs.size() > 1 && !call.node.outputs[1].empty()) {
        const bool columns = call.node.integer("storage_order", 0) != 0;
        if (x.size() == 5) {
            call.result(places_over_volume(call, sides, ceil, columns), 1);
        } else {
            const Term at = call.add(Type::int64, op::MaxPoolPlaces{flat.window, columns && x.size() == 4},
                                     {image(call, with_height(x), "/of_places")}, {}, "/places");
            Dims shape = at->dims;
            if (x.size() == 3) shape.erase(shape.begin() + 2);
            call.result(shape == at->dims ? at : call.reshaped(at, shape, "/places1d", "Reshape"), 1);
        }
    }
    if (x.size() == 4) return call.result(call.add(flat, {image(call, x)}));
    if (x.size() == 3) {
        const Term y = call.add(flat, {image(call, with_height(x))}, {}, "/pool");
        return call.result(call.reshaped(y, {y->dims[0], y->dims[1], y->dims[3]}, "", "Reshape"));
    }
    const Term planes = call.add(flat, {image(call, {x[0], x[1] * x[2], x[3], x[4]})}, {}, "/planes");
    const Dims p = planes->dims;
    const Side d = sides[0];
    const Pool deep{{d.kernel, 1, {d.stride, 1, d.before, 0, d.after, 0, d.dilation, 1}, ceil, count}};
    const Term y =
        call.add(deep, {call.reshaped(planes, {x[0], x[1], x[2], p[2] * p[3]}, "/depths", "Reshape")}, {}, "/depth");
    call.result(call.reshaped(y, {x[0], x[1], y->dims[2], p[2], p[3]}, "", "Reshape"));
}

/// The exponent p of a norm: 1 or 2; a number in opset 1.
std::int64_t norm_of(const Call& call) {
    const auto other = [](const std::string& p) {
        return UnsupportedOp("p is " + p + "; tercet reads norms of p 1 and 2");
    };
    if (call.opset() < 2) {
        const double p = call.node.real("p", 2);
        if (p != 1 && p != 2) throw other(std::to_string(p));
        return static_cast<std::int64_t>(p);
    }
    const std::int64_t p = call.node.integer("p", 2);
    if (p != 1 && p != 2) throw other(std::to_string(p));
    return p;
}

/// |x|^p, and of a sum of those its root.
Term powered(const Call& call, std::int64_t p) {
    const Compose c{call};
    return p == 1 ? c.apply(op::Abs{}, call.real(0), "/abs", "Abs") : c.square(call.real(0), "/square");
}
Term rooted(const Call& call, std::int64_t p, const Term& sum) {
    return p == 1 ? sum : Compose{call}.apply(op::Sqrt{}, sum, "", "Sqrt");
}

/// (sum |x|^p)^(1/p) over windows: the sum is a convolution of each channel with ones, over height and width, then over
/// the depth. A window that runs over the end reads zeros there.
void lp_pool(const Call& call) {
    const Dims x = call.dims(0);
    window_axes(x);
    if (!call.node.has("kernel_shape")) throw FormatError("has no kernel_shape");
    auto sides = sides_of(call, x, numbers(call, "kernel_shape", window_axes(x), 1, 1));
    const bool ceil = call.node.integer("ceil_mode", 0) != 0;
    if (ceil && call.node.get<std::string>("auto_pad", "NOTSET") == "VALID") note_two_readings(call, x, sides);
    const std::int64_t p = norm_of(call), planes = x[0] * x[1];
    Dims shape{x[0], x[1]};
    for (std::size_t k = 0; k < sides.size(); ++k) {
        Side& s = sides[k];
        shape.push_back(window_count(x[k + 2], s, ceil));
        const std::int64_t over = (shape.back() - 1) * s.stride + s.reach() - x[k + 2] - s.before;
        s.after = static_cast<int>(std::max<std::int64_t>(s.after, over));
    }
    const bool volume = x.size() == 5;
    const auto ones = [&](const char* suffix, std::int64_t rows, std::int64_t columns) {
        call.to.spend(rows * columns);
        return call.stored(suffix, {1, 1, rows, columns},
                           std::vector<double>(static_cast<std::size_t>(rows * columns), 1));
    };
    const auto sums = [&](const Term& image, const Geometry2d& geometry, std::int64_t rows, std::int64_t columns,
                          const char* suffix) {
        const Dims& d = image->dims;
        expect_moderate(window_counts("pool", d[2], d[3], rows, columns, geometry), {1, 1, rows, columns});
        return call.add(op::Conv{geometry, 1}, {image, ones((std::string(".") + (suffix + 1)).c_str(), rows, columns)},
                        {}, suffix, "Conv");
    };
    const Dims window = kernel_plane(sides), flat = with_height(volume ? Dims{x[0], x[1], x[3], x[4]} : x);
    Term y = call.reshaped(powered(call, p), {planes * (volume ? x[2] : 1), 1, flat[2], flat[3]}, "/planes", "Reshape");
    y = sums(y, plane(sides), window[0], window[1], "/sum");
    if (volume) {
        const Side d = sides[0];
        y = call.reshaped(y, {planes, 1, x[2], shape[3] * shape[4]}, "/depths", "Reshape");
        y = sums(y, {d.stride, 1, d.before, 0, d.after, 0, d.dilation, 1}, d.kernel, 1, "/depth");
    }
    y = call.reshaped(y, shape, p == 1 ? "" : "/shaped", "Reshape");
    call.result(rooted(call, p, y));
}

void global_lp_pool(const Call& call) {
    const Dims& x = call.dims(0);
    if (x.size() < 3) throw ShapeError("input " + to_string_dims(x) + " has no axes after batch and channel");
    std::vector<int> axes = all_axes(x.size());
    axes.erase(axes.begin(), axes.begin() + 2);
    const std::int64_t p = norm_of(call);
    call.result(
        rooted(call, p, Compose{call}.sum(powered(call, p), axes, true, false, p == 1 ? "" : "/sum", "ReduceSum")));
}

}  // namespace

std::vector<Rule> pool_rules() {
    return {
        {"MaxPool",
         1,
         1,
         {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"},
         pool<op::MaxPool>},
        {"AveragePool",
         1,
         1,
         {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"},
         pool<op::AveragePool>},
        {"LpPool", 1, 1, {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "p", "pads", "strides"}, lp_pool},
        {"GlobalLpPool", 1, 1, {"p"}, global_lp_pool},
    };
}

}  // namespace tercet::onnx_io
