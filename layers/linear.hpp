/// Linear: y = W x + b with W [out, in], b [out]; batched, Y = X W^T + b with X [n, in].
///
/// Given g = dL/dy: dW_ij = g_i x_j, db = g, dx_j = sum_i g_i W_ij. Batched: dW = G^T X, db = sum of the rows of G, dX
/// = G W: sums, not means.
#pragma once

#include <tercet/layers/pullback.hpp>

namespace tercet {

/// a b for strided matrices over C or its parameter context.
template <Context C, class A, class B>
Tensor<C, dyn, dyn> matmul(const ConstMatrix<A>& a, const ConstMatrix<B>& b) {
    Tensor<C, dyn, dyn> y({a.rows, b.cols});
    multiply<C>(a, b, matrix_in<C>(y.storage(), 0, a.rows, b.cols));
    return y;
}

/// y_ij + bias_j, the bias added last.
template <Context C>
void add_to_rows(Tensor<C, dyn, dyn>& y, const View<Parameters<C>, 1>& bias) {
    if (bias.dims[0] != y.dim(1))
        throw ShapeError("linear: " + std::to_string(y.dim(1)) + " outputs, bias " + to_string_dims(bias.dims));
    const Storage<C> b = scalars_of<C>(bias);
    for (std::int64_t i = 0; i < y.dim(0); ++i) accumulate<C>(y.dim(1), b, 0, y.storage(), i * y.dim(1));
}

/// [i][j] = a_i b_j: a product alone, with no sum that starts at 0, so that -0 stays -0; exact numbers have no -0.
template <Context C>
Tensor<C, dyn, dyn> outer(const View<C, 1>& a, const View<C, 1>& b) {
    Tensor<C, dyn, dyn> y({a.dims[0], b.dims[0]});
    if constexpr (C::claim == Claim::exact)
        multiply<C>(row_matrix(a).transposed(), row_matrix(b), matrix_in<C>(y.storage(), 0, a.dims[0], b.dims[0]));
    else
        for (std::int64_t i = 0; i < a.dims[0]; ++i)
            elementwise<C>(Binary::multiply, b.dims[0], ConstRun<C>{a.data, a.offset + i, 0},
                           ConstRun<C>{b.data, b.offset, 1}, Run<C>{&y.storage(), i * b.dims[0], 1});
    return y;
}

/// The sum of the rows, a left fold from 0.
template <Context C>
Tensor<C, dyn> sum_of_rows(const View<C, 2>& g) {
    Tensor<C, dyn> sum({g.dims[1]});
    for (std::int64_t i = 0; i < g.dims[0]; ++i)
        accumulate<C>(g.dims[1], *g.data, g.offset + i * g.dims[1], sum.storage(), 0);
    return sum;
}

/// X [n, in], W [out, in], b [out] -> X W^T + b [n, out].
template <Context C>
Tensor<C, dyn, dyn> linear(const View<C, 2>& x, const View<Parameters<C>, 2>& weight,
                           const View<Parameters<C>, 1>& bias) {
    if (x.dims[1] != weight.dims[1])
        throw ShapeError("linear: weight " + to_string_dims(weight.dims) + " needs " + std::to_string(weight.dims[1]) +
                         " inputs, got " + to_string_dims(x.dims));
    if constexpr (hook::PacksWeights<C>) {
        if (bias.dims[0] != weight.dims[0])
            throw ShapeError("linear: " + std::to_string(weight.dims[0]) + " outputs, bias " +
                             to_string_dims(bias.dims));
        Tensor<C, dyn, dyn> y({x.dims[0], weight.dims[0]});
        C::affine(matrix(x), C::pack(matrix(weight)), bias.data->data() + bias.offset, false,
                  matrix_in<C>(y.storage(), 0, y.dim(0), y.dim(1)));
        return y;
    } else {
        Tensor<C, dyn, dyn> y = matmul<C>(matrix(x), matrix(weight).transposed());
        add_to_rows<C>(y, bias);
        return y;
    }
}

template <Context C, int In = dyn, int Out = dyn>
struct Linear {
    Tensor<Parameters<C>, Out, In> weight;
    Tensor<Parameters<C>, Out> bias;

    using Context = C;
    template <class D>
    using with = Linear<D, In, Out>;
    using Gradient = Linear<Gradients<C>, In, Out>;
    static constexpr auto members() { return std::tuple{&Linear::weight, &Linear::bias}; }

    /// x [in] -> W x + b [out]
    Tensor<C, Out> operator()(const Tensor<C, In>& x) const {
        return Tensor<C, Out>({weight.dim(0)}, std::move(apply(as_batch(x.view())).storage()));
    }
    /// X [n, in] -> X W^T + b [n, out]; n may be 0.
    Tensor<C, dyn, Out> operator()(const Tensor<C, dyn, In>& x) const { return Tensor<C, dyn, Out>(apply(x.view())); }

    Pullback<Gradient, Tensor<C, In>> vjp(const Tensor<C, In>& x, const Tensor<C, Out>& g) const {
        check_pullback(as_batch(x.view()), as_batch(g.view()));
        auto dx = matmul<C>(row_matrix(g.view()), matrix(weight.view()));
        return {gradient(outer<C>(g.view(), x.view()), Tensor<C, dyn>(g.dims(), g.storage())),
                Tensor<C, In>({weight.dim(1)}, std::move(dx.storage()))};
    }
    Pullback<Gradient, Tensor<C, dyn, In>> vjp(const Tensor<C, dyn, In>& x, const Tensor<C, dyn, Out>& g) const {
        return pull(x.view(), g.view());
    }

    Tensor<C, dyn, dyn> apply(const View<C, 2>& x) const { return linear<C>(x, weight.view(), bias.view()); }

    Pullback<Gradient, Tensor<C, dyn, In>> pull(const View<C, 2>& x, const View<C, 2>& g) const {
        check_pullback(x, g);
        auto dx = matmul<C>(matrix(g), matrix(weight.view()));
        return {gradient(matmul<C>(matrix(g).transposed(), matrix(x)), sum_of_rows<C>(g)),
                Tensor<C, dyn, In>(std::move(dx))};
    }

    Gradient gradient(Tensor<C, dyn, dyn> dw, Tensor<C, dyn> db) const {
        return {{weight.dims(), std::move(dw.storage())}, {bias.dims(), std::move(db.storage())}};
    }

    void check_pullback(const View<C, 2>& x, const View<C, 2>& g) const {
        if (g.dims[0] != x.dims[0] || g.dims[1] != weight.dim(0) || x.dims[1] != weight.dim(1))
            throw ShapeError("linear pullback: weight " + to_string_dims(weight.dims()) + ", input " +
                             to_string_dims(x.dims) + ", cotangent " + to_string_dims(g.dims));
    }
};

}  // namespace tercet
