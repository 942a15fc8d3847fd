/// Softmax, its pullback and cross entropy of one row, in intervals and to nearest: what cancels in floats is written
/// without differences.
///
/// y_i = exp(x_i) / sum_j exp(x_j) = 1 / (1 + sum over j != i of exp(x_j) / exp(x_i)).
/// Pullback of a cotangent g: dx_i = y_i sum_j y_j (g_i - g_j), where g_i - sum_j y_j g_j would cancel for y_i near 1.
/// Cross entropy of class k: log(sum_j exp(x_j)) - x_k = (m - x_k) + log(1 + sum over j != m of exp(x_j - x_m)), x_m
/// the largest; its gradient is y_i, and at k minus the sum of the other y_j, where y_k - 1 would cancel.
///
/// Claims. Over boxes of x (and g) every result contains the real ones. softmax, cross_entropy and its gradient are the
/// exact ranges but for the last rounding; softmax_pullback is that over points, and over boxes no wider than y_i (g_i
/// - sum_j y_j g_j).
/// In floats each result is off by at most 1/2 + 2^-20 ulp for rows of fewer than 2^40 numbers, except where the terms
/// of dx_i of either sign agree to 2^-30 or better. Cost: an exponential in MPFR for each x_j, two where it is no
/// point; n log n comparisons.
///
/// Edge cases: x_j = -inf has y_j = 0 (masked); a NaN among the operands makes every float result NaN, as does a loss
/// of x_k = inf or without a finite x_j. One class: y = 1, loss and gradients 0.
/// All throw ShapeError where lengths differ; cross entropy throws DomainError where label is not in [0, n).
#pragma once

#include <tercet/scalars/interval_number.hpp>

#include <cstdint>
#include <span>

namespace tercet {

/// x and y may be the same.
void softmax(std::span<const Interval> x, std::span<Interval> y);

void softmax_pullback(std::span<const Interval> x, std::span<const Interval> g, std::span<Interval> dx);
void softmax_pullback(std::span<const double> x, std::span<const double> g, std::span<double> dx);
void softmax_pullback(std::span<const float> x, std::span<const float> g, std::span<float> dx);

Interval cross_entropy(std::span<const Interval> x, std::int64_t label);
double cross_entropy(std::span<const double> x, std::int64_t label);
float cross_entropy(std::span<const float> x, std::int64_t label);

void cross_entropy_gradient(std::span<const Interval> x, std::int64_t label, std::span<Interval> dx);
void cross_entropy_gradient(std::span<const double> x, std::int64_t label, std::span<double> dx);
void cross_entropy_gradient(std::span<const float> x, std::int64_t label, std::span<float> dx);

}  // namespace tercet
