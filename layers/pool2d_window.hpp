/// Pooling windows over a plane: their geometry, and the cells of the image in each.
#pragma once

#include <tercet/core/geometry2d.hpp>

#include <algorithm>
#include <vector>

namespace tercet {

/// A pooling window. `ceil_mode` allows a last window that starts inside the image or its left padding and runs over the end.
struct Pool2dWindow {
    int kernel_h, kernel_w;
    Geometry2d geometry{};
    bool ceil_mode = false;
    bool count_padding = false;

    friend constexpr bool operator==(const Pool2dWindow&, const Pool2dWindow&) = default;
};

/// The cells of one window inside the image, as flat positions of the plane in row-major order, and the size that an average divides by.
struct Pool2dCells {
    std::vector<std::int64_t> cells;
    std::int64_t divisor;
};

/// Output height and width, and the cells of each window.
struct Pool2dPlan {
    std::int64_t h, w, out_h, out_w;
    std::vector<Pool2dCells> windows;
    std::vector<std::int64_t> flat;  // the cells of all windows in a row, where all have the same number; else empty

    std::int64_t cells_of_a_window() const { return windows.empty() ? 0 : static_cast<std::int64_t>(windows[0].cells.size()); }

    static constexpr std::int64_t most_cells = std::int64_t{1} << 28;  // a file's padding must not ask for hours

    static Pool2dPlan make(const char* layer, std::int64_t h, std::int64_t w, const Pool2dWindow& p) {
        const Geometry2d& g = p.geometry;
        const auto out = window_counts(layer, h, w, p.kernel_h, p.kernel_w, g);
        Pool2dPlan plan{h, w, out[0], out[1], {}, {}};
        if (p.ceil_mode) {
            plan.out_h += runs_over(h, p.kernel_h, g.stride_h, g.pad_top, g.pad_bottom, g.dilation_h);
            plan.out_w += runs_over(w, p.kernel_w, g.stride_w, g.pad_left, g.pad_right, g.dilation_w);
        }
        if (element_count(Dims{plan.out_h, plan.out_w, p.kernel_h, p.kernel_w}) > most_cells)
            throw ShapeError(std::string(layer) + ": " + std::to_string(plan.out_h * plan.out_w) + " windows of " +
                             std::to_string(p.kernel_h) + "x" + std::to_string(p.kernel_w) + " cells are more than 2^28 cells");
        plan.windows.reserve(static_cast<std::size_t>(plan.out_h * plan.out_w));
        for (std::int64_t i = 0; i < plan.out_h; ++i)
            for (std::int64_t j = 0; j < plan.out_w; ++j) {
                Pool2dCells c{{}, 0};
                c.cells.reserve(static_cast<std::size_t>(std::min(h * w, std::int64_t{p.kernel_h} * p.kernel_w)));
                for (int di = 0; di < p.kernel_h; ++di)
                    for (int dj = 0; dj < p.kernel_w; ++dj) {
                        const std::int64_t y = i * g.stride_h + di * g.dilation_h - g.pad_top,
                                           x = j * g.stride_w + dj * g.dilation_w - g.pad_left;
                        const bool inside = y >= 0 && y < h && x >= 0 && x < w;
                        const bool padded = y >= -g.pad_top && y < h + g.pad_bottom && x >= -g.pad_left && x < w + g.pad_right;
                        if (inside) c.cells.push_back(y * w + x);
                        if (p.count_padding ? padded : inside) ++c.divisor;
                    }
                if (c.cells.empty())
                    throw ShapeError(std::string(layer) + ": window (" + std::to_string(i) + ", " + std::to_string(j) +
                                     ") lies wholly in the padding");
                plan.windows.push_back(std::move(c));
            }
        const bool alike = std::all_of(plan.windows.begin(), plan.windows.end(),
                                       [&](const auto& c) { return c.cells.size() == plan.windows[0].cells.size(); });
        for (const auto& c : plan.windows)
            if (alike) plan.flat.insert(plan.flat.end(), c.cells.begin(), c.cells.end());
        return plan;
    }

    static std::int64_t runs_over(std::int64_t in, int kernel, int stride, int before, int after, int dilation) {
        const std::int64_t rest = in + before + after - dilation * (kernel - 1) - 1, n = rest / stride + 1;
        return rest % stride != 0 && n * stride < in + before ? 1 : 0;
    }
};

}  // namespace tercet
