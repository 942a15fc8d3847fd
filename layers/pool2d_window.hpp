/// Pooling windows over a plane: their geometry, and the cells of the image in each.
#pragma once

#include <tercet/core/geometry2d.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace tercet {

/// A pooling window. `ceil_mode` allows a last window that starts inside the image or its left padding and runs over
/// the end.
struct Pool2dWindow {
    int kernel_h, kernel_w;
    Geometry2d geometry{};
    bool ceil_mode = false;
    bool count_padding = false;

    friend constexpr bool operator==(const Pool2dWindow&, const Pool2dWindow&) = default;
};

/// One axis of a pooling: `n` cells, of which window i reads i stride + d dilation - before for d < kernel.
struct Pool1d {
    std::int64_t n, kernel, stride, before, after, dilation;

    std::int64_t start(std::int64_t i) const { return i * stride - before; }

    /// The taps d of window i that lie in [from, to): first and last + 1.
    Extents<2> taps(std::int64_t i, std::int64_t from, std::int64_t to) const {
        const auto above = [&](std::int64_t p) { return p <= 0 ? 0 : std::min((p + dilation - 1) / dilation, kernel); };
        const std::int64_t first = above(from - start(i));
        return {first, std::max(first, above(to - start(i)))};
    }
    Extents<2> inside(std::int64_t i) const { return taps(i, 0, n); }
    std::int64_t inside_count(std::int64_t i) const { return inside(i)[1] - inside(i)[0]; }
    std::int64_t padded_count(std::int64_t i) const {
        const auto t = taps(i, -before, n + after);
        return t[1] - t[0];
    }

    /// 1 where a last window starts inside the image or the padding before it and runs over the end.
    std::int64_t runs_over() const {
        const std::int64_t rest = n + before + after - dilation * (kernel - 1) - 1, count = rest / stride + 1;
        return rest % stride != 0 && count * stride < n + before ? 1 : 0;
    }

    /// The first window of `count` that reads no cell, or -1: those that start inside the image read one there, so that
    /// only the few that start in the padding need a look.
    std::int64_t empty_window(std::int64_t count) const {
        for (std::int64_t i = 0; i < count; ++i) {
            if (start(i) >= 0 && start(i) < n) i = std::min(count, (n - 1 - start(0)) / stride + 1);
            if (i < count && inside_count(i) == 0) return i;
        }
        return -1;
    }
};

/// Sizes of a pooling over a plane; no memory, whatever the sizes.
struct Pool2dSizes {
    std::int64_t h, w, out_h, out_w;
    Pool1d rows, cols;
    bool count_padding;

    std::int64_t windows() const { return out_h * out_w; }

    /// The size that an average over window k divides by.
    std::int64_t divisor(std::int64_t k) const {
        const std::int64_t i = k / out_w, j = k % out_w;
        return count_padding ? rows.padded_count(i) * cols.padded_count(j)
                             : rows.inside_count(i) * cols.inside_count(j);
    }

    static constexpr std::int64_t most_cells = std::int64_t{1} << 28;  // a file's padding must not ask for hours

    /// Throws ShapeError where no window fits, one lies wholly in the padding, or all together have more than 2^28
    /// cells.
    static Pool2dSizes make(const char* layer, std::int64_t h, std::int64_t w, const Pool2dWindow& p) {
        const Geometry2d& g = p.geometry;
        const auto out = window_counts(layer, h, w, p.kernel_h, p.kernel_w, g);
        Pool2dSizes sizes{h,
                          w,
                          out[0],
                          out[1],
                          {h, p.kernel_h, g.stride_h, g.pad_top, g.pad_bottom, g.dilation_h},
                          {w, p.kernel_w, g.stride_w, g.pad_left, g.pad_right, g.dilation_w},
                          p.count_padding};
        if (p.ceil_mode) {
            sizes.out_h += sizes.rows.runs_over();
            sizes.out_w += sizes.cols.runs_over();
        }
        if (element_count(Dims{sizes.out_h, sizes.out_w, p.kernel_h, p.kernel_w}) > most_cells)
            throw ShapeError(std::string(layer) + ": " + std::to_string(sizes.out_h * sizes.out_w) + " windows of " +
                             std::to_string(p.kernel_h) + "x" + std::to_string(p.kernel_w) +
                             " cells are more than 2^28 cells");
        const std::int64_t row = sizes.rows.empty_window(sizes.out_h), col = sizes.cols.empty_window(sizes.out_w);
        if (row >= 0 || col >= 0)  // the first in row-major order
            throw ShapeError(std::string(layer) + ": window (" + std::to_string(col < 0 ? row : 0) + ", " +
                             std::to_string(row == 0 || col < 0 ? 0 : col) + ") lies wholly in the padding");
        return sizes;
    }
};

/// The cells of all windows inside the image, as flat positions of the plane, window after window, each in row-major
/// order.
class Pool2dCells {
public:
    /// Throws LimitError where 8 bytes a cell do not fit into the memory budget.
    explicit Pool2dCells(const Pool2dSizes& p) : sizes(p) {
        std::int64_t high = 0, wide = 0;
        bool alike = true;
        for (std::int64_t i = 0; i < p.out_h; ++i) {
            high += p.rows.inside_count(i);
            alike = alike && p.rows.inside_count(i) == p.rows.inside_count(0);
        }
        for (std::int64_t j = 0; j < p.out_w; ++j) {
            wide += p.cols.inside_count(j);
            alike = alike && p.cols.inside_count(j) == p.cols.inside_count(0);
        }
        const auto numbers = static_cast<std::size_t>(high * wide + (alike ? 0 : p.windows() + 1));
        require_memory(numbers, sizeof(std::int64_t), "the cells of its windows");
        cells_.reserve(static_cast<std::size_t>(high * wide));
        if (alike) each_ = p.windows() == 0 ? 0 : high * wide / p.windows();
        else first_.reserve(static_cast<std::size_t>(p.windows()) + 1);
        for (std::int64_t i = 0; i < p.out_h; ++i)
            for (std::int64_t j = 0; j < p.out_w; ++j) {
                if (!alike) first_.push_back(static_cast<std::int64_t>(cells_.size()));
                const auto down = p.rows.inside(i), across = p.cols.inside(j);
                for (std::int64_t di = down[0]; di < down[1]; ++di)
                    for (std::int64_t dj = across[0]; dj < across[1]; ++dj)
                        cells_.push_back((p.rows.start(i) + di * p.rows.dilation) * p.w + p.cols.start(j) +
                                         dj * p.cols.dilation);
            }
        if (!alike) first_.push_back(static_cast<std::int64_t>(cells_.size()));
    }

    Pool2dSizes sizes;

    /// The number of cells of every window, where all have as many; else 0.
    std::int64_t cells_of_each() const { return each_; }
    const std::int64_t* data() const { return cells_.data(); }
    std::span<const std::int64_t> operator[](std::int64_t k) const {
        const std::int64_t first = each_ ? k * each_ : first_[static_cast<std::size_t>(k)],
                           end = each_ ? first + each_ : first_[static_cast<std::size_t>(k) + 1];
        return {cells_.data() + first, static_cast<std::size_t>(end - first)};
    }

private:
    std::vector<std::int64_t> cells_, first_;
    std::int64_t each_ = 0;
};

}  // namespace tercet
