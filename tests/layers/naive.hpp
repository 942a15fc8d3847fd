/// The layers' formulas as the seeds write them: one loop per index, sums as left folds from 0. The tests' first way.
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/pool2d.hpp>

#include "../laws/random_data.hpp"

namespace tercet::naive {

template <class C>
using Images = Tensor<C, dyn, dyn, dyn, dyn>;

/// y_i = (W x)_i + b_i
template <Context C>
Tensor<C, dyn> linear(const Tensor<C, dyn, dyn>& w, const Tensor<C, dyn>& b, const Tensor<C, dyn>& x) {
    Tensor<C, dyn> y({w.dim(0)});
    for (std::int64_t i = 0; i < w.dim(0); ++i) {
        Scalar<C> sum = zero<C>();
        for (std::int64_t j = 0; j < w.dim(1); ++j) sum = sum + product<C>(w(i, j), x(j));
        y[i] = sum + b[i];
    }
    return y;
}

/// dx_j = sum_i g_i W_ij
template <Context C>
Tensor<C, dyn> linear_input_gradient(const Tensor<C, dyn, dyn>& w, const Tensor<C, dyn>& g) {
    Tensor<C, dyn> dx({w.dim(1)});
    for (std::int64_t j = 0; j < w.dim(1); ++j)
        for (std::int64_t i = 0; i < w.dim(0); ++i) dx[j] = dx[j] + product<C>(g[i], w(i, j));
    return dx;
}

/// x at row i and column j of the padded plane, 0 outside.
template <Context C>
Scalar<C> padded(const Images<C>& x, std::int64_t n, std::int64_t c, std::int64_t i, std::int64_t j) {
    return i >= 0 && i < x.dim(2) && j >= 0 && j < x.dim(3) ? Scalar<C>(x(n, c, i, j)) : zero<C>();
}

/// f(n, oc, i, j, ic of the kernel, ic of the image, di, dj, row of the tap, column of the tap) over everything,
/// innermost dj.
template <class C, class F>
void for_each_tap(const Images<C>& y, const Images<C>& k, const Geometry2d& g, std::int64_t groups, F f) {
    for (std::int64_t n = 0; n < y.dim(0); ++n)
        for (std::int64_t oc = 0; oc < y.dim(1); ++oc)
            for (std::int64_t i = 0; i < y.dim(2); ++i)
                for (std::int64_t j = 0; j < y.dim(3); ++j)
                    for (std::int64_t c = 0; c < k.dim(1); ++c)
                        for (std::int64_t di = 0; di < k.dim(2); ++di)
                            for (std::int64_t dj = 0; dj < k.dim(3); ++dj)
                                f(n, oc, i, j, c, oc / (k.dim(0) / groups) * k.dim(1) + c, di, dj,
                                  i * g.stride_h + di * g.dilation_h - g.pad_top,
                                  j * g.stride_w + dj * g.dilation_w - g.pad_left);
}

template <Context C>
Images<C> conv2d(const Images<C>& x, const Images<C>& k, const Tensor<C, dyn>& b, const Geometry2d& g,
                 std::int64_t groups) {
    const std::int64_t h = x.dim(2) + g.pad_top + g.pad_bottom - g.dilation_h * (k.dim(2) - 1) - 1;
    const std::int64_t w = x.dim(3) + g.pad_left + g.pad_right - g.dilation_w * (k.dim(3) - 1) - 1;
    Images<C> y({x.dim(0), k.dim(0), h / g.stride_h + 1, w / g.stride_w + 1});
    for_each_tap(y, k, g, groups,
                 [&](auto n, auto oc, auto i, auto j, auto c, auto ic, auto di, auto dj, auto row, auto col) {
                     y(n, oc, i, j) = y(n, oc, i, j) + product<C>(padded<C>(x, n, ic, row, col), k(oc, c, di, dj));
                 });
    for (std::int64_t at = 0; at < y.size(); ++at) y[at] = y[at] + b[at / (y.dim(2) * y.dim(3)) % y.dim(1)];
    return y;
}

template <Context C>
Images<C> conv2d_kernel_gradient(const Images<C>& x, const Images<C>& k, const Images<C>& g, const Geometry2d& geometry,
                                 std::int64_t groups) {
    Images<C> total(k.dims());
    for (std::int64_t image = 0; image < x.dim(0); ++image) {
        Images<C> dk(k.dims());
        for_each_tap(g, k, geometry, groups,
                     [&](auto n, auto oc, auto i, auto j, auto c, auto ic, auto di, auto dj, auto row, auto col) {
                         if (n == image)
                             dk(oc, c, di, dj) =
                                 dk(oc, c, di, dj) + product<C>(padded<C>(x, n, ic, row, col), g(n, oc, i, j));
                     });
        for (std::int64_t i = 0; i < dk.size(); ++i) total[i] = total[i] + dk[i];
    }
    return total;
}

template <Context C>
Images<C> conv2d_input_gradient(const Extents<4>& input, const Images<C>& k, const Images<C>& g,
                                const Geometry2d& geometry, std::int64_t groups) {
    Images<C> dx(input);
    for_each_tap(g, k, geometry, groups,
                 [&](auto n, auto oc, auto i, auto j, auto c, auto ic, auto di, auto dj, auto row, auto col) {
                     if (row >= 0 && row < input[2] && col >= 0 && col < input[3])
                         dx(n, ic, row, col) = dx(n, ic, row, col) + product<C>(g(n, oc, i, j), k(oc, c, di, dj));
                 });
    return dx;
}

/// For each output cell its window: f(n, c, i, j, cells) with cells (row, column) inside the image, row-major.
template <class F>
void for_each_window(const Extents<4>& out, std::int64_t h, std::int64_t w, const Pool2dWindow& p, F f) {
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t c = 0; c < out[1]; ++c)
            for (std::int64_t i = 0; i < out[2]; ++i)
                for (std::int64_t j = 0; j < out[3]; ++j) {
                    std::vector<std::pair<std::int64_t, std::int64_t>> cells;
                    for (int di = 0; di < p.kernel_h; ++di)
                        for (int dj = 0; dj < p.kernel_w; ++dj) {
                            const std::int64_t row =
                                i * p.geometry.stride_h + di * p.geometry.dilation_h - p.geometry.pad_top;
                            const std::int64_t col =
                                j * p.geometry.stride_w + dj * p.geometry.dilation_w - p.geometry.pad_left;
                            if (row >= 0 && row < h && col >= 0 && col < w) cells.emplace_back(row, col);
                        }
                    f(n, c, i, j, cells);
                }
}

/// The first maximum wins: replaced on strict > alone.
template <Context C>
std::pair<std::int64_t, std::int64_t> winner(const Images<C>& x, std::int64_t n, std::int64_t c,
                                             const std::vector<std::pair<std::int64_t, std::int64_t>>& cells) {
    auto best = cells[0];
    for (const auto& cell : cells)
        if (certainly(C::less(x(n, c, best.first, best.second), x(n, c, cell.first, cell.second)))) best = cell;
    return best;
}

template <Context C>
Images<C> max_pool2d(const Images<C>& x, const Extents<4>& out, const Pool2dWindow& p) {
    Images<C> y(out);
    for_each_window(out, x.dim(2), x.dim(3), p, [&](auto n, auto c, auto i, auto j, const auto& cells) {
        const auto [row, col] = winner<C>(x, n, c, cells);
        y(n, c, i, j) = x(n, c, row, col);
    });
    return y;
}

template <Context C>
Images<C> max_pool2d_vjp(const Images<C>& x, const Images<C>& g, const Pool2dWindow& p) {
    Images<C> dx(x.dims());
    for_each_window(g.dims(), x.dim(2), x.dim(3), p, [&](auto n, auto c, auto i, auto j, const auto& cells) {
        const auto [row, col] = winner<C>(x, n, c, cells);
        dx(n, c, row, col) = dx(n, c, row, col) + g(n, c, i, j);
    });
    return dx;
}

}  // namespace tercet::naive
