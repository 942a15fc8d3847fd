#include <tercet/io/onnx/windows.hpp>

#include <algorithm>

namespace tercet::onnx_io {

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

Term image(const Call& call, const Dims& shape, const char* suffix) {
    const Term& x = call.real(0);
    if (x->dims == shape && !x->constant) return x;
    return call.reshaped(x, shape, suffix, "Reshape");
}

void expect_moderate(const std::array<std::int64_t, 2>& out, const Dims& kernel) {
    double cells = static_cast<double>(kernel[1]);
    for (const auto n : {out[0], out[1], kernel[2], kernel[3]}) cells *= static_cast<double>(n);
    if (cells > static_cast<double>(largest_tensor))
        throw UnsupportedOp(std::to_string(out[0]) + "x" + std::to_string(out[1]) + " windows of " +
                            std::to_string(kernel[1]) + "x" + std::to_string(kernel[2]) + "x" +
                            std::to_string(kernel[3]) + " cells are more than 2^28 cells");
}

std::int64_t windows(std::int64_t n, const Side& s) {
    const std::int64_t room = n + s.before + s.after - s.reach();
    if (room < 0)
        throw ShapeError("a window of " + std::to_string(s.reach()) + " on an axis of " + std::to_string(n) +
                         " with padding " + std::to_string(s.before) + " and " + std::to_string(s.after));
    return room / s.stride + 1;
}

}  // namespace tercet::onnx_io
