/// Autoencoder: encode x = act(W_e x + b_e), decode h = W_d h + b_d, no output activation; forward = decode(encode x).
///
///     dH = W_d^T g,  z = W_e x + b_e,  dZ = dH * act'(z),
///     dW_e = dZ (x) x,  db_e = dZ,  dW_d = g (x) h,  db_d = g,  dx = W_e^T dZ
///
/// Source: TorchLean, autoencoder spec. There the activation is a string and any unknown one is silently the identity;
/// here it is an enum, and parsing another name is an error.
#pragma once

#include <tercet/layers/chain.hpp>

#include <string_view>

namespace tercet {

enum class Activation { relu, sigmoid, tanh, identity };

constexpr const char* to_string(Activation a) {
    switch (a) {
        case Activation::relu: return "relu";
        case Activation::sigmoid: return "sigmoid";
        case Activation::tanh: return "tanh";
        case Activation::identity: return "identity";
    }
    return "";
}

/// The activation of that name. Throws DomainError for any other.
inline Activation parse_activation(std::string_view name) {
    for (const Activation a : {Activation::relu, Activation::sigmoid, Activation::tanh, Activation::identity})
        if (name == to_string(a)) return a;
    throw DomainError("activation '" + std::string(name) + "' is not relu, sigmoid, tanh or identity");
}

namespace detail {
template <class C>
[[noreturn]] void refuse_activation(Activation a) {
    throw UnsupportedOp(std::string("autoencoder: ") + to_string(a) + " needs exp, which " + std::string(C::name) +
                        " does not have: use interval64 for certified bounds, or relu for exact results");
}
}  // namespace detail

/// act(z), element for element. Throws UnsupportedOp for sigmoid and tanh where C has no exp: the activation is known
/// only at run time.
template <Context C>
Storage<C> activate(Activation a, const Storage<C>& z) {
    switch (a) {
        case Activation::relu: return applied<C>(unary::Relu{}, z);
        case Activation::identity: return z;
        case Activation::sigmoid:
            if constexpr (ElementaryContext<C>) return applied<C>(unary::Sigmoid{}, z);
            break;
        case Activation::tanh:
            if constexpr (ElementaryContext<C>) return applied<C>(unary::Tanh{}, z);
            break;
    }
    detail::refuse_activation<C>(a);
}

/// act'(z), element for element; relu'(0) = 0. Throws as `activate`.
template <Context C>
Storage<C> activation_slope(Activation a, const Storage<C>& z) {
    switch (a) {
        case Activation::relu: return map<C>(z, [](const Scalar<C>& v) { return C::step(v); });
        case Activation::identity: return map<C>(z, [](const Scalar<C>&) { return one<C>(); });
        case Activation::sigmoid:
            if constexpr (ElementaryContext<C>)
                return map<C>(z, [](const Scalar<C>& v) { return sigmoid_slope<C>(v); });
            break;
        case Activation::tanh:
            if constexpr (ElementaryContext<C>) return map<C>(z, [](const Scalar<C>& v) { return tanh_slope<C>(v); });
            break;
    }
    detail::refuse_activation<C>(a);
}

/// The activation as a layer of a chain.
template <Context C>
struct Activate {
    Activation activation = Activation::relu;

    using Context = C;
    template <class D>
    using with = Activate<D>;
    using Gradient = Activate<Gradients<C>>;
    static constexpr auto members() { return std::tuple{&Activate::activation}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        return {x.dims(), activate<C>(activation, x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {
            {activation},
            {x.dims(), elementwise<C>(Binary::multiply, g.storage(), activation_slope<C>(activation, x.storage()))}};
    }
};

template <class C>
std::string to_pytorch(const Activate<C>& l) {
    switch (l.activation) {
        case Activation::relu: return to_pytorch(Relu<C>{});
        case Activation::sigmoid: return to_pytorch(Sigmoid<C>{});
        case Activation::tanh: return to_pytorch(Tanh<C>{});
        case Activation::identity: return "nn.Identity()";
    }
    return "";
}

template <Context C, int In = dyn, int Hidden = dyn>
struct Autoencoder {
    Tensor<Parameters<C>, Hidden, In> encoder_weights;
    Tensor<Parameters<C>, Hidden> encoder_bias;
    Tensor<Parameters<C>, In, Hidden> decoder_weights;
    Tensor<Parameters<C>, In> decoder_bias;
    Activation activation = Activation::relu;

    using Context = C;
    template <class D>
    using with = Autoencoder<D, In, Hidden>;
    using Gradient = Autoencoder<Gradients<C>, In, Hidden>;
    static constexpr auto members() {
        return std::tuple{&Autoencoder::encoder_weights, &Autoencoder::encoder_bias, &Autoencoder::decoder_weights,
                          &Autoencoder::decoder_bias, &Autoencoder::activation};
    }

    /// X [n, in] -> [n, hidden], and back; n may be 0. Throws ShapeError, and UnsupportedOp as `activate`.
    Tensor<C, dyn, Hidden> encode(const Tensor<C, dyn, In>& x) const {
        auto z = linear<C>(x.view(), encoder_weights.view(), encoder_bias.view());
        return Tensor<C, dyn, Hidden>(z.dims(), activate<C>(activation, z.storage()));
    }
    Tensor<C, dyn, In> decode(const Tensor<C, dyn, Hidden>& h) const {
        return Tensor<C, dyn, In>(linear<C>(h.view(), decoder_weights.view(), decoder_bias.view()));
    }
    Tensor<C, dyn, In> operator()(const Tensor<C, dyn, In>& x) const { return decode(encode(x)); }

    /// x [in] -> [hidden], and back.
    Tensor<C, Hidden> encode(const Tensor<C, In>& x) const {
        auto z = linear<C>(as_batch(x.view()), encoder_weights.view(), encoder_bias.view());
        return Tensor<C, Hidden>({z.dim(1)}, activate<C>(activation, z.storage()));
    }
    Tensor<C, In> decode(const Tensor<C, Hidden>& h) const {
        auto y = linear<C>(as_batch(h.view()), decoder_weights.view(), decoder_bias.view());
        return Tensor<C, In>({y.dim(1)}, std::move(y.storage()));
    }
    Tensor<C, In> operator()(const Tensor<C, In>& x) const { return decode(encode(x)); }

    /// Gradients of <g, xhat> with respect to every parameter and x, for a cotangent g [in].
    Pullback<Gradient, Tensor<C, In>> backward(const Tensor<C, In>& x, const Tensor<C, In>& g) const {
        const auto z = linear<C>(as_batch(x.view()), encoder_weights.view(), encoder_bias.view());
        const Tensor<C, Hidden> h({z.dim(1)}, activate<C>(activation, z.storage()));
        if (g.dim(0) != decoder_weights.dim(0))
            throw ShapeError("autoencoder backward: " + std::to_string(decoder_weights.dim(0)) +
                             " outputs, cotangent " + to_string_dims(g.dims()));

        const auto d_h = matmul<C>(row_matrix(g.view()), matrix(decoder_weights.view()));
        const Tensor<C, Hidden> d_z(
            {z.dim(1)}, elementwise<C>(Binary::multiply, d_h.storage(), activation_slope<C>(activation, z.storage())));

        auto d_encoder = outer<C>(d_z.view(), x.view());
        auto d_decoder = outer<C>(g.view(), h.view());
        auto d_x = matmul<C>(row_matrix(d_z.view()), matrix(encoder_weights.view()));

        return {Gradient{{encoder_weights.dims(), std::move(d_encoder.storage())},
                         {encoder_bias.dims(), d_z.storage()},
                         {decoder_weights.dims(), std::move(d_decoder.storage())},
                         {decoder_bias.dims(), g.storage()},
                         activation},
                Tensor<C, In>(x.dims(), std::move(d_x.storage()))};
    }

    /// (sum_i (x_i - xhat_i)^2) / in, a left fold from 0. Throws DomainError for in = 0.
    Scalar<C> reconstruction_error(const Tensor<C, In>& x) const requires FieldContext<C> {
        if (x.dim(0) == 0) throw DomainError("autoencoder: the reconstruction error of no inputs is 0/0");
        const Tensor<C, In> reconstruction = (*this)(x);
        Scalar<C> sum = zero<C>();
        for (std::int64_t i = 0; i < x.dim(0); ++i) sum = sum + square<C>(x[i] - reconstruction[i]);
        return C::divide(sum, C::ratio(x.dim(0), 1));
    }

    /// in / hidden, for display alone; hidden = 0 gives inf or NaN.
    double compression_ratio() const {
        return static_cast<double>(encoder_weights.dim(1)) / static_cast<double>(encoder_weights.dim(0));
    }
};

/// The operators of the model in sequence.
template <Context C, int In, int Hidden>
auto chain_of(const Autoencoder<C, In, Hidden>& m) {
    return chain(Linear<C, In, Hidden>{m.encoder_weights, m.encoder_bias}, Activate<C>{m.activation},
                 Linear<C, Hidden, In>{m.decoder_weights, m.decoder_bias});
}

}  // namespace tercet
