/// Softmax over the last axis: subtract the maximum, exponentiate, divide by the sum; vjp y_i sum_j y_j (g_i - g_j).
///
/// It needs exp, so it runs in floats and in intervals, and does not compile over exact rationals.
#pragma once

#include <tercet/layers/pullback.hpp>

#include <span>

namespace tercet {

/// The n elements of a row.
template <class C>
std::span<const Scalar<C>> row_span(const Storage<C>& x, std::int64_t r, std::int64_t n) {
    return {x.data() + r * n, static_cast<std::size_t>(n)};
}
template <class C>
std::span<Scalar<C>> row_span(Storage<C>& x, std::int64_t r, std::int64_t n) {
    return {x.data() + r * n, static_cast<std::size_t>(n)};
}

/// Where the largest number of a row stands, the first of several; where order is undecided, one that may be the
/// largest.
template <Context C>
std::size_t place_of_largest(std::span<const Scalar<C>> x) {
    std::size_t k = 0;
    for (std::size_t i = 1; i < x.size(); ++i)
        if (certainly(C::less(x[k], x[i]))) k = i;
    return k;
}

/// Softmax of `count` rows of n numbers each: y_i = exp(x_i - m) / sum_j exp(x_j - m), m the row's maximum; y may be x.
/// Replaced by `C::softmax(x, y)` on the spans of a row, which Interval64 gives: its bounds are the hull up to
/// rounding.
template <ElementaryContext C>
void softmax_into(std::int64_t count, std::int64_t n, const Storage<C>& x, Storage<C>& y) {
    for (std::int64_t r = 0; r < count && n > 0; ++r) {
        const auto in = row_span<C>(x, r, n);
        const auto out = row_span<C>(y, r, n);
        if constexpr (hook::Softmax<C>) {
            C::softmax(in, out);
        } else {
            Scalar<C> largest = in[0], sum = zero<C>();
            for (std::size_t i = 1; i < in.size(); ++i) largest = C::max(largest, in[i]);
            for (std::size_t i = 0; i < in.size(); ++i) {
                out[i] = C::exp(in[i] - largest);
                sum = tercet::sum<C>(sum, out[i]);
            }
            for (Scalar<C>& e : out) e = C::divide(e, sum);
        }
    }
}
template <ElementaryContext C>
Storage<C> softmax(std::int64_t count, std::int64_t n, const Storage<C>& x) {
    Storage<C> y(x.size());
    softmax_into<C>(count, n, x, y);
    return y;
}

/// y_i sum_j y_j (g_i - g_j) of the softmax y of x, row by row. Replaced by `C::softmax_pullback(x, g, dx)` on the
/// spans of a row. Here sum_j y_j (g_i - g_j) = h_i - sum_j y_j h_j with h_j = g_j - g_k, x_k the largest: what y_k
/// near 1 would cancel is gone, and the rest loses at most a factor 1/y_k <= n.
template <ElementaryContext C>
Storage<C> softmax_vjp(std::int64_t count, std::int64_t n, const Storage<C>& x, const Storage<C>& g) {
    if (x.size() != g.size())
        throw ShapeError("softmax pullback: " + std::to_string(x.size()) + " inputs, cotangent of " +
                         std::to_string(g.size()));
    Storage<C> dx(x.size());
    for (std::int64_t r = 0; r < count && n > 0; ++r) {
        const auto in = row_span<C>(x, r, n), cotangent = row_span<C>(g, r, n);
        const auto out = row_span<C>(dx, r, n);
        if constexpr (hook::SoftmaxPullback<C>) {
            C::softmax_pullback(in, cotangent, out);
        } else {
            const Storage<C> y = softmax<C>(1, n, Storage<C>(in.begin(), in.end()));
            const Scalar<C> reference = cotangent[place_of_largest<C>(in)];
            Scalar<C> inner = zero<C>();
            for (std::size_t i = 0; i < in.size(); ++i) {
                out[i] = cotangent[i] - reference;
                inner = sum<C>(inner, product<C>(y[i], out[i]));
            }
            for (std::size_t i = 0; i < in.size(); ++i) out[i] = product<C>(y[i], out[i] - inner);
        }
    }
    return dx;
}

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
        static_assert(ElementaryContext<C>,
                      "Softmax needs exp, which exact rationals do not have: use Interval64 for certified bounds, or "
                      "leave it off for exact results");
        const auto [count, n] = rows(x);
        return {x.dims(), softmax<C>(count, n, x.storage())};
    }
    template <int... Ds>
    Pullback<Gradient, Tensor<C, Ds...>> vjp(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& g) const {
        const auto [count, n] = rows(x);
        return {{}, {x.dims(), softmax_vjp<C>(count, n, x.storage(), g.storage())}};
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
