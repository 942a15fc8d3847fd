/// A function of one variable (layers/functions/) as a layer: applied to every element, dx_i = g_i f'(x_i).
///
/// The conventions at kinks are the function's: relu'(0) = 0. One that C does not have is a compile error.
#pragma once

#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/layers/pullback.hpp>

namespace tercet {

/// f(x_i), by the function's own loop where it has one.
template <Context C, class F>
Storage<C> applied(const F& f, const Storage<C>& x) {
    if constexpr (requires(ConstRun<C> from, Run<C> to) { F::template run<C>(1, from, to); }) {
        Storage<C> y(x.size());
        F::template run<C>(static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, Run<C>{&y, 0, 1});
        return y;
    } else {
        return map<C>(x, f.template value<C>());
    }
}

/// g_i f'(x_i).
template <Context C, class F>
Storage<C> applied_vjp(const F& f, const Storage<C>& x, const Storage<C>& g) {
    if (x.size() != g.size())
        throw ShapeError(std::string(F::name) + " pullback: " + std::to_string(x.size()) + " inputs, cotangent of " +
                         std::to_string(g.size()));
    if constexpr (requires(ConstRun<C> from, Run<C> to) { F::template gate<C>(1, from, from, to); }) {
        Storage<C> y(x.size());
        F::template gate<C>(static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, ConstRun<C>{&g, 0, 1},
                            Run<C>{&y, 0, 1});
        return y;
    } else {
        const auto value = f.template value<C>();
        const auto slope = f.template slope<C>();
        return elementwise<C>(Binary::multiply, g, map<C>(x, [&](const Scalar<C>& v) { return slope(v, value(v)); }));
    }
}

template <Context C, class F>
struct Applied {
    F f{};

    using Context = C;
    template <class D>
    using with = Applied<D, F>;
    using Gradient = Applied<Gradients<C>, F>;
    static constexpr auto members() {
        if constexpr (std::is_empty_v<F>) return std::tuple{};
        else return std::tuple{&Applied::f};
    }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        static_assert(Has<C, typename F::needs>,
                      "the layer needs a function, such as exp, which exact rationals do not have: use Interval64 for "
                      "certified bounds, or Relu for exact results");
        return {x.dims(), applied<C>(f, x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {{f}, {x.dims(), applied_vjp<C>(f, x.storage(), g.storage())}};
    }
};

template <class C>
using Relu = Applied<C, unary::Relu>;
template <class C>
using LeakyRelu = Applied<C, unary::LeakyRelu>;
template <class C>
using Sigmoid = Applied<C, unary::Sigmoid>;
template <class C>
using Tanh = Applied<C, unary::Tanh>;

}  // namespace tercet
