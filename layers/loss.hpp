/// Losses: squared error sum_i (y_i - t_i)^2 and cross entropy -log softmax(y)_label, with their gradients.
#pragma once

#include <tercet/layers/smooth.hpp>

namespace tercet {

/// sum_i (y_i - t_i)^2, a left fold from 0. Not halved, not averaged.
template <Context C>
Scalar<C> squared_error(const View<C, 1>& y, const View<C, 1>& target) {
    if (y.dims != target.dims) throw ShapeError("squared error of " + to_string_dims(y.dims) + " against " + to_string_dims(target.dims));
    Scalar<C> sum = zero<C>();
    for (std::int64_t i = 0; i < y.dims[0]; ++i) sum = sum + square<C>(y(i) - target(i));
    return sum;
}

/// 2 (y - t)
template <Context C>
Tensor<C, dyn> squared_error_gradient(const View<C, 1>& y, const View<C, 1>& target) {
    if (y.dims != target.dims) throw ShapeError("squared error of " + to_string_dims(y.dims) + " against " + to_string_dims(target.dims));
    Tensor<C, dyn> g(y.dims);
    for (std::int64_t i = 0; i < y.dims[0]; ++i) g[i] = product<C>(C::exact(2.0), y(i) - target(i));
    return g;
}

inline void check_label(std::int64_t label, std::int64_t classes) {
    if (label < 0 || label >= classes)
        throw DomainError("cross entropy: label " + std::to_string(label) + " is not among the " + std::to_string(classes) + " classes");
}

/// log(sum_j exp y_j) - y_label, computed as m + log(sum_j exp(y_j - m)) - y_label with m the maximum.
template <Context C>
Scalar<C> cross_entropy(const View<C, 1>& y, std::int64_t label) {
    static_assert(has_exp<C>,
                  "Cross entropy needs log and exp, which exact rationals do not have: use Interval64, or squared_error for exact results");
    check_label(label, y.dims[0]);
    const ConstRun<C> run{y.data, y.offset, 1};
    if constexpr (requires { C::log_sum_exp(y.dims[0], run); }) {
        return C::log_sum_exp(y.dims[0], run) - y(label);
    } else {
        Scalar<C> largest = y(0), sum = zero<C>();
        for (std::int64_t i = 1; i < y.dims[0]; ++i) largest = C::max(largest, y(i));
        for (std::int64_t i = 0; i < y.dims[0]; ++i) sum = sum + C::exp(y(i) - largest);
        return C::log(sum) + largest - y(label);
    }
}

/// softmax(y) - e_label
template <Context C>
Tensor<C, dyn> cross_entropy_gradient(const View<C, 1>& y, std::int64_t label) {
    static_assert(has_exp<C>,
                  "Cross entropy needs log and exp, which exact rationals do not have: use Interval64, or squared_error for exact results");
    check_label(label, y.dims[0]);
    Tensor<C, dyn> g(y.dims, softmax<C>(1, y.dims[0], scalars_of<C>(y)));
    g[label] = g[label] - one<C>();
    return g;
}

}  // namespace tercet
