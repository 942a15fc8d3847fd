/// The exponentials of a row in MPFR, and the shares that are made of them, for softmax.cpp, softmax_pullback.cpp and
/// cross_entropy.cpp.
///
/// A shift c of all arguments, any finite double, changes no share over the reals: the exponentials are taken of x_j -
/// c with c the largest finite x_j, only so that they stay in MPFR's exponent range. All steps are monotone in each
/// operand, hence rounding each to the side that moves the result outward gives a bound, whatever the errors are. They
/// are below n 2^-118 relative for differences
/// |x_i - x_j| < 2^8 (beyond 800 a share is within 2^-1074 of 0 or 1 anyway).
///
/// For the library's sources only; callers hold a MpfrScope.
#pragma once

#include <tercet/core/error.hpp>
#include <tercet/scalars/elementary/mpfr_number.hpp>
#include <tercet/scalars/interval_number.hpp>

#include <span>
#include <string>
#include <vector>

namespace tercet::softmax_terms {

using Numbers = std::vector<MpfrNumber>;

inline mpfr_rnd_t opposite(mpfr_rnd_t mode) {
    return mode == MPFR_RNDD ? MPFR_RNDU : mode == MPFR_RNDU ? MPFR_RNDD : MPFR_RNDN;
}

inline MpfrNumber zero_number() {
    MpfrNumber z;
    mpfr_set_zero(z, 1);
    return z;
}

/// Numbers that only rise with x, at the least (rounded down) and at the greatest (rounded up) of a box.
struct Bounds {
    Numbers low, high;

    /// Those on the side that a bound rounded to `mode` lies on, and those on the other.
    const Numbers& near(mpfr_rnd_t mode) const { return mode == MPFR_RNDD ? low : high; }
    const Numbers& far(mpfr_rnd_t mode) const { return mode == MPFR_RNDD ? high : low; }
};

/// The same of a point, to nearest.
struct Nearest {
    Numbers values;

    const Numbers& near(mpfr_rnd_t) const { return values; }
    const Numbers& far(mpfr_rnd_t) const { return values; }
};

/// exp(x_j - c)
Bounds exponentials(std::span<const Interval> box);
Nearest exponentials(std::span<const double> x);

/// sum over j != i of e_j: a sum over j < i plus a sum over j > i, so nothing is subtracted.
Numbers sums_without_each(const Numbers& e, mpfr_rnd_t mode);
inline Bounds others(const Bounds& e) {
    return {sums_without_each(e.low, MPFR_RNDD), sums_without_each(e.high, MPFR_RNDU)};
}
inline Nearest others(const Nearest& e) { return {sums_without_each(e.values, MPFR_RNDN)}; }

/// own / (own + rest) = 1 / (1 + rest / own), rounded to `mode` for an `own` rounded to it and a `rest` rounded to the
/// other side: it rises with own, falls with rest. y may be neither.
/// No NaN for bounds of two sets that are not empty. Down: 0 <= own < inf and 0 < rest, so rest / own is in (0, inf],
/// inf for own = 0, giving 0. Up: 0 < own and rest < inf, so rest / own is in [0, inf), 0 for rest = 0, giving 1. (An
/// upper end of an interval is above -inf and its exponential, rounded up, above 0; a lower end is below inf, its
/// exponential, rounded down, finite.)
inline void set_share(MpfrNumber& y, const MpfrNumber& own, const MpfrNumber& rest, mpfr_rnd_t mode) {
    mpfr_div(y, rest, own, opposite(mode));
    mpfr_add_ui(y, y, 1, opposite(mode));
    mpfr_ui_div(y, 1, y, mode);
}

template <class T>
T nearest_float(const MpfrNumber& x) {
    if constexpr (sizeof(T) == sizeof(float)) return mpfr_get_flt(x, MPFR_RNDN);
    else return mpfr_get_d(x, MPFR_RNDN);
}

/// The same numbers as doubles, which hold every float.
template <class T>
std::vector<double> doubles(std::span<const T> x) {
    return {x.begin(), x.end()};
}

inline void expect_length(const char* what, std::size_t n, std::size_t room) {
    if (n != room)
        throw ShapeError(std::string(what) + ": " + std::to_string(n) + " arguments, room for " + std::to_string(room) +
                         " results");
}

/// The lower or upper ends of a box.
std::vector<double> corner(std::span<const Interval> box, mpfr_rnd_t side);

/// Where the largest finite x_j stands; the length where there is none.
std::size_t largest_finite(std::span<const double> x);

/// exp(x - c), the difference and its exponential both rounded to `mode`; 0 for x = -inf, inf for x = inf.
MpfrNumber exponential(double x, double c, mpfr_rnd_t mode);

}  // namespace tercet::softmax_terms
