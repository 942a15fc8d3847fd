#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>

namespace tercet::onnx_io {

namespace {

/// The most that a stride, pad, dilation or kernel size may be: products of two fit in an int.
constexpr std::int64_t largest_step = 32767;

/// One number for each of the axes after batch and channel, of which there are one or two; with one, `neutral` stands for the height.
std::vector<int> per_axis(const Call& call, const char* key, std::size_t count, std::size_t axes, std::int64_t least, std::int64_t neutral,
                          std::int64_t otherwise) {
    std::vector<std::int64_t> given = call.node.get<std::vector<std::int64_t>>(key, std::vector<std::int64_t>(count, otherwise));
    if (given.size() != count)
        throw ShapeError(std::string(key) + " has " + std::to_string(given.size()) + " numbers, expected " + std::to_string(count));
    std::vector<int> numbers;
    for (std::size_t i = 0; i < count; ++i) {
        if (given[i] < least || given[i] > largest_step)
            throw ShapeError(std::string(key) + " has " + std::to_string(given[i]) + ", expected " + std::to_string(least) + " to " +
                             std::to_string(largest_step));
        if (axes == 1) numbers.push_back(static_cast<int>(neutral));
        numbers.push_back(static_cast<int>(given[i]));
    }
    return numbers;
}

/// Padding for ceil(in / stride) windows, the odd cell at the end (or at the start).
std::pair<int, int> same_padding(std::int64_t in, std::int64_t kernel, int stride, int dilation, bool odd_at_end) {
    const std::int64_t out = (in + stride - 1) / stride,
                       total = std::max<std::int64_t>((out - 1) * stride + dilation * (kernel - 1) + 1 - in, 0);
    const int less = static_cast<int>(total / 2), more = static_cast<int>(total - total / 2);
    return odd_at_end ? std::pair{less, more} : std::pair{more, less};
}

/// Stride, padding and dilation; x [n, c, h, w] and the kernel's size are those of the two-dimensional form.
Geometry2d geometry(const Call& call, const Dims& x, std::int64_t kernel_h, std::int64_t kernel_w, std::size_t axes) {
    const auto stride = per_axis(call, "strides", axes, axes, 1, 1, 1), dilation = per_axis(call, "dilations", axes, axes, 1, 1, 1);
    const auto pads = per_axis(call, "pads", 2 * axes, axes, 0, 0, 0);  // top, left, bottom, right
    Geometry2d g{stride[0], stride[1], pads[0], pads[1], pads[2], pads[3], dilation[0], dilation[1]};
    const auto mode = call.node.get<std::string>("auto_pad", "NOTSET");
    if (mode == "NOTSET") return g;
    if (mode != "VALID" && mode != "SAME_UPPER" && mode != "SAME_LOWER") throw FormatError("auto_pad is '" + mode + "'");
    if (g.pad_top || g.pad_left || g.pad_bottom || g.pad_right) throw FormatError("has both pads and auto_pad '" + mode + "'");
    if (mode == "VALID") return g;
    std::tie(g.pad_top, g.pad_bottom) = same_padding(x[2], kernel_h, g.stride_h, g.dilation_h, mode == "SAME_UPPER");
    std::tie(g.pad_left, g.pad_right) = same_padding(x[3], kernel_w, g.stride_w, g.dilation_w, mode == "SAME_UPPER");
    return g;
}

/// How many axes come after batch and channel: one or two. With one, a height of 1 is put in front of it.
std::size_t window_axes(const Dims& x) {
    if (x.size() != 3 && x.size() != 4)
        throw UnsupportedOp("input of shape " + to_string_dims(x) + ": windows over one or two axes are supported");
    return x.size() - 2;
}

Dims with_height(Dims d) {
    if (d.size() == 3) d.insert(d.begin() + 2, 1);
    return d;
}

/// Input 0 as a computed value [n, c, h, w]: windows do not read parameters.
int image(const Call& call) {
    const int x = call.operand(0);
    const bool constant = call.to.model.network.graph.nodes[static_cast<std::size_t>(x)].op.is<op::Parameter>();
    return constant || call.dims(0).size() == 3 ? call.add(op::Reshape{}, {x}, with_height(call.dims(0)), "/2d", "Reshape") : x;
}

void image_result(const Call& call, int y) {
    Dims d = call.to.model.network.graph.nodes[static_cast<std::size_t>(y)].shape;
    if (call.dims(0).size() == 3) {
        d.erase(d.begin() + 2);
        y = call.add(op::Reshape{}, {y}, d, "/1d", "Reshape");
    }
    call.result(y);
}

/// Windows times the cells of each, which a convolution may write down as columns; poolings count theirs in Pool2dPlan.
void expect_moderate(const Dims& x, const Dims& kernel, const Geometry2d& g) {
    const auto out = window_counts("conv2d", x[2], x[3], kernel[2], kernel[3], g);
    double cells = static_cast<double>(kernel[1]);
    for (const auto n : {out[0], out[1], kernel[2], kernel[3]}) cells *= static_cast<double>(n);
    if (cells > static_cast<double>(largest_tensor))
        throw UnsupportedOp(std::to_string(out[0]) + "x" + std::to_string(out[1]) + " windows of " + std::to_string(kernel[1]) + "x" +
                            std::to_string(kernel[2]) + "x" + std::to_string(kernel[3]) + " cells are more than 2^28 cells");
}

void conv(const Call& call) {
    const Dims x = with_height(call.dims(0)), stored = call.dims(1), kernel = with_height(stored);
    const std::size_t axes = window_axes(call.dims(0));
    if (stored.size() != call.dims(0).size())
        throw ShapeError("weight " + to_string_dims(stored) + " for input " + to_string_dims(call.dims(0)));
    for (const auto d : kernel)
        if (d < 1) throw ShapeError("weight " + to_string_dims(stored) + " has no elements");
    if (kernel[2] > largest_step || kernel[3] > largest_step)
        throw UnsupportedOp("weight " + to_string_dims(stored) + ": a window beyond 32767");
    const Dims window(stored.begin() + 2, stored.end());
    if (call.node.get<Dims>("kernel_shape", window) != window)
        throw ShapeError("kernel_shape is " + to_string_dims(call.node.get<Dims>("kernel_shape", window)) + ", the weight is " +
                         to_string_dims(stored));
    const std::int64_t groups = call.node.integer("group", 1);
    if (groups < 1 || groups > kernel[0]) throw ShapeError("group is " + std::to_string(groups) + " for weight " + to_string_dims(stored));
    const Geometry2d g = geometry(call, x, kernel[2], kernel[3], axes);
    expect_moderate(x, kernel, g);
    std::vector<int> parents{image(call), call.shaped(1, kernel)};
    if (call.has_input(2)) parents.push_back(call.operand(2));
    image_result(call, call.add(op::Conv{g, static_cast<int>(groups)}, std::move(parents)));
}

/// auto_pad VALID with ceil_mode 1: onnx's shape inference and ONNX Runtime round the count of windows up, as ceil_mode says; the formula
/// that the standard gives for VALID has no ceil_mode, and its reference evaluator rounds down. Where the two differ the first is taken,
/// with a note.
void note_two_readings(const Call& call, const Dims& x, const std::vector<int>& size, const Geometry2d& g) {
    const auto leftover = [](std::int64_t n, int kernel, int stride, int dilation) {
        return (n - (static_cast<std::int64_t>(kernel - 1) * dilation + 1)) % stride != 0;
    };
    if (leftover(x[2], size[0], g.stride_h, g.dilation_h) || leftover(x[3], size[1], g.stride_w, g.dilation_w))
        call.to.model.notes.push_back(
            "node '" + call.node.name + "' (" + call.node.kind +
            "): auto_pad VALID with ceil_mode 1 has two readings; the number of windows is rounded up here, as in "
            "ONNX Runtime; the standard's formula for VALID rounds it down");
}

Pool2dWindow pool_window(const Call& call) {
    const Dims x = with_height(call.dims(0));
    const std::size_t axes = window_axes(call.dims(0));
    if (!call.node.has("kernel_shape")) throw FormatError("has no kernel_shape");
    const auto size = per_axis(call, "kernel_shape", axes, axes, 1, 1, 1);
    const Geometry2d g = geometry(call, x, size[0], size[1], axes);
    const bool ceil = call.node.integer("ceil_mode", 0) != 0;
    if (ceil && call.node.get<std::string>("auto_pad", "NOTSET") == "VALID") note_two_readings(call, x, size, g);
    return {size[0], size[1], g, ceil, call.node.integer("count_include_pad", 0) != 0};
}

void max_pool(const Call& call) {
    const op::MaxPool pool{pool_window(call)};
    image_result(call, call.add(pool, {image(call)}));
}

void average_pool(const Call& call) {
    const op::AveragePool pool{pool_window(call)};
    image_result(call, call.add(pool, {image(call)}));
}

void global_average_pool(const Call& call) {
    Dims shape = call.dims(0);
    if (shape.size() < 3) throw ShapeError("input " + to_string_dims(shape) + " has no axes after batch and channel");
    std::vector<int> axes;
    for (std::size_t k = 2; k < shape.size(); ++k) {
        axes.push_back(static_cast<int>(k));
        shape[k] = 1;
    }
    call.result(call.add(op::Reduce{std::move(axes), true}, {call.operand(0)}, shape));
}

/// With the stored mean and variance. Opset 6 says so by is_test, opset 14 and later by training_mode 0.
void batch_normalization(const Call& call) {
    const OnnxNode& n = call.node;
    if (n.integer("training_mode", 0) != 0 || (call.to.model.opset < 7 && n.integer("is_test", 0) == 0))
        throw UnsupportedOp("is in training mode; only inference is supported");
    if (n.integer("spatial", 1) == 0) throw UnsupportedOp("spatial is 0: statistics for each element are not supported");
    const double epsilon = n.real("epsilon", 1e-5f);
    if (epsilon < 0) throw FormatError("epsilon is negative");
    std::vector<int> parents;
    for (std::size_t i = 0; i < 5; ++i) parents.push_back(call.operand(i));
    call.result(call.add(op::BatchNormalization{epsilon}, std::move(parents)));
}

}  // namespace

std::vector<Rule> window_rules() {
    return {
        {"Conv", 2, 3, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"}, conv},
        {"MaxPool", 1, 1, {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"}, max_pool},
        {"AveragePool", 1, 1, {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"}, average_pool},
        {"GlobalAveragePool", 1, 1, {}, global_average_pool},
        {"BatchNormalization", 5, 5, {"epsilon", "is_test", "momentum", "spatial", "training_mode"}, batch_normalization},
    };
}

}  // namespace tercet::onnx_io
