/// Mlp: Linear -> ReLU -> Linear, optionally -> Softmax; forward and backward written out by hand, and the same as a
/// chain.
///
///     z1 = W1 x + b1,  a1 = relu z1,  y = W2 a1 + b2
///     dW2 = g (x) a1,  db2 = g,  da1 = W2^T g,  dz1 = relu'(z1) * da1,  dW1 = dz1 (x) x,  db1 = dz1,  dx = W1^T dz1
///
/// Source: TorchLean, MLP spec. The backward here calls no layer's vjp: chain_of(m).vjp is the second way, and tests
/// demand that both are equal.
#pragma once

#include <tercet/layers/chain.hpp>

namespace tercet {

/// l1: W1 [hidden, in], b1 [hidden]; l2: W2 [out, hidden], b2 [out]. Linear<C> weights are points also where C is an
/// interval context.
template <Context C, int In = dyn, int Hidden = dyn, int Out = dyn>
struct Mlp {
    Linear<C, In, Hidden> l1;
    Linear<C, Hidden, Out> l2;

    using Context = C;
    template <class D>
    using with = Mlp<D, In, Hidden, Out>;
    using Gradient = Mlp<Gradients<C>, In, Hidden, Out>;
    static constexpr auto members() { return std::tuple{&Mlp::l1, &Mlp::l2}; }

    /// x [in] -> [out]. Throws ShapeError where the layers and x do not fit.
    Tensor<C, Out> operator()(const Tensor<C, In>& x) const { return l2(Relu<C>{}(l1(x))); }

    /// X [n, in] -> [n, out], row by row; n may be 0.
    Tensor<C, dyn, Out> operator()(const Tensor<C, dyn, In>& x) const { return l2(Relu<C>{}(l1(x))); }

    /// softmax(y); does not compile over exact rationals.
    Tensor<C, Out> forward_softmax(const Tensor<C, In>& x) const { return Softmax<C>{}((*this)(x)); }
    Tensor<C, dyn, Out> forward_softmax(const Tensor<C, dyn, In>& x) const { return Softmax<C>{}((*this)(x)); }

    /// Gradients of <g, y> with respect to every parameter and x [in], for a cotangent g [out].
    Pullback<Gradient, Tensor<C, In>> backward(const Tensor<C, In>& x, const Tensor<C, Out>& g) const {
        if (l2.weight.dim(1) != l1.weight.dim(0))
            throw ShapeError("mlp backward: " + std::to_string(l1.weight.dim(0)) + " hidden units, second weight " +
                             to_string_dims(l2.weight.dims()));
        const Tensor<C, Hidden> z1 = l1(x);
        const Tensor<C, Hidden> a1(z1.dims(), applied<C>(unary::Relu{}, z1.storage()));
        if (g.dim(0) != l2.weight.dim(0))
            throw ShapeError("mlp backward: " + std::to_string(l2.weight.dim(0)) + " outputs, cotangent " +
                             to_string_dims(g.dims()));

        auto dw2 = outer<C>(g.view(), a1.view());
        auto da1 = matmul<C>(row_matrix(g.view()), matrix(l2.weight.view()));

        const Tensor<C, Hidden> dz1(z1.dims(), applied_vjp<C>(unary::Relu{}, z1.storage(), da1.storage()));

        auto dw1 = outer<C>(dz1.view(), x.view());
        auto dx = matmul<C>(row_matrix(dz1.view()), matrix(l1.weight.view()));

        return {Gradient{{{l1.weight.dims(), std::move(dw1.storage())}, {l1.bias.dims(), dz1.storage()}},
                         {{l2.weight.dims(), std::move(dw2.storage())}, {l2.bias.dims(), g.storage()}}},
                Tensor<C, In>(x.dims(), std::move(dx.storage()))};
    }

    /// The same for softmax(y) = s: backward at dy_i = s_i sum_j s_j (g_i - g_j).
    Pullback<Gradient, Tensor<C, In>> backward_softmax(const Tensor<C, In>& x, const Tensor<C, Out>& g) const {
        const Tensor<C, Out> y = (*this)(x);
        return backward(x, Tensor<C, Out>(y.dims(), softmax_vjp<C>(1, y.dim(0), y.storage(), g.storage())));
    }
};

/// The operators of the model in sequence. The operator form of the seeds, forward with the cotangent of x alone, is
/// `chain_of(m).input_vjp`.
template <Context C, int In, int Hidden, int Out>
auto chain_of(const Mlp<C, In, Hidden, Out>& m) {
    return chain(m.l1, Relu<C>{}, m.l2);
}

template <Context C, int In, int Hidden, int Out>
auto chain_with_softmax_of(const Mlp<C, In, Hidden, Out>& m) {
    return chain(m.l1, Relu<C>{}, m.l2, Softmax<C>{});
}

}  // namespace tercet
