/// Smooth functions and their slopes by other formulas than the library's, in so many bits that cancellation does not
/// matter.
#pragma once

#include <tercet/scalars/interval_number.hpp>

#include <boost/multiprecision/mpfr.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace tercet::testing {

/// 70 decimal digits, more than 200 bits.
using Bits200 =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<70>, boost::multiprecision::et_off>;
/// 4,000 bits: exp(-1500) beside 1 leaves more than 1,800.
using Bits4000 =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<1205>, boost::multiprecision::et_off>;

/// 1 / (2 + 2 cosh x)
inline Bits200 exact_sigmoid_slope(double x) { return 1 / (2 + 2 * cosh(Bits200(x))); }
/// 1 / cosh^2 x
inline Bits200 exact_tanh_slope(double x) {
    const Bits200 c = cosh(Bits200(x));
    return 1 / (c * c);
}

/// exp(x_i) / sum_j exp(x_j)
inline std::vector<Bits4000> exact_softmax(const std::vector<double>& x) {
    std::vector<Bits4000> y;
    Bits4000 sum = 0;
    for (const double v : x) sum += y.emplace_back(exp(Bits4000(v)));
    for (Bits4000& v : y) v /= sum;
    return y;
}
/// y_i (g_i - sum_j y_j g_j); what is left of 0 by 4,000 bits is 0: a product of exponentials of numbers up to 1,000 is
/// not so small.
inline std::vector<Bits4000> exact_softmax_pullback(const std::vector<double>& x, const std::vector<double>& g) {
    std::vector<Bits4000> y = exact_softmax(x);
    Bits4000 inner = 0;
    for (std::size_t i = 0; i < x.size(); ++i) inner += y[i] * g[i];
    for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] *= g[i] - inner;
        if (abs(y[i]) < ldexp(Bits4000(1), -3500)) y[i] = 0;
    }
    return y;
}
/// y - e_k
inline std::vector<Bits4000> exact_cross_entropy_gradient(const std::vector<double>& x, std::size_t k) {
    std::vector<Bits4000> y = exact_softmax(x);
    y[k] -= 1;
    return y;
}
/// -log y_k
inline Bits4000 exact_cross_entropy(const std::vector<double>& x, std::size_t k) { return -log(exact_softmax(x)[k]); }

/// l <= exact <= u; infinite ends contain.
template <class Exact>
bool holds(const Interval& y, const Exact& exact) {
    return (std::isinf(y.lower()) || Exact(y.lower()) <= exact) && (std::isinf(y.upper()) || exact <= Exact(y.upper()));
}

/// Contained, and no wider than `relative` of it, or than four steps of a subnormal double.
template <class Exact>
bool tight(const Interval& y, const Exact& exact, double relative) {
    return holds(y, exact) && Exact(y.upper()) - Exact(y.lower()) <= abs(exact) * relative + Exact(0x1p-1072);
}

/// |y - exact| in ulps of exact as a T; below T's normal numbers an ulp is the least positive T.
template <class T, class Exact>
double ulps(T y, const Exact& exact) {
    const Exact error = abs(Exact(y) - exact);
    if (exact == 0) return error == 0 ? 0.0 : std::numeric_limits<double>::infinity();
    const int digits = std::numeric_limits<T>::digits, least = std::numeric_limits<T>::min_exponent - digits;
    const auto exponent = static_cast<int>(std::max<long>(static_cast<long>(ilogb(exact)) + 1 - digits, least));
    return static_cast<double>(error / ldexp(Exact(1), exponent));
}

}  // namespace tercet::testing
