/// MaxPool2d and AvgPool2d as layers: one template, two rules.
#pragma once

#include <tercet/layers/avg_pool2d.hpp>
#include <tercet/layers/max_pool2d.hpp>

namespace tercet {

struct MaxPooling {
    template <class C>
    static auto forward(const View<C, 4>& x, const Pool2dWindow& window) {
        return max_pool2d<C>(x, window);
    }
    template <class C>
    static auto vjp(const View<C, 4>& x, const View<C, 4>& g, const Pool2dWindow& window) {
        return max_pool2d_vjp<C>(x, g, window);
    }
};

struct AveragePooling {
    template <class C>
    static auto forward(const View<C, 4>& x, const Pool2dWindow& window) {
        return avg_pool2d<C>(x, window);
    }
    template <class C>
    static auto vjp(const View<C, 4>& x, const View<C, 4>& g, const Pool2dWindow& window) {
        return avg_pool2d_vjp<C>(x.dims, g, window);
    }
};

/// x [C, H, W], or batched [n, C, H, W]; a window that does not fit a static image does not compile.
template <Context C, Pool2dWindow P, class Rule>
struct Pool2d {
    static_assert(!P.ceil_mode, "a layer's pooling rounds its output size down; ceil_mode is for loaded graphs");
    using Context = C;
    template <class D>
    using with = Pool2d<D, P, Rule>;
    using Gradient = Pool2d<Gradients<C>, P, Rule>;
    static constexpr Pool2dWindow window = P;
    static constexpr auto members() { return std::tuple{}; }

    template <int H>
    static constexpr int out_h = static_window_count<
        H, P.kernel_h, P.geometry.stride_h, P.geometry.pad_top + P.geometry.pad_bottom, P.geometry.dilation_h>();
    template <int W>
    static constexpr int out_w = static_window_count<
        W, P.kernel_w, P.geometry.stride_w, P.geometry.pad_left + P.geometry.pad_right, P.geometry.dilation_w>();

    template <int Ch, int H, int W>
    Tensor<C, Ch, out_h<H>, out_w<W>> operator()(const Tensor<C, Ch, H, W>& x) const {
        expect_window<out_h<H>, out_w<W>>();
        auto y = Rule::template forward<C>(as_batch(x.view()), P);
        return {{y.dim(1), y.dim(2), y.dim(3)}, std::move(y.storage())};
    }
    template <int N, int Ch, int H, int W>
    Tensor<C, N, Ch, out_h<H>, out_w<W>> operator()(const Tensor<C, N, Ch, H, W>& x) const {
        expect_window<out_h<H>, out_w<W>>();
        return Tensor<C, N, Ch, out_h<H>, out_w<W>>(Rule::template forward<C>(x.view(), P));
    }
    template <int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, Ch, H, W>> vjp(const Tensor<C, Ch, H, W>& x,
                                                const Tensor<C, Ch, out_h<H>, out_w<W>>& g) const {
        expect_window<out_h<H>, out_w<W>>();
        auto dx = Rule::template vjp<C>(as_batch(x.view()), as_batch(g.view()), P);
        return {{}, {x.dims(), std::move(dx.storage())}};
    }
    template <int N, int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, N, Ch, H, W>> vjp(const Tensor<C, N, Ch, H, W>& x,
                                                   const Tensor<C, N, Ch, out_h<H>, out_w<W>>& g) const {
        expect_window<out_h<H>, out_w<W>>();
        return {{}, Tensor<C, N, Ch, H, W>(Rule::template vjp<C>(x.view(), g.view(), P))};
    }
};

template <Context C, Pool2dWindow P>
using MaxPool2d = Pool2d<C, P, MaxPooling>;
template <FieldContext C, Pool2dWindow P>
using AvgPool2d = Pool2d<C, P, AveragePooling>;

}  // namespace tercet
