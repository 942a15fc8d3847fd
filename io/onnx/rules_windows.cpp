/// Convolutions and pools over one, two or three axes after batch and channel, as those over two.
///
/// One axis gets a height of 1. Of three, a convolution gathers the depths that each of its windows reads as channels;
/// a pool is one over height and width, then one over depth: maxima and means over boxes are those of maxima and means
/// over their sides.
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include <cstdlib>

namespace tercet::onnx_io {

namespace {

/// The most that a stride, pad, dilation or kernel size may be: products of two fit in an int.
constexpr std::int64_t largest_step = 32767;

using Numbers = std::vector<std::int64_t>;

/// A window along one axis.
struct Side {
    int kernel, stride = 1, dilation = 1, before = 0, after = 0;

    std::int64_t reach() const { return static_cast<std::int64_t>(kernel - 1) * dilation + 1; }
    /// This many cells of padding in all, the odd one at the end or at the start.
    void share(std::int64_t total, bool odd_at_end) {
        const int less = static_cast<int>(total / 2), more = static_cast<int>(total - total / 2);
        before = odd_at_end ? less : more;
        after = odd_at_end ? more : less;
    }
};

/// `count` numbers of an attribute, or `otherwise` for each.
Numbers numbers(const Call& call, const char* key, std::size_t count, std::int64_t least, std::int64_t otherwise) {
    Numbers given = call.node.get<Numbers>(key, Numbers(count, otherwise));
    if (given.size() != count)
        throw ShapeError(std::string(key) + " has " + std::to_string(given.size()) + " numbers, expected " +
                         std::to_string(count));
    for (const auto x : given)
        if (x < least || x > largest_step)
            throw ShapeError(std::string(key) + " has " + std::to_string(x) + ", expected " + std::to_string(least) +
                             " to " + std::to_string(largest_step));
    return given;
}

/// How many axes come after batch and channel: one to three.
std::size_t window_axes(const Dims& x) {
    if (x.size() < 3 || x.size() > 5)
        throw UnsupportedOp("input of shape " + to_string_dims(x) +
                            ": windows over one, two or three axes are supported");
    return x.size() - 2;
}

std::string padding_of(const Call& call) {
    const auto mode = call.node.get<std::string>("auto_pad", "NOTSET");
    if (mode != "NOTSET" && mode != "VALID" && mode != "SAME_UPPER" && mode != "SAME_LOWER")
        throw FormatError("auto_pad is '" + mode + "'");
    if (mode != "NOTSET")
        for (const auto p : call.node.get<Numbers>("pads", {}))
            if (p != 0) throw FormatError("has both pads and auto_pad '" + mode + "'");
    return mode;
}

/// Stride, padding and dilation along each axis of x [n, c, ..]. SAME pads for ceil(in / stride) windows, the odd cell
/// at the end (or at the start).
std::vector<Side> sides_of(const Call& call, const Dims& x, const Numbers& kernel) {
    const std::size_t axes = window_axes(x);
    if (kernel.size() != axes)
        throw ShapeError("kernel_shape has " + std::to_string(kernel.size()) + " numbers, expected " +
                         std::to_string(axes));
    const Numbers stride = numbers(call, "strides", axes, 1, 1), dilation = numbers(call, "dilations", axes, 1, 1),
                  pads = numbers(call, "pads", 2 * axes, 0, 0);
    const std::string mode = padding_of(call);
    std::vector<Side> sides;
    for (std::size_t k = 0; k < axes; ++k) {
        Side s{static_cast<int>(kernel[k]), static_cast<int>(stride[k]), static_cast<int>(dilation[k]),
               static_cast<int>(pads[k]), static_cast<int>(pads[k + axes])};
        if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
            const std::int64_t in = x[k + 2], out = (in + s.stride - 1) / s.stride,
                               total = std::max<std::int64_t>((out - 1) * s.stride + s.reach() - in, 0);
            s.share(total, mode == "SAME_UPPER");
        }
        sides.push_back(s);
    }
    return sides;
}

/// The last two of the sides, or the only one and a height of 1.
Geometry2d plane(const std::vector<Side>& sides) {
    const Side w = sides.back(), h = sides.size() == 1 ? Side{1} : sides[sides.size() - 2];
    return {h.stride, w.stride, h.before, w.before, h.after, w.after, h.dilation, w.dilation};
}
Dims kernel_plane(const std::vector<Side>& sides) {
    return {sides.size() == 1 ? 1 : sides[sides.size() - 2].kernel, sides.back().kernel};
}

Dims with_height(Dims d) {
    if (d.size() == 3) d.insert(d.begin() + 2, 1);
    return d;
}

/// Input 0 as a computed value of this shape: windows do not read parameters.
Term image(const Call& call, const Dims& shape, const char* suffix = "/2d") {
    const Term& x = call.real(0);
    if (x->dims == shape && !x->constant) return x;
    return call.reshaped(x, shape, suffix, "Reshape");
}

/// Windows times the cells of each, which a convolution may write down as columns; poolings count theirs in
/// Pool2dSizes.
void expect_moderate(const std::array<std::int64_t, 2>& out, const Dims& kernel) {
    double cells = static_cast<double>(kernel[1]);
    for (const auto n : {out[0], out[1], kernel[2], kernel[3]}) cells *= static_cast<double>(n);
    if (cells > static_cast<double>(largest_tensor))
        throw UnsupportedOp(std::to_string(out[0]) + "x" + std::to_string(out[1]) + " windows of " +
                            std::to_string(kernel[1]) + "x" + std::to_string(kernel[2]) + "x" +
                            std::to_string(kernel[3]) + " cells are more than 2^28 cells");
}

/// How many windows a side has.
std::int64_t windows(std::int64_t n, const Side& s) {
    const std::int64_t room = n + s.before + s.after - s.reach();
    if (room < 0)
        throw ShapeError("a window of " + std::to_string(s.reach()) + " on an axis of " + std::to_string(n) +
                         " with padding " + std::to_string(s.before) + " and " + std::to_string(s.after));
    return room / s.stride + 1;
}

/// The stored kernel's sides, checked with kernel_shape.
Numbers kernel_sides(const Call& call, const Dims& x) {
    const Dims& stored = call.dims(1);
    if (stored.size() != x.size())
        throw ShapeError("weight " + to_string_dims(stored) + " for input " + to_string_dims(x));
    for (const auto d : stored)
        if (d < 1) throw ShapeError("weight " + to_string_dims(stored) + " has no elements");
    const Dims window(stored.begin() + 2, stored.end());
    for (const auto d : window)
        if (d > largest_step) throw UnsupportedOp("weight " + to_string_dims(stored) + ": a window beyond 32767");
    if (call.node.get<Dims>("kernel_shape", window) != window)
        throw ShapeError("kernel_shape is " + to_string_dims(call.node.get<Dims>("kernel_shape", window)) +
                         ", the weight is " + to_string_dims(stored));
    return window;
}

int groups_of(const Call& call) {
    const std::int64_t groups = call.node.integer("group", 1);
    if (groups < 1 || groups > call.dims(1)[0])
        throw ShapeError("group is " + std::to_string(groups) + " for weight " + to_string_dims(call.dims(1)));
    return static_cast<int>(groups);
}

/// x [n, c, d, h, w] as [n od, c kd, h, w]: for each window along the depth the depths that it reads, as channels of
/// their own.
Term depths_as_channels(const Call& call, const Dims& x, const Side& depth, std::int64_t count) {
    const std::int64_t area = x[3] * x[4], volume = x[2] * area;
    Moved m{{x[0] * count, x[1] * depth.kernel, x[3], x[4]}, {}};
    call.to.spend(checked_count(m.dims));
    for (std::int64_t n = 0; n < x[0]; ++n)
        for (std::int64_t o = 0; o < count; ++o)
            for (std::int64_t c = 0; c < x[1]; ++c)
                for (std::int64_t k = 0; k < depth.kernel; ++k) {
                    const std::int64_t d = o * depth.stride + k * depth.dilation - depth.before;
                    m.elements.append(d < 0 || d >= x[2]
                                          ? op::Rearrange::Stretch{-1, 0, 0, area}
                                          : op::Rearrange::Stretch{0, (n * x[1] + c) * volume + d * area, 1, area});
                }
    return call.moved(std::move(m), {call.real(0)}, {}, "/depths", "Gather");
}

void conv(const Call& call) {
    const Compose c{call};
    const Dims x = call.dims(0);
    window_axes(x);
    const auto sides = sides_of(call, x, kernel_sides(call, x));
    const int groups = groups_of(call);
    const Dims stored = call.dims(1);
    const bool volume = x.size() == 5;
    const Dims kernel = volume ? Dims{stored[0], stored[1] * stored[2], stored[3], stored[4]} : with_height(stored);
    const Dims flat = with_height(volume ? Dims{x[0], x[1], x[3], x[4]} : x);
    expect_moderate(window_counts("conv2d", flat[2], flat[3], kernel[2], kernel[3], plane(sides)), kernel);
    const std::int64_t depth = volume ? windows(x[2], sides[0]) : 1;
    std::vector<Term> operands{volume ? depths_as_channels(call, x, sides[0], depth) : image(call, with_height(x)),
                               call.shaped(call.real(1), kernel, "/kernel")};
    if (call.has_input(2)) operands.push_back(call.real(2));
    const bool whole = x.size() == 4;
    Term y = call.add(op::Conv{plane(sides), groups}, std::move(operands), {}, whole ? "" : "/conv");
    if (whole) return call.result(y);
    if (!volume) return call.result(call.reshaped(y, {y->dims[0], y->dims[1], y->dims[3]}, "", "Reshape"));
    const Dims d = y->dims;
    y = call.reshaped(y, {x[0], depth, d[1], d[2], d[3]}, "/slices", "Reshape");
    call.result(c.transposed(y, {0, 2, 1, 3, 4}));
}

/// Output size (in - 1) stride + reach - pads + output_padding, or output_shape, which pads are then chosen for; the
/// odd cell of those goes to the end, but for SAME_LOWER (and output_shape without SAME_UPPER: to the start).
void conv_transpose(const Call& call) {
    const Compose c{call};
    const Dims x = call.dims(0);
    window_axes(x);
    const Numbers window = kernel_sides(call, x);
    const std::size_t axes = window.size();
    const Numbers stride = numbers(call, "strides", axes, 1, 1), dilation = numbers(call, "dilations", axes, 1, 1),
                  pads = numbers(call, "pads", 2 * axes, 0, 0), extra = numbers(call, "output_padding", axes, 0, 0);
    const std::string mode = padding_of(call);
    auto wanted = call.node.get<Numbers>("output_shape", {});
    if (wanted.size() == axes + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
    if (!wanted.empty() && wanted.size() != axes)
        throw ShapeError("output_shape has " + std::to_string(wanted.size()) + " numbers");
    const int groups = groups_of(call);
    std::vector<Side> sides;
    Numbers out;
    for (std::size_t k = 0; k < axes; ++k) {
        Side s{static_cast<int>(window[k]), static_cast<int>(stride[k]), static_cast<int>(dilation[k]),
               static_cast<int>(pads[k]), static_cast<int>(pads[k + axes])};
        const std::int64_t all = (x[k + 2] - 1) * s.stride + extra[k] + s.reach();
        if (!wanted.empty() || mode.rfind("SAME", 0) == 0) {
            out.push_back(wanted.empty() ? x[k + 2] * s.stride : wanted[k]);
            const std::int64_t total =
                std::max<std::int64_t>(all - out[k], 0);  // more cells than those are added at the end
            if (total > largest_step)
                throw UnsupportedOp("an output of " + std::to_string(out[k]) + " cells, " + std::to_string(all) +
                                    " without padding");
            s.share(total, mode == "SAME_UPPER");
        } else {
            out.push_back(all - s.before - s.after);
        }
        if (out[k] < 1)
            throw ShapeError("an output of " + std::to_string(out[k]) + " cells along axis " + std::to_string(k + 2));
        sides.push_back(s);
    }
    if (axes == 1) out.insert(out.begin(), 1);
    const Dims stored = call.dims(1);
    const bool volume = axes == 3;
    const Dims kernel = volume ? Dims{stored[0], stored[1] * stored[2], stored[3], stored[4]} : with_height(stored);
    const std::int64_t out_h = out[out.size() - 2], out_w = out.back();
    const Dims flat = volume ? Dims{x[0] * x[2], x[1], x[3], x[4]} : with_height(x);
    checked_count({flat[0], kernel[1] * groups, out_h, out_w});
    expect_moderate({flat[2], flat[3]}, kernel);
    const Term slices =
        volume ? call.reshaped(c.transposed(call.real(0), {0, 2, 1, 3, 4}, "/slices"), flat, "/2d", "Reshape")
               : image(call, flat);
    std::vector<Term> operands{slices, call.shaped(call.real(1), kernel, "/kernel")};
    if (call.has_input(2) && !volume) operands.push_back(call.real(2));
    const Term y = call.add(op::ConvTranspose{plane(sides), groups, out_h, out_w}, std::move(operands), {},
                            axes == 2 ? "" : "/conv");
    if (axes == 2) return call.result(y);
    if (axes == 1) return call.result(call.reshaped(y, {y->dims[0], y->dims[1], y->dims[3]}, "", "Reshape"));
    // of each input depth the parts [m, kd]: output depth o gets that of every tap k of the depth (o + before - k
    // dilation) / stride
    const std::int64_t m = stored[1] * groups, area = out_h * out_w, depth = out[0];
    Term sum;
    for (std::int64_t k = 0; k < sides[0].kernel; ++k) {
        Moved part{{x[0], m, depth, out_h, out_w}, {}};
        call.to.spend(checked_count(part.dims));
        for (std::int64_t n = 0; n < x[0]; ++n)
            for (std::int64_t channel = 0; channel < m; ++channel)
                for (std::int64_t o = 0; o < depth; ++o) {
                    const std::int64_t at = o + sides[0].before - k * sides[0].dilation, d = at / sides[0].stride;
                    const bool read = at >= 0 && at % sides[0].stride == 0 && d < x[2];
                    const std::int64_t from = (((n * x[2] + d) * m + channel) * sides[0].kernel + k) * area;
                    part.elements.append(read ? op::Rearrange::Stretch{0, from, 1, area}
                                              : op::Rearrange::Stretch{-1, 0, 0, area});
                }
        const Term tap = call.moved(std::move(part), {y}, {}, "/depth" + std::to_string(k), "Gather");
        sum = sum ? c.plus(sum, tap, "/sum" + std::to_string(k)) : tap;
    }
    if (!call.has_input(2)) return call.result(sum);
    call.result(c.plus(sum, call.reshaped(call.real(2), {m, 1, 1, 1}, "/bias", "Reshape")));
}

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

std::vector<Rule> window_rules() {
    return {
        {"Conv", 2, 3, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"}, conv},
        {"ConvTranspose",
         2,
         3,
         {"auto_pad", "dilations", "group", "kernel_shape", "output_padding", "output_shape", "pads", "strides"},
         conv_transpose},
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
