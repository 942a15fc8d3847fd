/// MaxPool2d and AvgPool2d over windows of [n, C, H, W]; padding cells never win a maximum.
///
/// Max: the first maximum in row-major order gets the cotangent, overlapping windows accumulate in row-major output order. Over intervals cell c can
/// win iff no earlier cell is certainly >= it and no later cell is certainly > it; a certain winner gets g, a possible one hull(0, g).
/// Average: the sum of the window's cells divided by their number (with `count_padding`, by the number of cells of the padded window).
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/pullback.hpp>



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

    static Pool2dPlan make(const char* layer, std::int64_t h, std::int64_t w, const Pool2dWindow& p) {
        const Geometry2d& g = p.geometry;
        const auto out = window_counts(layer, h, w, p.kernel_h, p.kernel_w, g);
        Pool2dPlan plan{h, w, out[0], out[1], {}};
        if (p.ceil_mode) {
            plan.out_h += runs_over(h, p.kernel_h, g.stride_h, g.pad_top, g.pad_bottom, g.dilation_h);
            plan.out_w += runs_over(w, p.kernel_w, g.stride_w, g.pad_left, g.pad_right, g.dilation_w);
        }
        for (std::int64_t i = 0; i < plan.out_h; ++i)
            for (std::int64_t j = 0; j < plan.out_w; ++j) {
                Pool2dCells c{{}, 0};
                for (int di = 0; di < p.kernel_h; ++di)
                    for (int dj = 0; dj < p.kernel_w; ++dj) {
                        const std::int64_t y = i * g.stride_h + di * g.dilation_h - g.pad_top, x = j * g.stride_w + dj * g.dilation_w - g.pad_left;
                        const bool inside = y >= 0 && y < h && x >= 0 && x < w;
                        const bool padded = y >= -g.pad_top && y < h + g.pad_bottom && x >= -g.pad_left && x < w + g.pad_right;
                        if (inside) c.cells.push_back(y * w + x);
                        if (p.count_padding ? padded : inside) ++c.divisor;
                    }
                if (c.cells.empty()) throw ShapeError(std::string(layer) + ": window (" + std::to_string(i) + ", " + std::to_string(j) + ") lies wholly in the padding");
                plan.windows.push_back(std::move(c));
            }
        return plan;
    }

private:
    static std::int64_t runs_over(std::int64_t in, int kernel, int stride, int before, int after, int dilation) {
        const std::int64_t rest = in + before + after - dilation * (kernel - 1) - 1, n = rest / stride + 1;
        return rest % stride != 0 && n * stride < in + before ? 1 : 0;
    }
};

/// X [n, C, H, W] -> [n, C, outH, outW], the largest cell of each window.
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d(const View<C, 4>& x, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("max_pool2d", x.dims[2], x.dims[3], window);
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], x.dims[1], p.out_h, p.out_w});
    std::int64_t to = 0;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        for (const auto& window_cells : p.windows) {
            Scalar<C> largest = in[window_cells.cells[0]];
            for (std::size_t k = 1; k < window_cells.cells.size(); ++k) largest = C::max(largest, in[window_cells.cells[k]]);
            y[to++] = largest;
        }
    }
    return y;
}

/// Whether cell k of a window can be the first maximum: see the head of this file.
template <Context C>
Truth wins(const ConstRun<C>& in, const std::vector<std::int64_t>& cells, std::size_t k) {
    Truth t = Truth::yes;
    for (std::size_t e = 0; e < cells.size() && possibly(t); ++e) {
        if (e < k) t = t & C::less(in[cells[e]], in[cells[k]]);
        else if (e > k) t = t & !C::less(in[cells[k]], in[cells[e]]);
    }
    return t;
}

/// The cotangent of max_pool2d's input.
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d_vjp(const View<C, 4>& x, const View<C, 4>& g, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("max_pool2d", x.dims[2], x.dims[3], window);
    if (g.dims != Extents<4>{x.dims[0], x.dims[1], p.out_h, p.out_w}) throw ShapeError("max_pool2d pullback: input " + to_string_dims(x.dims) + ", cotangent " + to_string_dims(g.dims));
    Tensor<C, dyn, dyn, dyn, dyn> dx(x.dims);
    const auto hull_with_zero = [](const Scalar<C>& v) -> Scalar<C> {
        if constexpr (EnclosingContext<C>) return C::hull(zero<C>(), v);
        else return C::indicator(Truth::unknown) * v;
    };
    std::int64_t from = 0;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        const ConstRun<C> cotangent{g.data, g.offset, 1};
        for (const auto& window_cells : p.windows) {
            const auto& cells = window_cells.cells;
            const auto add = [&](std::size_t k, const Scalar<C>& part) {
                auto&& to = dx[plane * p.h * p.w + cells[k]];
                if (to == zero<C>()) to = part;  // windows that do not overlap: nothing to add
                else to = to + part;
            };
            if constexpr (C::claim == Claim::enclosing) {
                for (std::size_t k = 0; k < cells.size(); ++k)
                    if (const Truth t = wins<C>(in, cells, k); certainly(t)) add(k, cotangent[from]);
                    else if (possibly(t)) add(k, hull_with_zero(cotangent[from]));
            } else {
                std::size_t winner = 0;
                for (std::size_t k = 1; k < cells.size(); ++k)
                    if (certainly(C::less(in[cells[winner]], in[cells[k]]))) winner = k;
                add(winner, cotangent[from]);
            }
            ++from;
        }
    }
    return dx;
}

/// The runs of a pooling plane as those of a one-channel convolution: one tap a window cell.
inline Conv2dPlan as_convolution(const Pool2dPlan& p, const Pool2dWindow& window) {
    return {window.geometry, 1, 1, p.h, p.w, 1, p.out_h, p.out_w, window.kernel_h, window.kernel_w};
}

/// The number that each window of a plane divides by.
template <Context C>
Storage<C> divisors(const Pool2dPlan& p) {
    Storage<C> d(p.windows.size());
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = C::ratio(p.windows[i].divisor, 1);
    return d;
}

/// X [n, C, H, W] -> [n, C, outH, outW], the mean of each window: its cells added in row-major order, then divided.
template <FieldContext C>
Tensor<C, dyn, dyn, dyn, dyn> avg_pool2d(const View<C, 4>& x, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("avg_pool2d", x.dims[2], x.dims[3], window);
    const auto conv = as_convolution(p, window);
    const Storage<C> sizes = divisors<C>(p);
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], x.dims[1], p.out_h, p.out_w});
    const std::int64_t count = p.out_h * p.out_w;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        for_each_tap_run(conv, 0, [&](std::int64_t, std::int64_t first, std::int64_t at, std::int64_t n) {
            const Run<C> to{&y.storage(), plane * count + first, 1};
            elementwise<C>(Binary::add, n, to, ConstRun<C>{x.data, x.offset + plane * p.h * p.w + at, window.geometry.stride_w}, to);
        });
        const Run<C> means{&y.storage(), plane * count, 1};
        elementwise<C>(Binary::divide, count, means, ConstRun<C>{&sizes, 0, 1}, means);
    }
    return y;
}

/// The cotangent of avg_pool2d's input: g / size to every cell of the window.
template <FieldContext C>
Tensor<C, dyn, dyn, dyn, dyn> avg_pool2d_vjp(const Extents<4>& input, const View<C, 4>& g, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("avg_pool2d", input[2], input[3], window);
    if (g.dims != Extents<4>{input[0], input[1], p.out_h, p.out_w})
        throw ShapeError("avg_pool2d pullback: input " + to_string_dims(input) + ", cotangent " + to_string_dims(g.dims));
    const auto conv = as_convolution(p, window);
    const Storage<C> sizes = divisors<C>(p);
    const std::int64_t count = p.out_h * p.out_w;
    Tensor<C, dyn, dyn, dyn, dyn> dx(input);
    Storage<C> parts(static_cast<std::size_t>(count));
    for (std::int64_t plane = 0; plane < input[0] * input[1]; ++plane) {
        elementwise<C>(Binary::divide, count, ConstRun<C>{g.data, g.offset + plane * count, 1}, ConstRun<C>{&sizes, 0, 1}, Run<C>{&parts, 0, 1});
        for_each_tap_run(conv, 0, [&](std::int64_t, std::int64_t first, std::int64_t at, std::int64_t n) {
            const Run<C> to{&dx.storage(), plane * p.h * p.w + at, window.geometry.stride_w};
            elementwise<C>(Binary::add, n, to, ConstRun<C>{&parts, first, 1}, to);
        });
    }
    return dx;
}

namespace detail {
template <int H, Pool2dWindow P>
inline constexpr int pool_h = static_window_count<H, P.kernel_h, P.geometry.stride_h, P.geometry.pad_top + P.geometry.pad_bottom, P.geometry.dilation_h>();
template <int W, Pool2dWindow P>
inline constexpr int pool_w = static_window_count<W, P.kernel_w, P.geometry.stride_w, P.geometry.pad_left + P.geometry.pad_right, P.geometry.dilation_w>();
}  // namespace detail

template <Context C, Pool2dWindow P>
struct MaxPool2d {
    static_assert(!P.ceil_mode, "a layer's pooling rounds its output size down; ceil_mode is for loaded graphs");
    using Context = C;
    template <class D>
    using with = MaxPool2d<D, P>;
    using Gradient = MaxPool2d<Gradients<C>, P>;
    static constexpr Pool2dWindow window = P;
    static constexpr auto members() { return std::tuple{}; }

    template <int Ch, int H, int W>
    Tensor<C, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>> operator()(const Tensor<C, Ch, H, W>& x) const {
        auto y = max_pool2d<C>(as_batch(x.view()), P);
        return {{y.dim(1), y.dim(2), y.dim(3)}, std::move(y.storage())};
    }
    template <int N, int Ch, int H, int W>
    Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>> operator()(const Tensor<C, N, Ch, H, W>& x) const {
        return Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>(max_pool2d<C>(x.view(), P));
    }
    template <int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, Ch, H, W>> vjp(const Tensor<C, Ch, H, W>& x, const Tensor<C, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>& g) const {
        auto dx = max_pool2d_vjp<C>(as_batch(x.view()), as_batch(g.view()), P);
        return {{}, {x.dims(), std::move(dx.storage())}};
    }
    template <int N, int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, N, Ch, H, W>> vjp(const Tensor<C, N, Ch, H, W>& x,
                                                   const Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>& g) const {
        return {{}, Tensor<C, N, Ch, H, W>(max_pool2d_vjp<C>(x.view(), g.view(), P))};
    }
};

template <Context C, Pool2dWindow P>
struct AvgPool2d {
    static_assert(!P.ceil_mode, "a layer's pooling rounds its output size down; ceil_mode is for loaded graphs");
    using Context = C;
    template <class D>
    using with = AvgPool2d<D, P>;
    using Gradient = AvgPool2d<Gradients<C>, P>;
    static constexpr Pool2dWindow window = P;
    static constexpr auto members() { return std::tuple{}; }

    template <int Ch, int H, int W>
    Tensor<C, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>> operator()(const Tensor<C, Ch, H, W>& x) const {
        auto y = avg_pool2d<C>(as_batch(x.view()), P);
        return {{y.dim(1), y.dim(2), y.dim(3)}, std::move(y.storage())};
    }
    template <int N, int Ch, int H, int W>
    Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>> operator()(const Tensor<C, N, Ch, H, W>& x) const {
        return Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>(avg_pool2d<C>(x.view(), P));
    }
    template <int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, Ch, H, W>> vjp(const Tensor<C, Ch, H, W>& x, const Tensor<C, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>& g) const {
        auto dx = avg_pool2d_vjp<C>(as_batch(x.view()).dims, as_batch(g.view()), P);
        return {{}, {x.dims(), std::move(dx.storage())}};
    }
    template <int N, int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, N, Ch, H, W>> vjp(const Tensor<C, N, Ch, H, W>& x,
                                                   const Tensor<C, N, Ch, detail::pool_h<H, P>, detail::pool_w<W, P>>& g) const {
        return {{}, Tensor<C, N, Ch, H, W>(avg_pool2d_vjp<C>(x.dims(), g.view(), P))};
    }
};

}  // namespace tercet
