/// Conv2d: y[oc,i,j] = (sum over ic, di, dj of xhat[ic, i s + di d - p, j s + dj d - p] K[oc,ic,di,dj]) + b[oc],
/// cross-correlation, xhat 0 in the padding.
///
/// K [outC, inC/groups, kH, kW]; output channels of group q read input channels of group q. Every image is one matrix
/// product K [outC/groups, T] x columns [T, P] with T = inC/groups kH kW taps and P output positions, folds in the
/// order ic, di, dj; the bias is added last. Given g: dK = g columns^T (a fold over i, j), db = sum over i, j, dx =
/// scatter of g K in the order oc, i, j. A batch sums over its images in order.
#pragma once

#include <tercet/layers/conv2d_columns.hpp>

namespace tercet {

/// The kernel of one group as a matrix [outC/groups, taps].
template <class K>
ConstMatrix<K> kernel_matrix(const View<K, 4>& kernel, const Conv2dSizes& p, std::int64_t group) {
    return {kernel.data, kernel.offset + group * p.group_out() * p.taps(), p.group_out(), p.taps(), p.taps(), 1};
}

/// The weights of each group as C packs them.
template <hook::PacksWeights C>
std::vector<typename C::Packed> pack_kernel(const View<Parameters<C>, 4>& kernel, const Conv2dSizes& p) {
    std::vector<typename C::Packed> groups;
    for (std::int64_t group = 0; group < p.groups; ++group) groups.push_back(C::pack(kernel_matrix(kernel, p, group)));
    return groups;
}

/// The convolution as products K x columns, one an image and group, with `columns` as working memory. K is over C's
/// parameters, or over C itself where the kernel is computed.
template <Context C, class K>
void convolve_columns(const View<C, 4>& x, const View<K, 4>& kernel, const Storage<C>& bias, const Conv2dSizes& p,
                      Conv2dColumns<C>& columns, Storage<C>& y) {
    for (std::int64_t n = 0; n < x.dims[0]; ++n) {
        const std::int64_t image = n * p.out_c * p.positions();
        for (std::int64_t group = 0; group < p.groups; ++group) {
            multiply<C>(kernel_matrix(kernel, p, group), columns.of(x[n], group),
                        matrix_in<C>(y, image + group * p.group_out() * p.positions(), p.group_out(), p.positions()));
        }
        for (std::int64_t oc = 0; oc < p.out_c; ++oc) {
            const Run<C> channel{&y, image + oc * p.positions(), 1};
            elementwise<C>(Binary::add, p.positions(), channel, ConstRun<C>{&bias, oc, 0}, channel);
        }
    }
}

/// X [n, inC, H, W], K [outC, inC/groups, kH, kW], b [outC] -> [n, outC, outH, outW].
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> conv2d(const View<C, 4>& x, const View<Parameters<C>, 4>& kernel,
                                     const View<Parameters<C>, 1>& bias, const Geometry2d& geometry,
                                     std::int64_t groups = 1) {
    const auto p = Conv2dSizes::make({x.dims[1], x.dims[2], x.dims[3]}, kernel.dims, geometry, groups);
    if (bias.dims[0] != p.out_c)
        throw ShapeError("conv2d: " + std::to_string(p.out_c) + " output channels, bias " + to_string_dims(bias.dims));
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], p.out_c, p.out_h, p.out_w});
    if constexpr (hook::PacksWeights<C>) {
        C::convolve(x, pack_kernel<C>(kernel, p), p, bias.data->data() + bias.offset, false, y.storage(), 0);
    } else {
        Conv2dColumns<C> columns(p);
        convolve_columns<C>(x, kernel, scalars_of<C>(bias), p, columns, y.storage());
    }
    return y;
}

/// dL/dK and dL/db of a batch.
template <Context C>
struct Conv2dWeightGradient {
    Tensor<C, dyn, dyn, dyn, dyn> kernel;
    Tensor<C, dyn> bias;
};

template <Context C>
Conv2dWeightGradient<C> conv2d_weight_gradient(const View<C, 4>& x, const Extents<4>& kernel, const View<C, 4>& g,
                                               const Geometry2d& geometry, std::int64_t groups = 1) {
    const auto p = Conv2dSizes::make({x.dims[1], x.dims[2], x.dims[3]}, kernel, geometry, groups);
    p.expect_cotangent(g.dims, x.dims[0]);
    Conv2dWeightGradient<C> d{Tensor<C, dyn, dyn, dyn, dyn>(kernel), Tensor<C, dyn>({p.out_c})};
    const Storage<C> ones = repeated<C>(one<C>(), p.positions());
    Storage<C> part(static_cast<std::size_t>(p.out_c * p.taps())), sums(static_cast<std::size_t>(p.out_c));
    Conv2dColumns<C> columns(p);
    for (std::int64_t n = 0; n < x.dims[0]; ++n) {
        const ConstMatrix<C> gn{g.data, g[n].offset, p.out_c, p.positions(), p.positions(), 1};
        for (std::int64_t group = 0; group < groups; ++group) {
            ConstMatrix<C> rows = gn;
            rows.rows = p.group_out();
            rows.offset += group * p.group_out() * p.positions();
            multiply<C>(rows, columns.of(x[n], group).transposed(),
                        matrix_in<C>(part, group * p.group_out() * p.taps(), p.group_out(), p.taps()));
        }
        accumulate<C>(d.kernel.size(), part, 0, d.kernel.storage(), 0);
        multiply<C>(gn, ConstMatrix<C>{&ones, 0, p.positions(), 1, 1, 1}, matrix_in<C>(sums, 0, p.out_c, 1));
        accumulate<C>(p.out_c, sums, 0, d.bias.storage(), 0);
    }
    return d;
}

/// dx[ic, i, j] = sum over oc, out_i, out_j of g[oc, out_i, out_j] K[oc, ic, di, dj] where that tap reads (i, j),
/// summed over oc first: product(group, g [outC/groups, P], columns [T, P]) is columns = K^T g.
template <Context C, class Product>
Storage<C> conv2d_input_gradient_by(const Extents<4>& input, const Conv2dSizes& p, const View<C, 4>& g,
                                    Product product) {
    p.expect_cotangent(g.dims, input[0]);
    Storage<C> dx(static_cast<std::size_t>(element_count(input)));
    Conv2dColumns<C> columns(p);
    for (std::int64_t n = 0; n < input[0]; ++n)
        for (std::int64_t group = 0; group < p.groups; ++group) {
            product(group,
                    ConstMatrix<C>{g.data, g[n].offset + group * p.group_out() * p.positions(), p.group_out(),
                                   p.positions(), p.positions(), 1},
                    columns.room());
            columns.add_to(dx, n * p.in_c * p.in_h * p.in_w, group);
        }
    return dx;
}

/// The same as a fold in the order oc, out_i, out_j where C keeps the order of sums.
template <Context C, class K>
Tensor<C, dyn, dyn, dyn, dyn> conv2d_input_gradient(const Extents<4>& input, const View<K, 4>& kernel,
                                                    const View<C, 4>& g, const Geometry2d& geometry,
                                                    std::int64_t groups = 1) {
    const auto p = Conv2dSizes::make({input[1], input[2], input[3]}, kernel.dims, geometry, groups);
    if constexpr (!keeps_order<C>)
        return {input, conv2d_input_gradient_by<C>(
                           input, p, g, [&](std::int64_t group, const ConstMatrix<C>& of, const Matrix<C>& y) {
                               multiply<C>(kernel_matrix(kernel, p, group).transposed(), of, y);
                           })};
    else {
        p.expect_cotangent(g.dims, input[0]);
        Tensor<C, dyn, dyn, dyn, dyn> dx(input);
        for (std::int64_t n = 0; n < input[0]; ++n)
            for (std::int64_t group = 0; group < groups; ++group)
                for (std::int64_t oc = group * p.group_out(); oc < (group + 1) * p.group_out(); ++oc)
                    for (std::int64_t i = 0; i < p.out_h; ++i)
                        for (std::int64_t j = 0; j < p.out_w; ++j)
                            for (std::int64_t c = 0; c < p.group_in(); ++c)
                                for (std::int64_t di = 0; di < p.kernel_h; ++di)
                                    for (std::int64_t dj = 0; dj < p.kernel_w; ++dj) {
                                        const std::int64_t h =
                                            i * geometry.stride_h + di * geometry.dilation_h - geometry.pad_top;
                                        const std::int64_t w =
                                            j * geometry.stride_w + dj * geometry.dilation_w - geometry.pad_left;
                                        if (h < 0 || h >= p.in_h || w < 0 || w >= p.in_w) continue;
                                        auto& to = dx(n, group * p.group_in() + c, h, w);
                                        to = to + product<C>(g(n, oc, i, j), as_scalar<C>(kernel(oc, c, di, dj)));
                                    }
        return dx;
    }
}

template <Context C, int InC = dyn, int OutC = dyn, int KH = dyn, int KW = dyn, Geometry2d G = Geometry2d{}>
struct Conv2d {
    Tensor<Parameters<C>, OutC, InC, KH, KW> kernel;
    Tensor<Parameters<C>, OutC> bias;

    using Context = C;
    template <class D>
    using with = Conv2d<D, InC, OutC, KH, KW, G>;
    using Gradient = Conv2d<Gradients<C>, InC, OutC, KH, KW, G>;
    static constexpr Geometry2d geometry = G;
    static constexpr auto members() { return std::tuple{&Conv2d::kernel, &Conv2d::bias}; }

    template <int H>
    static constexpr int out_h = static_window_count<H, KH, G.stride_h, G.pad_top + G.pad_bottom, G.dilation_h>();
    template <int W>
    static constexpr int out_w = static_window_count<W, KW, G.stride_w, G.pad_left + G.pad_right, G.dilation_w>();

    template <int Channels, int H, int W>
    requires(dims_compatible(Channels, InC)) Tensor<C, OutC, out_h<H>, out_w<W>>
    operator()(const Tensor<C, Channels, H, W>& x) const {
        expect_window<out_h<H>, out_w<W>>();
        auto y = conv2d<C>(as_batch(x.view()), kernel.view(), bias.view(), G);
        return Tensor<C, OutC, out_h<H>, out_w<W>>({y.dim(1), y.dim(2), y.dim(3)}, std::move(y.storage()));
    }
    template <int N, int Channels, int H, int W>
    requires(dims_compatible(Channels, InC)) Tensor<C, N, OutC, out_h<H>, out_w<W>>
    operator()(const Tensor<C, N, Channels, H, W>& x) const {
        expect_window<out_h<H>, out_w<W>>();
        return Tensor<C, N, OutC, out_h<H>, out_w<W>>(conv2d<C>(x.view(), kernel.view(), bias.view(), G));
    }

    template <int Channels, int H, int W>
    Pullback<Gradient, Tensor<C, Channels, H, W>> vjp(const Tensor<C, Channels, H, W>& x,
                                                      const Tensor<C, OutC, out_h<H>, out_w<W>>& g) const {
        expect_window<out_h<H>, out_w<W>>();
        auto dx = conv2d_input_gradient<C>(as_batch(x.view()).dims, kernel.view(), as_batch(g.view()), G);
        return {gradient(as_batch(x.view()), as_batch(g.view())),
                Tensor<C, Channels, H, W>(x.dims(), std::move(dx.storage()))};
    }
    template <int N, int Channels, int H, int W>
    Pullback<Gradient, Tensor<C, N, Channels, H, W>> vjp(const Tensor<C, N, Channels, H, W>& x,
                                                         const Tensor<C, N, OutC, out_h<H>, out_w<W>>& g) const {
        expect_window<out_h<H>, out_w<W>>();
        return {gradient(x.view(), g.view()),
                Tensor<C, N, Channels, H, W>(conv2d_input_gradient<C>(x.dims(), kernel.view(), g.view(), G))};
    }

    Gradient gradient(const View<C, 4>& x, const View<C, 4>& g) const {
        auto d = conv2d_weight_gradient<C>(x, kernel.dims(), g, G);
        return {{kernel.dims(), std::move(d.kernel.storage())}, {bias.dims(), std::move(d.bias.storage())}};
    }
};

}  // namespace tercet
