/// Cnn2: conv, relu, pool, conv, relu, pool, flatten, head; its config and sizes, forward and backward by hand, and the
/// same as chains.
///
///     conv_out(in, k, s, p) = (in + 2p - k)/s + 1,  pool_out(in, k, s) = (in - k)/s + 1
///     h1 = conv_out(h, kh, s1, p1),  ph1 = pool_out(h1, pkh, ps1),
///     h2 = conv_out(ph1, kh, s2, p2),  ph2 = pool_out(h2, pkh, ps2)
///     features = c2 ph2 pw2, where the widths follow as the heights do
///
/// Source: TorchLean, CNN spec. There a window larger than its input still counts as one; here such a geometry does not
/// compile.
#pragma once

#include <tercet/layers/chain.hpp>

namespace tercet {

/// Sizes of a convolution and of a pooling; 0 where no window fits.
constexpr int conv_out(int in, int kernel, int stride, int padding) {
    return static_cast<int>(window_count(in, kernel, stride, 2 * padding, 1));
}
constexpr int pool_out(int in, int kernel, int stride) {
    return static_cast<int>(window_count(in, kernel, stride, 0, 1));
}

/// A structural type, so that a model's type carries it. The defaults take 1x28x28 to 7x7x64 = 3136 features.
struct CNN2Config {
    int c1 = 32, c2 = 64, out = 10;
    int kernel_h = 3, kernel_w = 3;
    int stride1 = 1, padding1 = 1, stride2 = 1, padding2 = 1;
    int pool_h = 2, pool_w = 2, pool_stride1 = 2, pool_stride2 = 2;

    /// All sizes and strides positive, paddings not negative.
    constexpr bool well_formed() const {
        for (const int n :
             {c1, c2, out, kernel_h, kernel_w, stride1, stride2, pool_h, pool_w, pool_stride1, pool_stride2})
            if (n <= 0) return false;
        return padding1 >= 0 && padding2 >= 0;
    }

    constexpr Geometry2d conv1() const { return Geometry2d::same(stride1, padding1); }
    constexpr Geometry2d conv2() const { return Geometry2d::same(stride2, padding2); }
    constexpr Pool2dWindow pool1() const { return {pool_h, pool_w, Geometry2d::same(pool_stride1, 0)}; }
    constexpr Pool2dWindow pool2() const { return {pool_h, pool_w, Geometry2d::same(pool_stride2, 0)}; }

    /// Height (or width) after the first and the second convolution and pooling.
    struct Sizes {
        int conv1, pool1, conv2, pool2;
    };
    constexpr Sizes heights(int h) const { return sizes(h, kernel_h, pool_h); }
    constexpr Sizes widths(int w) const { return sizes(w, kernel_w, pool_w); }
    constexpr int features(int h, int w) const { return c2 * heights(h).pool2 * widths(w).pool2; }

    /// Does every window fit in an image of h x w?
    constexpr bool fits(int h, int w) const { return well_formed() && features(h, w) > 0; }

    friend constexpr bool operator==(const CNN2Config&, const CNN2Config&) = default;

private:
    constexpr Sizes sizes(int in, int kernel, int pool) const {
        Sizes s{};
        s.conv1 = conv_out(in, kernel, stride1, padding1);
        s.pool1 = pool_out(s.conv1, pool, pool_stride1);
        s.conv2 = s.pool1 > 0 ? conv_out(s.pool1, kernel, stride2, padding2) : 0;
        s.pool2 = pool_out(s.conv2, pool, pool_stride2);
        return s;
    }
};

template <Context C, int InC, int H, int W, CNN2Config Config = CNN2Config{}>
struct Cnn2 {
    static_assert(Config.well_formed(),
                  "CNN2Config: channels, outputs, kernels, strides and pools must be positive, paddings not negative");
    static_assert(InC > 0 && Config.fits(H, W),
                  "Cnn2: a convolution or pooling window is larger than the image it stands on");

    Conv2d<C, InC, Config.c1, Config.kernel_h, Config.kernel_w, Config.conv1()> conv1;
    Conv2d<C, Config.c1, Config.c2, Config.kernel_h, Config.kernel_w, Config.conv2()> conv2;
    Linear<C, Config.features(H, W), Config.out> head;

    using Context = C;
    template <class D>
    using with = Cnn2<D, InC, H, W, Config>;
    using Gradient = Cnn2<Gradients<C>, InC, H, W, Config>;
    static constexpr auto members() { return std::tuple{&Cnn2::conv1, &Cnn2::conv2, &Cnn2::head}; }

    static constexpr CNN2Config config = Config;
    static constexpr int features = Config.features(H, W);

    /// x [inC, h, w] -> logits [out]
    Tensor<C, Config.out> operator()(const Tensor<C, InC, H, W>& x) const {
        return Tensor<C, Config.out>({Config.out}, std::move(run(as_batch(x.view())).logits.storage()));
    }
    /// X [n, inC, h, w] -> [n, out]; n may be 0.
    Tensor<C, dyn, Config.out> operator()(const Tensor<C, dyn, InC, H, W>& x) const { return run(x.view()).logits; }

    /// Gradients of <g, logits> with respect to every parameter and x; over a batch, sums over its images.
    Pullback<Gradient, Tensor<C, InC, H, W>> backward(const Tensor<C, InC, H, W>& x,
                                                      const Tensor<C, Config.out>& g) const {
        auto p = pull(as_batch(x.view()), as_batch(g.view()));
        return {std::move(p.layer), {x.dims(), std::move(p.input.storage())}};
    }
    Pullback<Gradient, Tensor<C, dyn, InC, H, W>> backward(const Tensor<C, dyn, InC, H, W>& x,
                                                           const Tensor<C, dyn, Config.out>& g) const {
        return pull(x.view(), g.view());
    }

private:
    /// A batch of images of one layer, the intermediate values that the backward reads, and the logits.
    using Images = Tensor<C, dyn, dyn, dyn, dyn>;
    struct Activations {
        Images z1, r1, p1, z2, r2, p2;
        Tensor<C, dyn, Config.out> logits;
    };

    Activations run(const View<C, 4>& x) const {
        Images z1 = tercet::conv2d<C>(x, conv1.kernel.view(), conv1.bias.view(), Config.conv1());
        Images r1(z1.dims(), applied<C>(unary::Relu{}, z1.storage()));
        Images p1 = max_pool2d<C>(r1.view(), Config.pool1());
        Images z2 = tercet::conv2d<C>(p1.view(), conv2.kernel.view(), conv2.bias.view(), Config.conv2());
        Images r2(z2.dims(), applied<C>(unary::Relu{}, z2.storage()));
        Images p2 = max_pool2d<C>(r2.view(), Config.pool2());
        Tensor<C, dyn, Config.out> y(
            linear<C>(reshaped<2>(p2.view(), Extents<2>{x.dims[0], features}), head.weight.view(), head.bias.view()));
        return {std::move(z1), std::move(r1), std::move(p1), std::move(z2), std::move(r2), std::move(p2), std::move(y)};
    }

    /// The rules of each layer in reverse; a ReLU gates on its pre-activation: dz = dr * relu'(z).
    Pullback<Gradient, Tensor<C, dyn, InC, H, W>> pull(const View<C, 4>& x, const View<C, 2>& g) const {
        const Activations f = run(x);
        if (g.dims != f.logits.dims())
            throw ShapeError("cnn backward: logits " + to_string_dims(f.logits.dims()) + ", cotangent " +
                             to_string_dims(g.dims));
        const View<C, 2> flat = reshaped<2>(f.p2.view(), Extents<2>{x.dims[0], features});
        auto d_head = matmul<C>(matrix(g).transposed(), matrix(flat));
        auto d_head_bias = sum_of_rows<C>(g);
        const Images d_p2(f.p2.dims(), std::move(matmul<C>(matrix(g), matrix(head.weight.view())).storage()));

        const Images d_z2 = gated(f.z2, max_pool2d_vjp<C>(f.r2.view(), d_p2.view(), Config.pool2()));
        auto d_conv2 = conv2d_weight_gradient<C>(f.p1.view(), conv2.kernel.dims(), d_z2.view(), Config.conv2());
        const Images d_p1 = conv2d_input_gradient<C>(f.p1.dims(), conv2.kernel.view(), d_z2.view(), Config.conv2());

        const Images d_z1 = gated(f.z1, max_pool2d_vjp<C>(f.r1.view(), d_p1.view(), Config.pool1()));
        auto d_conv1 = conv2d_weight_gradient<C>(x, conv1.kernel.dims(), d_z1.view(), Config.conv1());
        Images d_x = conv2d_input_gradient<C>(x.dims, conv1.kernel.view(), d_z1.view(), Config.conv1());

        return {Gradient{{{conv1.kernel.dims(), std::move(d_conv1.kernel.storage())},
                          {conv1.bias.dims(), std::move(d_conv1.bias.storage())}},
                         {{conv2.kernel.dims(), std::move(d_conv2.kernel.storage())},
                          {conv2.bias.dims(), std::move(d_conv2.bias.storage())}},
                         {{head.weight.dims(), std::move(d_head.storage())},
                          {head.bias.dims(), std::move(d_head_bias.storage())}}},
                Tensor<C, dyn, InC, H, W>(std::move(d_x))};
    }

    static Images gated(const Images& z, const Images& d_r) {
        return Images(z.dims(), applied_vjp<C>(unary::Relu{}, z.storage(), d_r.storage()));
    }
};

/// The seeds' cnn_spec: conv, pool, conv, pool, flatten, head, without ReLU.
template <class Conv1, class Pool1, class Conv2, class Pool2, class Head>
auto cnn_chain(Conv1 conv1, Pool1 pool1, Conv2 conv2, Pool2 pool2, Head head) {
    using C = typename Head::Context;
    return chain(std::move(conv1), pool1, std::move(conv2), pool2, Flatten<C>{}, std::move(head));
}

/// The seeds' cnn_with_relu_spec: the same with a ReLU after each convolution.
template <class Conv1, class Pool1, class Conv2, class Pool2, class Head>
auto cnn_with_relu_chain(Conv1 conv1, Pool1 pool1, Conv2 conv2, Pool2 pool2, Head head) {
    using C = typename Head::Context;
    return chain(std::move(conv1), Relu<C>{}, pool1, std::move(conv2), Relu<C>{}, pool2, Flatten<C>{}, std::move(head));
}

/// The operators of the model in sequence.
template <Context C, int InC, int H, int W, CNN2Config Config>
auto chain_of(const Cnn2<C, InC, H, W, Config>& m) {
    return cnn_with_relu_chain(m.conv1, MaxPool2d<C, Config.pool1()>{}, m.conv2, MaxPool2d<C, Config.pool2()>{},
                               m.head);
}

}  // namespace tercet
