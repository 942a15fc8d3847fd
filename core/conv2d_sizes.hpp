/// The sizes of a convolution, and which image cells each tap of its kernel reads.
#pragma once

#include <tercet/core/geometry2d.hpp>
#include <tercet/core/view.hpp>

#include <algorithm>
#include <vector>

namespace tercet {

/// The sizes of one convolution, checked once.
struct Conv2dSizes {
    Geometry2d geometry;
    std::int64_t groups, in_c, in_h, in_w, out_c, out_h, out_w, kernel_h, kernel_w;

    std::int64_t group_in() const { return in_c / groups; }
    std::int64_t group_out() const { return out_c / groups; }
    std::int64_t taps() const { return group_in() * kernel_h * kernel_w; }
    std::int64_t positions() const { return out_h * out_w; }

    /// Throws ShapeError where channels, groups or windows do not fit.
    static Conv2dSizes make(const Extents<3>& image, const Extents<4>& kernel, const Geometry2d& geometry,
                            std::int64_t groups) {
        if (groups < 1 || kernel[0] % groups != 0 || kernel[1] * groups != image[0])
            throw ShapeError("conv2d: weight " + to_string_dims(kernel) + " with " + std::to_string(groups) +
                             " group(s) needs " + std::to_string(kernel[1] * groups) + " input channels, got " +
                             std::to_string(image[0]));
        const auto out = window_counts("conv2d", image[1], image[2], kernel[2], kernel[3], geometry);
        return {geometry, groups, image[0], image[1], image[2], kernel[0], out[0], out[1], kernel[2], kernel[3]};
    }

    /// Throws ShapeError where a cotangent of n images does not have the output's shape.
    void expect_cotangent(const Extents<4>& g, std::int64_t n) const {
        const Extents<4> want{n, out_c, out_h, out_w};
        if (g != want)
            throw ShapeError("conv2d pullback: output " + to_string_dims(want) + ", cotangent " + to_string_dims(g));
    }
};

/// Throws ShapeError where images x [n, inC, H, W] do not fit the sizes, or the results, from y_offset on, do not fit y
/// or overlap x.
template <class C>
void expect_convolution(const View<C, 4>& x, const Conv2dSizes& p, const Storage<C>& y, std::int64_t y_offset) {
    const Extents<4> want{x.dims[0], p.in_c, p.in_h, p.in_w};
    const std::int64_t size = element_count(Extents<4>{x.dims[0], p.out_c, p.out_h, p.out_w});
    if (x.dims != want)
        throw ShapeError("conv2d: expected images " + to_string_dims(want) + ", got " + to_string_dims(x.dims));
    if (y_offset < 0 || y_offset + size > static_cast<std::int64_t>(y.size()))
        throw ShapeError("conv2d: " + std::to_string(size) + " results from element " + std::to_string(y_offset) +
                         " do not fit " + std::to_string(y.size()) + " elements");
    if (static_cast<const void*>(x.data) == static_cast<const void*>(&y) && y_offset < x.offset + x.size() &&
        x.offset < y_offset + size)
        throw ShapeError("conv2d: the results at element " + std::to_string(y_offset) +
                         " overlap the images at element " + std::to_string(x.offset));
}

/// The output positions j in [first, last) whose input coordinate j stride + shift lies in [0, size).
struct TapRange {
    std::int64_t first, last;

    static TapRange inside(std::int64_t outputs, std::int64_t size, std::int64_t stride, std::int64_t shift) {
        const std::int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        const std::int64_t last = shift >= size ? 0 : std::min(outputs, (size - 1 - shift) / stride + 1);
        return {first, std::max(first, last)};
    }
};

/// f(tap, column of the first position, image offset of the first position, count): for each tap and output row, the
/// run of positions that read inside the image; image offsets advance by stride_w.
template <class F>
void for_each_tap_run(const Conv2dSizes& p, std::int64_t group, F f) {
    const Geometry2d& g = p.geometry;
    std::int64_t tap = 0;
    for (std::int64_t c = 0; c < p.group_in(); ++c)
        for (std::int64_t di = 0; di < p.kernel_h; ++di)
            for (std::int64_t dj = 0; dj < p.kernel_w; ++dj, ++tap) {
                const std::int64_t shift_h = di * g.dilation_h - g.pad_top, shift_w = dj * g.dilation_w - g.pad_left;
                const TapRange rows = TapRange::inside(p.out_h, p.in_h, g.stride_h, shift_h);
                const TapRange cols = TapRange::inside(p.out_w, p.in_w, g.stride_w, shift_w);
                if (cols.first == cols.last) continue;
                for (std::int64_t i = rows.first; i < rows.last; ++i)
                    f(tap, i * p.out_w + cols.first,
                      ((group * p.group_in() + c) * p.in_h + i * g.stride_h + shift_h) * p.in_w +
                          cols.first * g.stride_w + shift_w,
                      cols.last - cols.first);
            }
}

/// The image cell that each element of columns [taps, positions] of group 0 is, -1 in the padding.
inline std::vector<std::int64_t> tap_cells(const Conv2dSizes& p) {
    std::vector<std::int64_t> cells(static_cast<std::size_t>(p.taps() * p.positions()), -1);
    for_each_tap_run(p, 0, [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
        for (std::int64_t k = 0; k < count; ++k)
            cells[static_cast<std::size_t>(tap * p.positions() + column + k)] = at + k * p.geometry.stride_w;
    });
    return cells;
}

}  // namespace tercet
