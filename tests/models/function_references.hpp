/// Every function of one variable by its definition, in 4000 bits: what cancels there leaves more than 1,800 of them
/// for the doubles here.
#pragma once

#include <tercet/models/operators/groups/functions.hpp>

#include "../scalars/many_bits.hpp"

namespace tercet::testing {

using Real = Bits4000;

/// A function of MPFR that Boost does not name for its numbers.
inline Real by_mpfr(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Real& x) {
    Real y;
    f(y.backend().data(), x.backend().data(), MPFR_RNDN);
    return y;
}
inline Real logistic(const Real& x) { return 1 / (1 + exp(-x)); }
inline Real exp_1(const Real& x) { return exp(x) - 1; }

inline Real reference(const unary::Abs&, const Real& x) { return abs(x); }
inline Real reference(const unary::Acos&, const Real& x) { return acos(x); }
inline Real reference(const unary::Acosh&, const Real& x) { return log(x + sqrt(x * x - 1)); }
inline Real reference(const unary::Asin&, const Real& x) { return asin(x); }
inline Real reference(const unary::Asinh&, const Real& x) {
    return x < 0 ? -log(sqrt(x * x + 1) - x) : log(x + sqrt(x * x + 1));
}
inline Real reference(const unary::Atan&, const Real& x) { return atan(x); }
inline Real reference(const unary::Atanh&, const Real& x) { return log((1 + x) / (1 - x)) / 2; }
inline Real reference(const unary::Ceil&, const Real& x) { return ceil(x); }
inline Real reference(const unary::Celu& f, const Real& x) {
    const Real a = f.alpha, bent = a * exp_1(x / a);
    return (x > 0 ? x : Real(0)) + (bent < 0 ? bent : Real(0));
}
inline Real reference(const unary::Cos&, const Real& x) { return cos(x); }
inline Real reference(const unary::Cosh&, const Real& x) { return (exp(x) + exp(-x)) / 2; }
inline Real reference(const unary::Elu& f, const Real& x) { return x < 0 ? Real(f.alpha * exp_1(x)) : x; }
inline Real reference(const unary::Erf&, const Real& x) { return by_mpfr(mpfr_erf, x); }
inline Real reference(const unary::Exp&, const Real& x) { return exp(x); }
inline Real reference(const unary::Floor&, const Real& x) { return floor(x); }
inline Real reference(const unary::Gelu&, const Real& x) { return x * (1 + by_mpfr(mpfr_erf, x / sqrt(Real(2)))) / 2; }
inline Real reference(const unary::GeluTanh&, const Real& x) {
    static const Real root = sqrt(2 / acos(Real(-1)));
    return x * (1 + tanh(root * (x + Real("0.044715") * x * x * x))) / 2;
}
inline Real reference(const unary::HardSigmoid& f, const Real& x) {
    const Real t = f.alpha * x + f.beta;
    return t < 0 ? Real(0) : t > 1 ? Real(1) : t;
}
inline Real reference(const unary::HardSwish&, const Real& x) {
    return x < -3 ? Real(0) : x > 3 ? x : Real(x * (x / 6 + 0.5));
}
inline Real reference(const unary::IntegerPower& f, const Real& x) { return pow(x, f.n); }
inline Real reference(const unary::LeakyRelu& f, const Real& x) { return x < 0 ? Real(f.alpha * x) : x; }
inline Real reference(const unary::Log&, const Real& x) { return log(x); }
inline Real reference(const unary::Mish&, const Real& x) { return x * tanh(log(1 + exp(x))); }
inline Real reference(const unary::Negate&, const Real& x) { return -x; }
inline Real reference(const unary::Reciprocal&, const Real& x) { return 1 / x; }
inline Real reference(const unary::Relu&, const Real& x) { return x < 0 ? Real(0) : x; }
inline Real reference(const unary::Round&, const Real& x) {
    const Real down = floor(x), above = x - down - 0.5, odd = down - 2 * floor(down / 2);
    return above < 0 || (above == 0 && odd == 0) ? down : Real(down + 1);
}
inline Real reference(const unary::Selu& f, const Real& x) { return f.gamma * (x > 0 ? x : Real(f.alpha * exp_1(x))); }
inline Real reference(const unary::Sigmoid&, const Real& x) { return logistic(x); }
inline Real reference(const unary::Sign&, const Real& x) { return x.sign(); }
inline Real reference(const unary::Sin&, const Real& x) { return sin(x); }
inline Real reference(const unary::Sinh&, const Real& x) { return (exp(x) - exp(-x)) / 2; }
inline Real reference(const unary::Softplus&, const Real& x) { return log(exp(x) + 1); }
inline Real reference(const unary::Softsign&, const Real& x) { return x / (1 + abs(x)); }
inline Real reference(const unary::Sqrt&, const Real& x) { return sqrt(x); }
inline Real reference(const unary::Swish& f, const Real& x) { return x * logistic(f.alpha * x); }
inline Real reference(const unary::Tan&, const Real& x) { return tan(x); }
inline Real reference(const unary::Tanh&, const Real& x) { return tanh(x); }
inline Real reference(const unary::ThresholdedRelu& f, const Real& x) { return x > f.alpha ? x : Real(0); }

/// (f(x + h) - f(x - h)) / 2h for h = 2^-1300: away from kinks f' to some 2^-400 of itself, or of 2^-1100.
template <class F>
Real reference_slope(const F& f, const Real& x) {
    static const Real h = ldexp(Real(1), -1300);
    return (reference(f, x + h) - reference(f, x - h)) / (2 * h);
}

/// Has f a value at x? By its domain.
template <class F>
bool defined(double x) {
    if (!F::domain) return true;
    const double v = x + F::domain->shift;  // of 0 or -1
    switch (F::domain->asks) {
        case Domain::Asks::nonzero: return v != 0;
        case Domain::Asks::nonnegative: return v >= 0;
        case Domain::Asks::positive: return v > 0;
        case Domain::Asks::within_1: return std::abs(v) <= 1;
        case Domain::Asks::inside_1: return std::abs(v) < 1;
        case Domain::Asks::off_poles_of_tan: break;
    }
    return true;
}

/// By how much an error of one unit in the last place of the argument of an inner function grows, for those functions
/// that have one.
template <class F>
double growth(const F&, double) {
    return 1;
}
inline double growth(const unary::Gelu&, double x) { return 1 + x * x; }
inline double growth(const unary::GeluTanh&, double x) { return 1 + 2 * std::abs(x) + 0.1 * std::abs(x * x * x); }
inline double growth(const unary::Swish& f, double x) { return 1 + std::abs(f.alpha * x); }
inline double growth(const unary::Celu& f, double x) { return 1 + std::abs(x / f.alpha); }
/// alpha x + beta may cancel: relative to its terms.
inline double growth(const unary::HardSigmoid& f, double x) {
    const double t = std::abs(f.alpha * x + f.beta);
    return 1 + (std::abs(f.alpha * x) + std::abs(f.beta)) / (t > 1e-300 ? t : 1e-300);
}
inline double growth(const unary::HardSwish&, double x) {
    return 1 + 3 / (std::abs(x + 3) > 1e-300 ? std::abs(x + 3) : 1e-300);
}

}  // namespace tercet::testing
