/// Elementary functions of intervals: f([l, u]) = [f(l), f(u)] for rising f, and slopes that know their own shape.
///
/// exp, log, tanh: the tightest interval. sigmoid: as tight as elementary.hpp says. Slopes: each bound within 2 ulp of the tightest.
/// softmax and log_sum_exp: exact ranges but for the last rounding (interval_elementary.cpp).
#pragma once

#include <tercet/scalars/elementary.hpp>
#include <tercet/scalars/interval_number.hpp>

#include <algorithm>
#include <limits>
#include <span>

namespace tercet {

inline Interval exp(const Interval& x) { return {exp_down(x.lower()), exp_up(x.upper())}; }
inline Interval tanh(const Interval& x) { return {tanh_down(x.lower()), tanh_up(x.upper())}; }
inline Interval sigmoid(const Interval& x) { return {sigmoid_down(x.lower()), sigmoid_up(x.upper())}; }

/// { log t : t in x, t > 0 }: unbounded below where x reaches 0. Throws DomainError where that is empty.
inline Interval log(const Interval& x) {
    if (order(x.upper()) <= 0) x.refuse("a set with logarithms");
    return {order(x.lower()) <= 0 ? -std::numeric_limits<double>::infinity() : log_down(x.lower()), log_up(x.upper())};
}

/// { t (1 - t) : t in s }, the slope of the logistic function in terms of its value.
/// The parabola rises up to t = 1/2 and falls after: its least value over [l, u] is at an end, its greatest at the end nearer to 1/2, or
/// 1/4 at 1/2 itself. At an end t the factor 1 - t is rounded towards the result's side for t >= 0, away from it for t < 0, and the product
/// towards it: t >= 0, c <= 1 - t gives t c <= t (1 - t). For 0 <= t <= 1 no factor is negative, so neither is the lower bound.
inline Interval sigmoid_slope(const Interval& s) {
    using namespace directed;
    const auto down = [](double t) { return Endpoint(mul_down(t, order(t) < 0 ? sub_up(1.0, t) : sub_down(1.0, t))); };
    const auto up = [](double t) { return Endpoint(mul_up(t, order(t) < 0 ? sub_down(1.0, t) : sub_up(1.0, t))); };
    const Endpoint l = s.lower(), u = s.upper(), peak = 0.25;
    const Endpoint greatest = u < Endpoint(0.5) ? up(u.value) : l > Endpoint(0.5) ? up(l.value) : peak;
    return {std::min(down(l.value), down(u.value)).value, std::min(greatest, peak).value};
}

/// { 1 - x^2 : x in t }, the slope of tanh in terms of its value.
/// With m and g the least and greatest |x| it is [(1 - g)(1 + g), (1 - m)(1 + m)]. This form loses nothing near |x| = 1, where
/// 1 - x^2 would cancel. 1 + x > 0, rounded towards the result's side where 1 - x >= 0, away from it where 1 - x < 0; at most 1 always.
inline Interval tanh_slope(const Interval& t) {
    using namespace directed;
    const Interval size = abs(t);
    const double m = size.lower(), g = size.upper();
    const double least = mul_down(sub_down(1.0, g), order(g) > order(1.0) ? add_up(1.0, g) : add_down(1.0, g));
    const double most = mul_up(sub_up(1.0, m), order(m) > order(1.0) ? add_down(1.0, m) : add_up(1.0, m));
    return {least, std::min(Endpoint(most), Endpoint(1.0)).value};
}

/// out_i = { exp(x_i) / sum_j exp(x_j) : x in the box in }; in and out may be the same. Throws ShapeError on different lengths.
void softmax(std::span<const Interval> in, std::span<Interval> out);

/// { log sum_j exp(x_j) : x in the box in }. Throws DomainError on no argument.
Interval log_sum_exp(std::span<const Interval> in);

}  // namespace tercet
