/// Elementary functions of intervals: f([l, u]) = [f(l), f(u)] for rising f. Of a point, one call of MPFR gives both
/// ends.
///
/// exp, log, tanh: the tightest interval. sigmoid: as tight as elementary.hpp says.
#pragma once

#include <tercet/scalars/elementary/elementary.hpp>
#include <tercet/scalars/interval_number.hpp>

#include <limits>

namespace tercet {

namespace detail {
inline bool is_point(const Interval& x) { return order(x.lower()) == order(x.upper()); }
inline Interval interval_of(const BothRoundings& y) { return {y.down, y.up}; }
}  // namespace detail

inline Interval exp(const Interval& x) {
    return detail::is_point(x) ? detail::interval_of(exp_both(x.lower()))
                               : Interval(exp_down(x.lower()), exp_up(x.upper()));
}
inline Interval tanh(const Interval& x) {
    return detail::is_point(x) ? detail::interval_of(tanh_both(x.lower()))
                               : Interval(tanh_down(x.lower()), tanh_up(x.upper()));
}
inline Interval sigmoid(const Interval& x) {
    return detail::is_point(x) ? detail::interval_of(sigmoid_both(x.lower()))
                               : Interval(sigmoid_down(x.lower()), sigmoid_up(x.upper()));
}

/// { log t : t in x, t > 0 }: unbounded below where x reaches 0. Throws DomainError where that is empty.
inline Interval log(const Interval& x) {
    if (order(x.upper()) <= 0) x.refuse("a set with logarithms");
    if (detail::is_point(x)) return detail::interval_of(log_both(x.lower()));
    return {order(x.lower()) <= 0 ? -std::numeric_limits<double>::infinity() : log_down(x.lower()), log_up(x.upper())};
}

}  // namespace tercet
