/// Relu and LeakyRelu, the piecewise linear activations; they run in every context.
///
/// relu x = max(x, 0), relu'(x) = 1 where x > 0 else 0, so relu'(0) = 0. leaky x = x where x > 0 else a x, slope 1
/// where x > 0 else a. The gate multiplies: g * slope.
#pragma once

#include <tercet/layers/pullback.hpp>

namespace tercet {

template <Context C>
Storage<C> relu(const Storage<C>& x) {
    Storage<C> y(x.size());
    rectify<C>(static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, Run<C>{&y, 0, 1});
    return y;
}

template <Context C>
Storage<C> relu_vjp(const Storage<C>& x, const Storage<C>& g) {
    if (x.size() != g.size())
        throw ShapeError("relu pullback: " + std::to_string(x.size()) + " inputs, cotangent of " +
                         std::to_string(g.size()));
    Storage<C> y(x.size());
    gate<C>(static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, ConstRun<C>{&g, 0, 1}, Run<C>{&y, 0, 1});
    return y;
}

/// x where x > 0, a x where not: so a dual number takes the slope a at 0. Undecided, relu(x) - a relu(-x), for a >= 0
/// the hull.
template <Context C>
Scalar<C> leaky_value(const Scalar<C>& x, const Scalar<C>& a) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return x;
    if (!possibly(positive)) return product<C>(a, x);
    return C::relu(x) - product<C>(a, C::relu(-x));
}

template <Context C>
Storage<C> leaky_relu(const Storage<C>& x, const Scalar<C>& a) {
    return map<C>(x, [&](const Scalar<C>& v) { return leaky_value<C>(v, a); });
}

/// a + (1 - a) [x > 0], a selection where the sign is decided.
template <Context C>
Scalar<C> leaky_slope(const Scalar<C>& x, const Scalar<C>& a) {
    const Truth positive = C::less(zero<C>(), x);
    if (certainly(positive)) return one<C>();
    if (!possibly(positive)) return a;
    return a + (one<C>() - a) * C::indicator(positive);
}

template <Context C>
Storage<C> leaky_relu_vjp(const Storage<C>& x, const Storage<C>& g, const Scalar<C>& a) {
    return elementwise<C>(Binary::multiply, g, map<C>(x, [&](const Scalar<C>& v) { return leaky_slope<C>(v, a); }));
}

template <Context C>
struct Relu {
    using Context = C;
    template <class D>
    using with = Relu<D>;
    using Gradient = Relu<Gradients<C>>;
    static constexpr auto members() { return std::tuple{}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        return {x.dims(), relu<C>(x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {{}, {x.dims(), relu_vjp<C>(x.storage(), g.storage())}};
    }
};

template <Context C>
struct LeakyRelu {
    double slope = 0.01;  // the real number that this double is

    using Context = C;
    template <class D>
    using with = LeakyRelu<D>;
    using Gradient = LeakyRelu<Gradients<C>>;
    static constexpr auto members() { return std::tuple{&LeakyRelu::slope}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        return {x.dims(), leaky_relu<C>(x.storage(), C::exact(slope))};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {{slope}, {x.dims(), leaky_relu_vjp<C>(x.storage(), g.storage(), C::exact(slope))}};
    }
};

}  // namespace tercet
