/// Pools over one, two or three axes after batch and channel, as those over two.
///
/// One axis gets a height of 1; of three, a pool is one over height and width, then one over depth: maxima and means
/// over boxes are those of maxima and means over their sides.
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/windows.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>

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
        if (x.size() == 5) throw UnsupportedOp("places of maxima over three axes are not supported");
        const bool columns = call.node.integer("storage_order", 0) != 0;
        const Term at = call.add(Type::int64, op::MaxPoolPlaces{flat.window, columns && x.size() == 4},
                                 {image(call, with_height(x), "/of_places")}, {}, "/places");
        Dims shape = at->dims;
        if (x.size() == 3) shape.erase(shape.begin() + 2);
        call.result(shape == at->dims ? at : call.reshaped(at, shape, "/places1d", "Reshape"), 1);
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
    };
}

}  // namespace tercet::onnx_io
