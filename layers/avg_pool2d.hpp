/// Average pooling of [n, C, H, W]: the sum of a window's cells divided by their number (with `count_padding`, by that
/// of the padded window's).
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/pool2d_window.hpp>

namespace tercet {

/// The runs of a pooling plane as those of a one-channel convolution: one tap a window cell.
inline Conv2dSizes as_convolution(const Pool2dSizes& p, const Pool2dWindow& window) {
    return {window.geometry, 1, 1, p.h, p.w, 1, p.out_h, p.out_w, window.kernel_h, window.kernel_w};
}

/// The number that each window of a plane divides by.
template <Context C>
Storage<C> divisors(const Pool2dSizes& p) {
    require_memory(static_cast<std::size_t>(p.windows()), bytes_of_scalar<C>, "the sizes of its windows");
    Storage<C> d(static_cast<std::size_t>(p.windows()));
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = C::ratio(p.divisor(static_cast<std::int64_t>(i)), 1);
    return d;
}

/// What an average pooling of planes [h, w] needs to know, made once.
template <FieldContext C>
struct AvgPool2dSizes {
    Conv2dSizes taps;
    Storage<C> sizes;

    AvgPool2dSizes(std::int64_t h, std::int64_t w, const Pool2dWindow& window)
        : AvgPool2dSizes(Pool2dSizes::make("avg_pool2d", h, w, window), window) {}
    AvgPool2dSizes(const Pool2dSizes& p, const Pool2dWindow& window)
        : taps(as_convolution(p, window)), sizes(divisors<C>(p)) {}
};

/// avg_pool2d into y, which has the size of the result.
template <FieldContext C>
void avg_pool2d_into(const View<C, 4>& x, const AvgPool2dSizes<C>& p, Storage<C>& y) {
    const std::int64_t count = p.taps.positions();
    set_to_zero<C>(y);
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        for_each_tap_run(p.taps, 0, [&](std::int64_t, std::int64_t first, std::int64_t at, std::int64_t n) {
            const Run<C> to{&y, plane * count + first, 1};
            accumulate<C>(
                n, ConstRun<C>{x.data, x.offset + plane * p.taps.in_h * p.taps.in_w + at, p.taps.geometry.stride_w},
                to);
        });
        const Run<C> means{&y, plane * count, 1};
        elementwise<C>(Binary::divide, count, means, ConstRun<C>{&p.sizes, 0, 1}, means);
    }
}

/// X [n, C, H, W] -> [n, C, outH, outW], the mean of each window: its cells added in row-major order, then divided.
template <FieldContext C>
Tensor<C, dyn, dyn, dyn, dyn> avg_pool2d(const View<C, 4>& x, const Pool2dWindow& window) {
    const AvgPool2dSizes<C> p(x.dims[2], x.dims[3], window);
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], x.dims[1], p.taps.out_h, p.taps.out_w});
    avg_pool2d_into<C>(x, p, y.storage());
    return y;
}

/// The cotangent of avg_pool2d's input: g / size to every cell of the window.
template <FieldContext C>
Tensor<C, dyn, dyn, dyn, dyn> avg_pool2d_vjp(const Extents<4>& input, const View<C, 4>& g, const Pool2dWindow& window) {
    const auto p = Pool2dSizes::make("avg_pool2d", input[2], input[3], window);
    if (g.dims != Extents<4>{input[0], input[1], p.out_h, p.out_w})
        throw ShapeError("avg_pool2d pullback: input " + to_string_dims(input) + ", cotangent " +
                         to_string_dims(g.dims));
    const auto conv = as_convolution(p, window);
    const Storage<C> sizes = divisors<C>(p);
    const std::int64_t count = p.out_h * p.out_w;
    Tensor<C, dyn, dyn, dyn, dyn> dx(input);
    Storage<C> parts(static_cast<std::size_t>(count));
    for (std::int64_t plane = 0; plane < input[0] * input[1]; ++plane) {
        elementwise<C>(Binary::divide, count, ConstRun<C>{g.data, g.offset + plane * count, 1},
                       ConstRun<C>{&sizes, 0, 1}, Run<C>{&parts, 0, 1});
        for_each_tap_run(conv, 0, [&](std::int64_t, std::int64_t first, std::int64_t at, std::int64_t n) {
            const Run<C> to{&dx.storage(), plane * p.h * p.w + at, window.geometry.stride_w};
            accumulate<C>(n, ConstRun<C>{&parts, first, 1}, to);
        });
    }
    return dx;
}

}  // namespace tercet
