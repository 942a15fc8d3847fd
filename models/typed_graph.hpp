/// TypedGraph: primitives in sequence without numbers, and one typed flat parameter list (W1, b1, W2, b2) that the
/// interpreter splits in order.
///
/// The graph is a type alone: its shapes agree or it does not compile, and so do the parameters'. A primitive states
/// how many parameters it takes, its sizes, its forward function and its pullback; `interpret` folds over them. Source:
/// TorchLean, GraphSpec, and its theorem mlp_interp_eq_spec_mlp_forward: interpreting the MLP's graph equals the
/// hand-written forward, for every scalar, parameter list and x.
#pragma once

#include <tercet/models/mlp.hpp>

namespace tercet {

namespace primitive {

/// x [in] -> W x + b [out]; parameters W [out, in], b [out].
template <int In = dyn, int Out = dyn>
struct Linear {
    static constexpr int in = In, out = Out;
    template <class C>
    using Parameters = std::tuple<Tensor<tercet::Parameters<C>, Out, In>, Tensor<tercet::Parameters<C>, Out>>;

    template <Context C, class W, class B>
    static Tensor<C, Out> forward(const Tensor<C, In>& x, const W& weight, const B& bias) {
        auto y = linear<C>(as_batch(x.view()), weight.view(), bias.view());
        return Tensor<C, Out>({y.dim(1)}, std::move(y.storage()));
    }
    template <Context C, class W, class B>
    static auto vjp(const Tensor<C, In>& x, const Tensor<C, Out>& g, const W& weight, const B& bias) {
        using Gradient = Parameters<Gradients<C>>;
        auto dw = outer<C>(g.view(), x.view());
        auto dx = matmul<C>(row_matrix(g.view()), matrix(weight.view()));
        return Pullback<Gradient, Tensor<C, In>>{
            Gradient{{weight.dims(), std::move(dw.storage())}, {bias.dims(), g.storage()}},
            {x.dims(), std::move(dx.storage())}};
    }
};

/// x [size] -> relu x.
template <int Size = dyn>
struct Relu {
    static constexpr int in = Size, out = Size;
    template <class C>
    using Parameters = std::tuple<>;

    template <Context C>
    static Tensor<C, Size> forward(const Tensor<C, Size>& x) {
        return {x.dims(), applied<C>(unary::Relu{}, x.storage())};
    }
    template <Context C>
    static Pullback<std::tuple<>, Tensor<C, Size>> vjp(const Tensor<C, Size>& x, const Tensor<C, Size>& g) {
        return {{}, {x.dims(), applied_vjp<C>(unary::Relu{}, x.storage(), g.storage())}};
    }
};

/// x [size] -> softmax x; does not compile over exact rationals.
template <int Size = dyn>
struct Softmax {
    static constexpr int in = Size, out = Size;
    template <class C>
    using Parameters = std::tuple<>;

    template <Context C>
    static Tensor<C, Size> forward(const Tensor<C, Size>& x) {
        return tercet::Softmax<C>{}(x);
    }
    template <Context C>
    static Pullback<std::tuple<>, Tensor<C, Size>> vjp(const Tensor<C, Size>& x, const Tensor<C, Size>& g) {
        return {{}, tercet::Softmax<C>{}.vjp(x, g).input};
    }
};

}  // namespace primitive

/// Every primitive's input is the output of the one before it.
template <class First, class... Ps>
consteval bool primitives_agree() {
    constexpr std::array<int, sizeof...(Ps) + 1> ins{First::in, Ps::in...}, outs{First::out, Ps::out...};
    for (std::size_t k = 0; k < sizeof...(Ps); ++k)
        if (!dims_compatible(outs[k], ins[k + 1])) return false;
    return true;
}

template <class... Ps>
struct TypedGraph {
    static_assert(sizeof...(Ps) > 0, "a graph has at least one primitive");
    static_assert(primitives_agree<Ps...>(), "a primitive's input is not the output of the one before it");

    /// The flat parameter list over C: what each primitive takes, in order.
    template <class C>
    using Parameters = decltype(std::tuple_cat(typename Ps::template Parameters<C>{}...));
};

namespace detail {
/// The parameters first .. first + n - 1 of a flat list, by reference.
template <std::size_t First, class... Ts, std::size_t... K>
auto split(const std::tuple<Ts...>& flat, std::index_sequence<K...>) {
    return std::tie(std::get<First + K>(flat)...);
}

template <Context C, std::size_t At, class P, class... Ps, class Flat, class X>
auto interpret_from(const Flat& flat, const X& x) {
    constexpr std::size_t n = std::tuple_size_v<typename P::template Parameters<C>>;
    auto y = std::apply([&](const auto&... p) { return P::template forward<C>(Tensor<C, P::in>(x), p...); },
                        split<At>(flat, std::make_index_sequence<n>{}));
    if constexpr (sizeof...(Ps) == 0) return y;
    else return interpret_from<C, At + n, Ps...>(flat, y);
}

template <Context C, std::size_t At, class P, class... Ps, class Flat, class X, class G>
auto pullback_from(const Flat& flat, const X& x, const G& g) {
    constexpr std::size_t n = std::tuple_size_v<typename P::template Parameters<C>>;
    return std::apply(
        [&](const auto&... p) {
            const Tensor<C, P::in> here(x);
            if constexpr (sizeof...(Ps) == 0) {
                return P::template vjp<C>(here, Tensor<C, P::out>(g), p...);
            } else {
                auto after = pullback_from<C, At + n, Ps...>(flat, P::template forward<C>(here, p...), g);
                auto mine = P::template vjp<C>(here, Tensor<C, P::out>(after.input), p...);
                auto all = std::tuple_cat(std::move(mine.layer), std::move(after.layer));
                return Pullback<decltype(all), decltype(mine.input)>{std::move(all), std::move(mine.input)};
            }
        },
        split<At>(flat, std::make_index_sequence<n>{}));
}
}  // namespace detail

/// The graph's value at x, its parameters read from the flat list in order.
template <Context C, class... Ps, class X>
auto interpret(TypedGraph<Ps...>, const typename TypedGraph<Ps...>::template Parameters<C>& parameters, const X& x) {
    return detail::interpret_from<C, 0, Ps...>(parameters, x);
}

/// Gradients of <g, y>: `layer` is a flat parameter list, `input` the gradient with respect to x.
template <Context C, class... Ps, class X, class G>
auto pullback(TypedGraph<Ps...>, const typename TypedGraph<Ps...>::template Parameters<C>& parameters, const X& x,
              const G& g) {
    return detail::pullback_from<C, 0, Ps...>(parameters, x, g);
}

/// Every parameter of a layer or model, depth first in declaration order, as one typed flat list.
template <class L>
auto flat_parameters(const L& layer) {
    if constexpr (IsTensor<L>::value) {
        return std::tuple<L>(layer);
    } else if constexpr (HasMembers<L>) {
        return std::apply([&](auto... member) { return std::tuple_cat(flat_parameters(layer.*member)...); },
                          L::members());
    } else {
        return std::tuple<>();
    }
}

/// The MLP's graph.
template <Context C, int In, int Hidden, int Out>
auto typed_graph_of(const Mlp<C, In, Hidden, Out>&) {
    return TypedGraph<primitive::Linear<In, Hidden>, primitive::Relu<Hidden>, primitive::Linear<Hidden, Out>>{};
}
template <Context C, int In, int Hidden, int Out>
auto typed_graph_with_softmax_of(const Mlp<C, In, Hidden, Out>&) {
    return TypedGraph<primitive::Linear<In, Hidden>, primitive::Relu<Hidden>, primitive::Linear<Hidden, Out>,
                      primitive::Softmax<Out>>{};
}

}  // namespace tercet
