/// Slopes of the logistic function s(x) = 1 / (1 + exp(-x)) and of tanh, from the argument: from the value, s (1 - s)
/// and 1 - t^2 cancel where s and |t| are near 1.
///
/// s'(x) = s(x) s(-x) = e / (1 + e)^2, e = exp(-|x|);   tanh'(x) = 4 s'(2x). Both are even and fall as |x| grows.
/// Intervals: the range, each end the tightest double unless the range's end lies within a relative 2^-74 of a double;
/// then perhaps its neighbour. One exponential where the interval is a point or contains 0, else two. To nearest: off
/// by at most 1/2 + 2^-21 ulp, subnormal results included. Results do not depend on MXCSR, compiler or machine.
///
/// Edge cases: at 0 the greatest slope, 1/4 and 1, exactly; at -inf and +inf 0; NaN gives NaN; underflow: 0 down,
/// 2^-1074 up.
#pragma once

#include <tercet/scalars/interval_number.hpp>

namespace tercet {

Interval sigmoid_slope(const Interval& x);
Interval tanh_slope(const Interval& x);

double sigmoid_slope_nearest(double x);
double tanh_slope_nearest(double x);
float sigmoid_slope_nearest(float x);
float tanh_slope_nearest(float x);

}  // namespace tercet
