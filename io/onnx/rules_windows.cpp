/// Convolutions over one, two or three axes after batch and channel, and their transposes, as those over two.
///
/// One axis gets a height of 1. Of three, a convolution gathers the depths that each of its windows reads as channels; a
/// transposed one sums the slices that each depth of the output gets.
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/windows.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

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

/// Along one axis the taps write (in - 1) stride + reach cells; the output has `out` of them, from `before` on, and
/// zeros where there is none.
struct Cells {
    std::int64_t before, out, cut_before, cut_after, computed, zeros_before, zeros_after;

    /// The operator leaves fewer zeros at the end than the stride by itself.
    Cells(std::int64_t written, std::int64_t from, std::int64_t count, std::int64_t stride)
        : before(from),
          out(count),
          cut_before(std::max<std::int64_t>(from, 0)),
          cut_after(std::max<std::int64_t>(written - from - count, 0)),
          computed(written - cut_before - cut_after),
          zeros_before(std::max<std::int64_t>(-from, 0)),
          zeros_after(std::max<std::int64_t>(from + count - written, 0)) {
        if (zeros_before > 0 || zeros_after >= stride) return;
        computed += zeros_after;
        zeros_after = 0;
    }
};

/// total = (in - 1) stride + output_padding + reach - out cells are cut off, the half of them (rounded down) before and
/// the rest after, or with SAME_LOWER, and with an output_shape without SAME_UPPER, the other way around. SAME without
/// an output_shape makes out = in stride. Where total is negative zeros are added: for SAME as the formula says, on
/// both sides, else at the end.
Cells cells_of(const Call& call, const Side& s, std::int64_t in, std::int64_t extra, const std::int64_t* wanted,
               const std::string& mode) {
    const std::int64_t written = (in - 1) * s.stride + s.reach(), all = written + extra;
    const bool same = mode.starts_with("SAME");
    if (!wanted && !same) return {written, s.before, all - s.before - s.after, s.stride};
    const std::int64_t out = wanted ? *wanted : in * s.stride, total = all - out;
    if (total > largest_step)
        throw UnsupportedOp("an output of " + std::to_string(out) + " cells, " + std::to_string(all) +
                            " without padding");
    if (total < 0 && !same) return {written, 0, out, s.stride};
    const std::int64_t half = total >= 0 ? total / 2 : -((1 - total) / 2);
    if (total < 0)
        call.to.model.notes.push_back("node '" + call.node.name + "' (ConvTranspose): auto_pad " + mode + " makes " +
                                      std::to_string(out) + " cells of " + std::to_string(all) +
                                      "; zeros are added on both sides, as the standard's formula says; ONNX Runtime "
                                      "adds them at the end, or not");
    return {written, mode == "SAME_UPPER" ? half : total - half, out, s.stride};
}

/// Over three axes the depth is a sum of slices, the other two are the operator's.
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
    for (const auto n : wanted)
        if (n < 1 || n > largest_tensor)
            throw ShapeError("output_shape has " + std::to_string(n) + ", expected 1 to " +
                             std::to_string(largest_tensor));
    const int groups = groups_of(call);
    std::vector<Side> sides;
    std::vector<Cells> cells;
    for (std::size_t k = 0; k < axes; ++k) {
        const Side s{static_cast<int>(window[k]), static_cast<int>(stride[k]), static_cast<int>(dilation[k]),
                     static_cast<int>(pads[k]), static_cast<int>(pads[k + axes])};
        const Cells a = cells_of(call, s, x[k + 2], extra[k], wanted.empty() ? nullptr : &wanted[k], mode);
        if (a.out < 1 || a.computed < 1)
            throw ShapeError("an output of " + std::to_string(a.out < 1 ? a.out : a.computed) + " cells along axis " +
                             std::to_string(k + 2));
        sides.push_back(
            {s.kernel, s.stride, s.dilation, static_cast<int>(a.cut_before), static_cast<int>(a.cut_after)});
        cells.push_back(a);
    }
    const Cells whole{1, 0, 1, 1}, &rows = axes == 1 ? whole : cells[axes - 2], &columns = cells.back();
    const Dims stored = call.dims(1);
    const bool volume = axes == 3;
    const Dims kernel = volume ? Dims{stored[0], stored[1] * stored[2], stored[3], stored[4]} : with_height(stored);
    const Dims flat = volume ? Dims{x[0] * x[2], x[1], x[3], x[4]} : with_height(x);
    checked_count({flat[0], kernel[1] * groups, rows.out, columns.out});
    expect_moderate({flat[2], flat[3]}, kernel);
    const Term slices =
        volume ? call.reshaped(c.transposed(call.real(0), {0, 2, 1, 3, 4}, "/slices"), flat, "/2d", "Reshape")
               : image(call, flat);
    const bool zeros = rows.zeros_before + rows.zeros_after + columns.zeros_before + columns.zeros_after > 0;
    const bool bias_last = call.has_input(2) && (volume || zeros);  // zeros get it too
    std::vector<Term> operands{slices, call.shaped(call.real(1), kernel, "/kernel")};
    if (call.has_input(2) && !bias_last) operands.push_back(call.real(2));
    const bool only = axes == 2 && !zeros;
    Term y = call.add(op::ConvTranspose{plane(sides), groups, rows.computed, columns.computed}, std::move(operands), {},
                      only ? "" : "/conv");
    if (only) return call.result(y);
    if (zeros) {
        Tables tables = call.tables(y->dims);
        call.to.spend(rows.out);
        call.to.spend(columns.out);
        pad(tables[2], rows.zeros_before, rows.zeros_after, Padding::constant);
        pad(tables[3], columns.zeros_before, columns.zeros_after, Padding::constant);
        y = call.moved(tables, y, {}, axes == 2 && !bias_last ? "" : "/zeros", "Pad");
    }
    const std::int64_t m = stored[1] * groups;
    const auto with_bias = [&](const Term& of) {
        if (!bias_last) return call.result(of);
        const Dims channel = volume ? Dims{m, 1, 1, 1} : axes == 2 ? Dims{m, 1, 1} : Dims{m, 1};
        call.result(c.plus(of, call.reshaped(call.real(2), channel, "/bias", "Reshape")));
    };
    if (axes == 2) return with_bias(y);
    if (axes == 1)
        return with_bias(call.reshaped(y, {y->dims[0], y->dims[1], y->dims[3]}, bias_last ? "/line" : "", "Reshape"));
    // of each input depth the parts [m, kd]: output depth o gets that of every tap k of the depth (o + before - k
    // dilation) / stride
    const std::int64_t area = rows.out * columns.out, depth = cells[0].out;
    Term sum;
    for (std::int64_t k = 0; k < sides[0].kernel; ++k) {
        Moved part{{x[0], m, depth, rows.out, columns.out}, {}};
        call.to.spend(checked_count(part.dims));
        for (std::int64_t n = 0; n < x[0]; ++n)
            for (std::int64_t channel = 0; channel < m; ++channel)
                for (std::int64_t o = 0; o < depth; ++o) {
                    const std::int64_t at = o + cells[0].before - k * sides[0].dilation, d = at / sides[0].stride;
                    const bool read = at >= 0 && at % sides[0].stride == 0 && d < x[2];
                    const std::int64_t from = (((n * x[2] + d) * m + channel) * sides[0].kernel + k) * area;
                    part.elements.append(read ? op::Rearrange::Stretch{0, from, 1, area}
                                              : op::Rearrange::Stretch{-1, 0, 0, area});
                }
        const Term tap = call.moved(std::move(part), {y}, {}, "/depth" + std::to_string(k), "Gather");
        sum = sum ? c.plus(sum, tap, "/sum" + std::to_string(k)) : tap;
    }
    with_bias(sum);
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
    };
}

}  // namespace tercet::onnx_io
