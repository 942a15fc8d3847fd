/// Interval: a closed set of reals [l, u] with double ends, l <= u; an infinite end means unbounded, no interval holds
/// an infinity.
///
/// Every operation returns the tightest interval of doubles that contains { x op y : x in X, y in Y }, except division
/// by an interval that contains 0. The case analysis is Boost.Interval's; rounding, checking and order are ours,
/// through its customisation points:
///   DirectedRounding   one block of assembly per operation (directed.hpp)
///   NoEmptySet         where Boost would return the empty set, DomainError
///   Endpoint           doubles ordered by their bits, so that DAZ cannot make Boost (or std::max) take a subnormal
///                      for 0
///
/// What we checked in Boost 1.74, with L < +inf and U > -inf as the constructor demands (traps: its default policies
/// are unsound):
///   + -   arith.hpp adds ends of one kind only: -inf + inf cannot occur. Rounding down gives no +inf,
///         rounding up no -inf.
///   *     nine arms by sign, {0} apart: every product of an arm is of two nonzero ends or of two finite ones,
///         so 0 * inf cannot occur, and {0} * [1, inf] = {0}: right for sets of reals.
///   /     div_non_zero divides only by ends that are nonzero, and never an infinite end by an infinite end.
///   sqrt  clips l <= 0 to 0.   square, abs, min, max, hull: right over ordered ends.
/// Not used: its comparisons (they throw on overlap), its empty set, its transcendental functions, its median
/// (overflows).
#pragma once

#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/bit_order.hpp>
#include <tercet/scalars/machine/directed.hpp>
#include <tercet/scalars/no_limits.hpp>

#include <compare>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>

#include <boost/numeric/interval/arith.hpp>
#include <boost/numeric/interval/arith2.hpp>
#include <boost/numeric/interval/interval.hpp>
#include <boost/numeric/interval/policies.hpp>
#include <boost/numeric/interval/utility.hpp>

namespace tercet {

/// A double whose comparisons are right under DAZ.
struct Endpoint {
    double value = 0.0;

    Endpoint() = default;
    Endpoint(double x) : value(x) {}
    friend Endpoint operator-(Endpoint a) { return -a.value; }
    friend bool operator==(Endpoint a, Endpoint b) { return order(a.value) == order(b.value); }
    friend std::strong_ordering operator<=>(Endpoint a, Endpoint b) { return order(a.value) <=> order(b.value); }
};

/// Boost.Interval's rounding policy.
struct DirectedRounding {
    using unprotected_rounding = DirectedRounding;
    static Endpoint conv_down(Endpoint a) { return a; }
    static Endpoint conv_up(Endpoint a) { return a; }
    static Endpoint add_down(Endpoint a, Endpoint b) { return directed::add_down(a.value, b.value); }
    static Endpoint add_up(Endpoint a, Endpoint b) { return directed::add_up(a.value, b.value); }
    static Endpoint sub_down(Endpoint a, Endpoint b) { return directed::sub_down(a.value, b.value); }
    static Endpoint sub_up(Endpoint a, Endpoint b) { return directed::sub_up(a.value, b.value); }
    static Endpoint mul_down(Endpoint a, Endpoint b) { return directed::mul_down(a.value, b.value); }
    static Endpoint mul_up(Endpoint a, Endpoint b) { return directed::mul_up(a.value, b.value); }
    static Endpoint div_down(Endpoint a, Endpoint b) { return directed::div_down(a.value, b.value); }
    static Endpoint div_up(Endpoint a, Endpoint b) { return directed::div_up(a.value, b.value); }
    static Endpoint sqrt_down(Endpoint a) { return directed::sqrt_down(a.value); }
    static Endpoint sqrt_up(Endpoint a) { return directed::sqrt_up(a.value); }
};

/// Boost.Interval's checking policy: operands are never empty (the constructor of Interval saw to it), results must not
/// be.
struct NoEmptySet {
    static Endpoint pos_inf() { return std::numeric_limits<double>::infinity(); }
    static Endpoint neg_inf() { return -std::numeric_limits<double>::infinity(); }
    static Endpoint nan() { throw DomainError("interval: an operation has no result"); }
    static Endpoint empty_lower() { throw DomainError("interval: an operation has the empty set as its result"); }
    static Endpoint empty_upper() { return empty_lower(); }
    static bool is_nan(Endpoint a) { return tercet::is_nan(a.value); }
    static bool is_empty(Endpoint, Endpoint) { return false; }
};

class Interval {
public:
    Interval() = default;  // {0}

    /// {point}. Throws DomainError on NaN and infinities.
    explicit Interval(double point) : Interval(point, point) {}

    /// [lower, upper]. Throws DomainError on NaN, on lower > upper, on lower = +inf and on upper = -inf.
    Interval(double lower, double upper) : lower_(lower), upper_(upper) {
        const std::int64_t l = order(lower), u = order(upper);
        if (!(-order_infinity <= l && l <= u && u <= order_infinity && l < order_infinity && u > -order_infinity))
            refuse("a set of reals");
    }

    double lower() const { return lower_; }
    double upper() const { return upper_; }

    /// The least double that is at least u - l.
    double width_up() const { return directed::sub_up(upper_, lower_); }

    /// A finite double in the interval: the one nearest to (l + u)/2; 0 for the line, the last double for a half-line.
    /// l + u rounds once and halving is exact, or the sum is below 2^-1021, thus exact, and halving rounds once. If it
    /// overflows, both ends are large and their halves exact. Rounding is monotone, so the result stays between l and
    /// u.
    double midpoint() const {
        constexpr double largest = std::numeric_limits<double>::max();
        const bool below = order(lower_) == -order_infinity, above = order(upper_) == order_infinity;
        if (below && above) return 0.0;
        if (below) return -largest;
        if (above) return largest;
        const double sum = directed::add_nearest(lower_, upper_);
        if (order(sum) < order_infinity && order(sum) > -order_infinity) return directed::mul_nearest(0.5, sum);
        return directed::add_nearest(directed::mul_nearest(0.5, lower_), directed::mul_nearest(0.5, upper_));
    }

    /// x in [l, u]; infinities and NaN are in no interval.
    bool contains(double x) const {
        const std::int64_t k = order(x);
        return order(lower_) <= k && k <= order(upper_) && -order_infinity < k && k < order_infinity;
    }
    bool contains(const Interval& x) const {
        return order(lower_) <= order(x.lower_) && order(x.upper_) <= order(upper_);
    }

    /// The same set of reals; [-0, 0] is [0, 0]. There is no <: which of two overlapping intervals is less,
    /// core/truth.hpp answers.
    friend bool operator==(const Interval& a, const Interval& b) {
        return order(a.lower_) == order(b.lower_) && order(a.upper_) == order(b.upper_);
    }

    [[noreturn]] [[gnu::cold]] [[gnu::noinline]] void refuse(const char* what) const {
        char text[120];
        std::snprintf(text, sizeof text, "interval: [%.17g, %.17g] is not %s", lower_, upper_, what);
        throw DomainError(text);
    }

private:
    double lower_ = 0.0, upper_ = 0.0;
};

static_assert(std::is_trivially_copyable_v<Interval> && sizeof(Interval) == 2 * sizeof(double),
              "kernels read an interval as two doubles");

namespace detail {

using BoostInterval =
    boost::numeric::interval<Endpoint, boost::numeric::interval_lib::policies<DirectedRounding, NoEmptySet>>;

inline BoostInterval to_boost(const Interval& a) { return {Endpoint(a.lower()), Endpoint(a.upper()), true}; }

/// Through the checking constructor: a bound that is no bound ends in DomainError.
inline Interval from_boost(const BoostInterval& a) { return {a.lower().value, a.upper().value}; }

}  // namespace detail

inline Interval operator-(const Interval& a) { return {-a.upper(), -a.lower()}; }
inline Interval operator+(const Interval& a, const Interval& b) {
    return detail::from_boost(detail::to_boost(a) + detail::to_boost(b));
}
inline Interval operator-(const Interval& a, const Interval& b) {
    return detail::from_boost(detail::to_boost(a) - detail::to_boost(b));
}
inline Interval operator*(const Interval& a, const Interval& b) {
    return detail::from_boost(detail::to_boost(a) * detail::to_boost(b));
}

/// { x / y : x in a, y in b, y != 0 }, or the entire line where b contains 0. Throws DomainError for b = {0}.
inline Interval operator/(const Interval& a, const Interval& b) {
    if (b.contains(0.0)) {
        if (b == Interval()) a.refuse("divisible by [0, 0]");
        return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    }
    return detail::from_boost(detail::to_boost(a) / detail::to_boost(b));
}

inline Interval& operator+=(Interval& a, const Interval& b) { return a = a + b; }
inline Interval& operator-=(Interval& a, const Interval& b) { return a = a - b; }
inline Interval& operator*=(Interval& a, const Interval& b) { return a = a * b; }
inline Interval& operator/=(Interval& a, const Interval& b) { return a = a / b; }

inline Interval hull(const Interval& a, const Interval& b) {
    return detail::from_boost(boost::numeric::hull(detail::to_boost(a), detail::to_boost(b)));
}
inline Interval max(const Interval& a, const Interval& b) {
    return detail::from_boost((boost::numeric::max)(detail::to_boost(a), detail::to_boost(b)));
}
inline Interval min(const Interval& a, const Interval& b) {
    return detail::from_boost((boost::numeric::min)(detail::to_boost(a), detail::to_boost(b)));
}
inline Interval relu(const Interval& a) { return max(a, Interval()); }
inline Interval abs(const Interval& a) { return detail::from_boost(boost::numeric::abs(detail::to_boost(a))); }

/// { x^2 : x in a }, which a * a is not: [-1, 1]^2 = [0, 1].
inline Interval square(const Interval& a) { return detail::from_boost(boost::numeric::square(detail::to_boost(a))); }

/// { sqrt x : x in a, x >= 0 }. Throws DomainError where that is empty.
inline Interval sqrt(const Interval& a) {
    if (order(a.upper()) < 0) a.refuse("a set with square roots");
    return detail::from_boost(boost::numeric::sqrt(detail::to_boost(a)));
}

}  // namespace tercet

/// Without this, numeric_limits<Interval>::max() would compile, and be [0, 0].
template <>
struct std::numeric_limits<tercet::Interval> : tercet::NoLimits {};
