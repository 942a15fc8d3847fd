/// A layer of the user's own: y = x - c, with its pullback (dc = -g, dx = g).
#pragma once

#include <tercet/layers/pullback.hpp>

template <tercet::Context C, int N>
struct Centre {
    tercet::Tensor<tercet::Parameters<C>, N> centre;

    using Context = C;
    template <class D>
    using with = Centre<D, N>;
    using Gradient = Centre<tercet::Gradients<C>, N>;
    static constexpr auto members() { return std::tuple{&Centre::centre}; }

    tercet::Tensor<C, N> operator()(const tercet::Tensor<C, N>& x) const {
        return {x.dims(),
                tercet::elementwise<C>(tercet::Binary::subtract, x.storage(), tercet::scalars_of<C>(centre.view()))};
    }
    tercet::Pullback<Gradient, tercet::Tensor<C, N>> vjp(const tercet::Tensor<C, N>&,
                                                         const tercet::Tensor<C, N>& g) const {
        return {{{g.dims(), tercet::map<C>(g.storage(), [](const auto& v) { return -v; })}}, g};
    }
};
