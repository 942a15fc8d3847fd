/// Losses: squared error sum_i (y_i - t_i)^2 and cross entropy -log softmax(y)_label, with their gradients, of one row
/// and of a batch.
#pragma once

#include <tercet/layers/softmax.hpp>

namespace tercet {

/// sum_i (y_i - t_i)^2, a left fold from 0. Not halved, not averaged.
template <Context C>
Scalar<C> squared_error(const View<C, 1>& y, const View<C, 1>& target) {
    if (y.dims != target.dims)
        throw ShapeError("squared error of " + to_string_dims(y.dims) + " against " + to_string_dims(target.dims));
    Scalar<C> total = zero<C>();
    for (std::int64_t i = 0; i < y.dims[0]; ++i) total = sum<C>(total, square<C>(y(i) - target(i)));
    return total;
}

/// 2 (y - t)
template <Context C>
Tensor<C, dyn> squared_error_gradient(const View<C, 1>& y, const View<C, 1>& target) {
    if (y.dims != target.dims)
        throw ShapeError("squared error of " + to_string_dims(y.dims) + " against " + to_string_dims(target.dims));
    Tensor<C, dyn> g(y.dims);
    for (std::int64_t i = 0; i < y.dims[0]; ++i) g[i] = product<C>(C::exact(2.0), y(i) - target(i));
    return g;
}

inline void check_label(std::int64_t label, std::int64_t classes) {
    if (label < 0 || label >= classes)
        throw DomainError("cross entropy: label " + std::to_string(label) + " is not among the " +
                          std::to_string(classes) + " classes");
}

/// log(sum_j exp y_j) - y_label. Replaced by `C::cross_entropy(y, label)` on a span; here log(sum_j exp(y_j - m)) + (m
/// - y_label) with m the maximum, which loses digits where the loss is near 0.
template <Context C>
Scalar<C> cross_entropy(const View<C, 1>& y, std::int64_t label) {
    static_assert(ElementaryContext<C>,
                  "Cross entropy needs log and exp, which exact rationals do not have: use Interval64, or "
                  "squared_error for exact results");
    check_label(label, y.dims[0]);
    const std::span<const Scalar<C>> in(y.data->data() + y.offset, static_cast<std::size_t>(y.dims[0]));
    if constexpr (hook::CrossEntropy<C>) {
        return C::cross_entropy(in, label);
    } else {
        Scalar<C> largest = in[0], sum = zero<C>();
        for (const Scalar<C>& v : in) largest = C::max(largest, v);
        for (const Scalar<C>& v : in) sum = tercet::sum<C>(sum, C::exp(v - largest));
        return C::log(sum) + (largest - y(label));
    }
}

/// softmax(y)_i, and at the label minus the sum of the others: p - 1 would cancel for p near 1. Replaced by
/// `C::cross_entropy_gradient(y, label, g)` on spans.
template <Context C>
Tensor<C, dyn> cross_entropy_gradient(const View<C, 1>& y, std::int64_t label) {
    static_assert(ElementaryContext<C>,
                  "Cross entropy needs log and exp, which exact rationals do not have: use Interval64, or "
                  "squared_error for exact results");
    check_label(label, y.dims[0]);
    const std::span<const Scalar<C>> in(y.data->data() + y.offset, static_cast<std::size_t>(y.dims[0]));
    Tensor<C, dyn> g(y.dims);
    const std::span<Scalar<C>> out(g.storage());
    if constexpr (hook::CrossEntropy<C>) {
        C::cross_entropy_gradient(in, label, out);
    } else {
        g.storage() = softmax<C>(1, y.dims[0], Storage<C>(in.begin(), in.end()));
        Scalar<C> others = zero<C>();
        for (std::int64_t i = 0; i < y.dims[0]; ++i)
            if (i != label) others = sum<C>(others, g[i]);
        g[label] = -others;
    }
    return g;
}

/// What a batch makes of the losses of its rows.
enum class Reduction { sum, mean };

/// The gradient of the sum or mean over rows i of cross_entropy(Y_i, labels_i), Y [n, classes]: a softmax a row.
/// Throws ShapeError where there are not n labels or n = 0 for a mean.
template <Context C>
Tensor<C, dyn, dyn> cross_entropy_gradient(const View<C, 2>& y, std::span<const std::int64_t> labels,
                                           Reduction reduction) {
    const std::int64_t n = y.dims[0], classes = y.dims[1];
    if (static_cast<std::int64_t>(labels.size()) != n)
        throw ShapeError("cross entropy of " + to_string_dims(y.dims) + ": " + std::to_string(labels.size()) +
                         " labels for " + std::to_string(n) + " rows");
    if (n == 0 && reduction == Reduction::mean) throw ShapeError("cross entropy: the mean over 0 rows");
    Tensor<C, dyn, dyn> g(y.dims);
    for (std::int64_t i = 0; i < n; ++i) {
        const auto row = cross_entropy_gradient<C>(y[i], labels[static_cast<std::size_t>(i)]);
        for (std::int64_t j = 0; j < classes; ++j) g[i * classes + j] = row[j];
    }
    if (reduction == Reduction::mean && n > 1)
        for (std::int64_t k = 0; k < g.size(); ++k) g[k] = C::divide(g[k], C::ratio(n, 1));
    return g;
}

}  // namespace tercet
