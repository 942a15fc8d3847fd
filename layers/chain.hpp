/// Chain: layers in sequence whose shapes must agree; forward, pullback, and its listing as the PyTorch modules it
/// stands for.
#pragma once

#include <tercet/layers/applied.hpp>
#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/flatten.hpp>
#include <tercet/layers/linear.hpp>
#include <tercet/layers/pool2d.hpp>
#include <tercet/layers/softmax.hpp>

#include <string>
#include <vector>

namespace tercet {

template <class... Ls>
struct Chain {
    std::tuple<Ls...> layers;

    template <class D>
    using with = Chain<typename Ls::template with<D>...>;
    using Gradient = Chain<typename Ls::Gradient...>;
    static constexpr auto members() { return std::tuple{&Chain::layers}; }

    /// l_n(.. l_2(l_1(x)))
    template <class X>
    auto operator()(const X& x) const {
        return forward<0>(x);
    }

    /// Gradients of every layer and of x, given the cotangent g of the output.
    template <class X, class G>
    Pullback<Gradient, X> vjp(const X& x, const G& g) const {
        Gradient gradient{};
        X input = backward<0>(x, g, gradient);  // fills the gradient: first
        return {std::move(gradient), std::move(input)};
    }

    /// The cotangent of x alone: what composing operators (forward, input-VJP) gives.
    template <class X, class G>
    X input_vjp(const X& x, const G& g) const {
        return vjp(x, g).input;
    }

private:
    template <std::size_t I, class X>
    auto forward(const X& x) const {
        if constexpr (I == sizeof...(Ls)) {
            return x;
        } else {
            static_assert(std::invocable<const std::tuple_element_t<I, std::tuple<Ls...>>&, const X&>,
                          "Chain: a layer's input is not the output of the layer before it; compare their shapes");
            return forward<I + 1>(std::get<I>(layers)(x));
        }
    }
    template <std::size_t I, class X, class G>
    X backward(const X& x, const G& g, Gradient& gradient) const {
        if constexpr (I == sizeof...(Ls)) {
            return X(g);
        } else {
            const auto& layer = std::get<I>(layers);
            const auto y = layer(x);
            auto p = layer.vjp(x, backward<I + 1>(y, g, gradient));
            std::get<I>(gradient.layers) = std::move(p.layer);
            return X(std::move(p.input));
        }
    }
};

template <class... Ls>
Chain(std::tuple<Ls...>) -> Chain<Ls...>;

template <class... Ls>
Chain<Ls...> chain(Ls... layers) {
    return {std::tuple<Ls...>(std::move(layers)...)};
}

namespace detail {
inline std::string pair_text(int a, int b) {
    return a == b ? std::to_string(a) : "(" + std::to_string(a) + ", " + std::to_string(b) + ")";
}
}  // namespace detail

template <class C, int I, int O>
std::string to_pytorch(const Linear<C, I, O>& l) {
    return "nn.Linear(" + std::to_string(l.weight.dim(1)) + ", " + std::to_string(l.weight.dim(0)) + ")";
}
template <class C, int I, int O, int H, int W, Geometry2d G>
std::string to_pytorch(const Conv2d<C, I, O, H, W, G>& l) {
    std::string s = "nn.Conv2d(" + std::to_string(l.kernel.dim(1)) + ", " + std::to_string(l.kernel.dim(0)) +
                    ", kernel_size=(" + std::to_string(l.kernel.dim(2)) + ", " + std::to_string(l.kernel.dim(3)) +
                    "), stride=" + detail::pair_text(G.stride_h, G.stride_w) +
                    ", padding=" + detail::pair_text(G.pad_top, G.pad_left);
    if (G.dilation_h != 1 || G.dilation_w != 1) s += ", dilation=" + detail::pair_text(G.dilation_h, G.dilation_w);
    return s + ")";
}
template <class C, Pool2dWindow P>
std::string to_pytorch(const MaxPool2d<C, P>&) {
    return "nn.MaxPool2d(kernel_size=" + detail::pair_text(P.kernel_h, P.kernel_w) +
           ", stride=" + detail::pair_text(P.geometry.stride_h, P.geometry.stride_w) + ")";
}
template <class C, Pool2dWindow P>
std::string to_pytorch(const AvgPool2d<C, P>&) {
    return "nn.AvgPool2d(kernel_size=" + detail::pair_text(P.kernel_h, P.kernel_w) +
           ", stride=" + detail::pair_text(P.geometry.stride_h, P.geometry.stride_w) + ")";
}
template <class C>
std::string to_pytorch(const Flatten<C>&) {
    return "nn.Flatten(start_dim=0)";
}
template <class C>
std::string to_pytorch(const Relu<C>&) {
    return "nn.ReLU()";
}
template <class C>
std::string to_pytorch(const LeakyRelu<C>& l) {
    return "nn.LeakyReLU(" + std::to_string(l.f.alpha) + ")";
}
template <class C>
std::string to_pytorch(const Sigmoid<C>&) {
    return "nn.Sigmoid()";
}
template <class C>
std::string to_pytorch(const Tanh<C>&) {
    return "nn.Tanh()";
}
template <class C>
std::string to_pytorch(const Softmax<C>&) {
    return "nn.Softmax(dim=-1)";
}

/// The operators of a chain, each as its PyTorch module.
template <class... Ls>
std::vector<std::string> operators(const Chain<Ls...>& c) {
    return std::apply([](const auto&... l) { return std::vector<std::string>{to_pytorch(l)...}; }, c.layers);
}

}  // namespace tercet
