/// Where a window of a convolution or pooling stands: stride, padding and dilation of two axes, and the output size
/// formula.
#pragma once

#include <tercet/core/shape.hpp>

#include <string>

namespace tercet {

/// A structural type: a value of it can be a template argument.
struct Geometry2d {
    int stride_h = 1, stride_w = 1;
    int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
    int dilation_h = 1, dilation_w = 1;

    /// The same stride and padding on both axes and all sides.
    static constexpr Geometry2d same(int stride, int padding) {
        return {stride, stride, padding, padding, padding, padding, 1, 1};
    }

    friend constexpr bool operator==(const Geometry2d&, const Geometry2d&) = default;
};

/// Is there at least one window? All sizes known.
constexpr bool window_fits(std::int64_t in, std::int64_t kernel, int stride, int pad, int dilation) {
    return kernel > 0 && stride > 0 && dilation > 0 && in + pad >= dilation * (kernel - 1) + 1;
}

/// floor((in + pad - dilation (kernel - 1) - 1) / stride) + 1, where pad is both sides together; 0 where no window
/// fits.
constexpr std::int64_t window_count(std::int64_t in, std::int64_t kernel, int stride, int pad, int dilation) {
    return window_fits(in, kernel, stride, pad, dilation) ? (in + pad - dilation * (kernel - 1) - 1) / stride + 1 : 0;
}

/// The same for template arguments, where a dimension may be dyn. No error here: this stands in signatures, and clang
/// substitutes those of overloads that it then rejects (a batch [n, C, H, W] against [C, H, W]). The chosen function
/// calls expect_window.
template <int In, int Kernel, int Stride, int Pad, int Dilation>
consteval int static_window_count() {
    return In == dyn || Kernel == dyn ? dyn : static_cast<int>(window_count(In, Kernel, Stride, Pad, Dilation));
}

template <int OutH, int OutW>
consteval void expect_window() {
    static_assert(OutH != 0 && OutW != 0,
                  "the window does not fit: kernel larger than the padded input, or stride or dilation 0");
}

/// Output height and width at run time. Throws ShapeError with the numbers where no window fits.
inline Extents<2> window_counts(const char* layer, std::int64_t h, std::int64_t w, std::int64_t kernel_h,
                                std::int64_t kernel_w, const Geometry2d& g) {
    if (!window_fits(h, kernel_h, g.stride_h, g.pad_top + g.pad_bottom, g.dilation_h) ||
        !window_fits(w, kernel_w, g.stride_w, g.pad_left + g.pad_right, g.dilation_w) || g.pad_top < 0 ||
        g.pad_left < 0 || g.pad_bottom < 0 || g.pad_right < 0)
        throw ShapeError(std::string(layer) + ": a " + std::to_string(kernel_h) + "x" + std::to_string(kernel_w) +
                         " window with stride " + std::to_string(g.stride_h) + "," + std::to_string(g.stride_w) +
                         ", dilation " + std::to_string(g.dilation_h) + "," + std::to_string(g.dilation_w) +
                         " and padding " + std::to_string(g.pad_top) + "," + std::to_string(g.pad_left) + "," +
                         std::to_string(g.pad_bottom) + "," + std::to_string(g.pad_right) + " does not fit in " +
                         std::to_string(h) + "x" + std::to_string(w));
    return {window_count(h, kernel_h, g.stride_h, g.pad_top + g.pad_bottom, g.dilation_h),
            window_count(w, kernel_w, g.stride_w, g.pad_left + g.pad_right, g.dilation_w)};
}

}  // namespace tercet
