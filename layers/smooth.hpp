/// Sigmoid, Tanh and Softmax: they need exp, so they run in floats and in intervals, and do not compile over exact rationals.
///
/// sigmoid x = 1/(1 + exp(-x)), sigmoid' = s (1 - s); tanh' = 1 - tanh^2; softmax over the last axis: subtract the maximum, exponentiate,
/// divide by the sum; vjp y * (g - <g, y>).
#pragma once

#include <tercet/layers/pullback.hpp>

namespace tercet {

/// Does C have exp? If not, a use is a compile error that says what to do.
template <class C>
inline constexpr bool has_exp = ElementaryContext<C>;

/// Slope from the value: s (1 - s). A context whose s (1 - s) forgets that both are the same s gives `C::sigmoid_slope`.
template <Context C>
Scalar<C> sigmoid_slope(const Scalar<C>& s) {
    if constexpr (requires { C::sigmoid_slope(s); }) return C::sigmoid_slope(s);
    else return product<C>(s, one<C>() - s);
}

template <Context C>
Scalar<C> tanh_slope(const Scalar<C>& t) {
    if constexpr (requires { C::tanh_slope(t); }) return C::tanh_slope(t);
    else return one<C>() - product<C>(t, t);
}

template <ElementaryContext C>
Storage<C> sigmoid(const Storage<C>& x) {
    return map<C>(x, [](const Scalar<C>& v) { return C::sigmoid(v); });
}
template <ElementaryContext C>
Storage<C> sigmoid_vjp(const Storage<C>& y, const Storage<C>& g) {
    return elementwise<C>(Binary::multiply, g, map<C>(y, [](const Scalar<C>& s) { return sigmoid_slope<C>(s); }));
}

template <ElementaryContext C>
Storage<C> tanh(const Storage<C>& x) {
    return map<C>(x, [](const Scalar<C>& v) { return C::tanh(v); });
}
template <ElementaryContext C>
Storage<C> tanh_vjp(const Storage<C>& y, const Storage<C>& g) {
    return elementwise<C>(Binary::multiply, g, map<C>(y, [](const Scalar<C>& t) { return tanh_slope<C>(t); }));
}

/// Softmax of `count` rows of n numbers each: y_i = exp(x_i - m) / sum_j exp(x_j - m), m the row's maximum; y may be x.
/// Replaced by `C::softmax(n, x, y)`, which Interval64 gives: its bounds are the hull up to rounding.
template <ElementaryContext C>
void softmax_into(std::int64_t count, std::int64_t n, const Storage<C>& x, Storage<C>& y) {
    for (std::int64_t r = 0; r < count && n > 0; ++r) {
        const ConstRun<C> in{&x, r * n, 1};
        const Run<C> out{&y, r * n, 1};
        if constexpr (requires { C::softmax(n, in, out); }) {
            C::softmax(n, in, out);
        } else {
            Scalar<C> largest = in[0], sum = zero<C>();
            for (std::int64_t i = 1; i < n; ++i) largest = C::max(largest, in[i]);
            for (std::int64_t i = 0; i < n; ++i) {
                out[i] = C::exp(in[i] - largest);
                sum = sum + out[i];
            }
            for (std::int64_t i = 0; i < n; ++i) out[i] = C::divide(out[i], sum);
        }
    }
}
template <ElementaryContext C>
Storage<C> softmax(std::int64_t count, std::int64_t n, const Storage<C>& x) {
    Storage<C> y(x.size());
    softmax_into<C>(count, n, x, y);
    return y;
}

/// From the value y: y_i (g_i - sum_j g_j y_j), row by row.
template <ElementaryContext C>
Storage<C> softmax_vjp(std::int64_t count, std::int64_t n, const Storage<C>& y, const Storage<C>& g) {
    Storage<C> dx(y.size()), inner(1);
    for (std::int64_t r = 0; r < count; ++r) {
        multiply<C>(ConstMatrix<C>{&g, r * n, 1, n, n, 1}, ConstMatrix<C>{&y, r * n, n, 1, 1, 1}, matrix_in<C>(inner, 0, 1, 1));
        const Run<C> out{&dx, r * n, 1};
        elementwise<C>(Binary::subtract, n, ConstRun<C>{&g, r * n, 1}, ConstRun<C>{&inner, 0, 0}, out);
        elementwise<C>(Binary::multiply, n, ConstRun<C>{&y, r * n, 1}, out, out);
    }
    return dx;
}

template <Context C>
struct Sigmoid {
    using Context = C;
    template <class D>
    using with = Sigmoid<D>;
    using Gradient = Sigmoid<Gradients<C>>;
    static constexpr auto members() { return std::tuple{}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        static_assert(
            has_exp<C>,
            "Sigmoid needs exp, which exact rationals do not have: use Interval64 for certified bounds, or Relu for exact results");
        return {x.dims(), sigmoid<C>(x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {{}, {x.dims(), sigmoid_vjp<C>((*this)(x).storage(), g.storage())}};
    }
};

template <Context C>
struct Tanh {
    using Context = C;
    template <class D>
    using with = Tanh<D>;
    using Gradient = Tanh<Gradients<C>>;
    static constexpr auto members() { return std::tuple{}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        static_assert(has_exp<C>,
                      "Tanh needs exp, which exact rationals do not have: use Interval64 for certified bounds, or Relu for exact results");
        return {x.dims(), tanh<C>(x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        return {{}, {x.dims(), tanh_vjp<C>((*this)(x).storage(), g.storage())}};
    }
};

/// Softmax over the last axis; a vector of length 0 comes back unchanged, a scalar gives 1.
template <Context C>
struct Softmax {
    using Context = C;
    template <class D>
    using with = Softmax<D>;
    using Gradient = Softmax<Gradients<C>>;
    static constexpr auto members() { return std::tuple{}; }

    template <int... Ds>
    Tensor<C, Ds...> operator()(const Tensor<C, Ds...>& x) const {
        static_assert(
            has_exp<C>,
            "Softmax needs exp, which exact rationals do not have: use Interval64 for certified bounds, or leave it off for exact results");
        const auto [count, n] = rows(x);
        return {x.dims(), softmax<C>(count, n, x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        const auto [count, n] = rows(x);
        return {{}, {x.dims(), softmax_vjp<C>(count, n, (*this)(x).storage(), g.storage())}};
    }

private:
    template <int... Ds>
    static std::pair<std::int64_t, std::int64_t> rows(const Tensor<C, Ds...>& x) {
        if constexpr (sizeof...(Ds) == 0) return {1, 1};
        else {
            const std::int64_t n = x.dim(static_cast<int>(sizeof...(Ds)) - 1);
            return {n == 0 ? 0 : x.size() / n, n};
        }
    }
};

}  // namespace tercet
