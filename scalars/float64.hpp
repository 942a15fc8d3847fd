/// Float64: IEEE binary64 in the reference order; bits are the same on every machine, compiler and flag set.
///
/// Claim: approximate. Sums are left folds from 0 (core/kernels.hpp), products are never fused with sums, functions of
/// one variable are correctly rounded but for sigmoid. The processor must be in round-to-nearest without FTZ and DAZ,
/// as a program starts.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/core/no_fast_math.hpp>
#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/elementary/round_to_integer.hpp>
#include <tercet/scalars/machine/opaque.hpp>

#include <span>

namespace tercet {

struct Float64 {
    using Scalar = double;
    static constexpr std::string_view name = "float64";
    static constexpr Claim claim = Claim::approximate;
    static constexpr Semantics semantics = Semantics::rounded;

    static double exact(double d) { return d; }
    static double lift(float x) { return static_cast<double>(x); }
    static double ratio(std::int64_t p, std::int64_t q);
    static double product(double a, double b) { return opaque(a * b); }
    static double sum(double a, double b) { return opaque(a + b); }
    static double max(double a, double b) { return a <= b ? b : a; }
    static double relu(double a) { return max(a, 0.0); }
    static double step(double a) { return a > 0 ? 1.0 : 0.0; }
    static Truth less(double a, double b) { return truth(a < b); }
    static double indicator(Truth t) { return t == Truth::yes ? 1.0 : t == Truth::no ? 0.0 : 0.5; }
    static double divide(double a, double b);

    static double exp(double a);
    static double log(double a);
    static double tanh(double a);
    static double sigmoid(double a);  // 1 / (1 + exp(-a))
    static double sqrt(double a);

    /// Correctly rounded: mpfr_functions.hpp.
    static double expm1(double a);
    static double log1p(double a);
    static double erf(double a);
    static double erfc(double a);
    static double sin(double a);
    static double cos(double a);
    static double tan(double a);
    static double asin(double a);
    static double acos(double a);
    static double atan(double a);
    static double sinh(double a);
    static double cosh(double a);
    static double asinh(double a);
    static double acosh(double a);
    static double atanh(double a);
    static double floor(double a) { return floor_of(a); }
    static double round_even(double a) { return round_even_of(a); }  // the nearest integer, of two the even one
    static double two_over_sqrt_pi() { return two_over_sqrt_pi_bounds.down; }

    /// From the argument, to nearest: slopes.hpp and softmax.hpp.
    static double sigmoid_slope(double a);
    static double tanh_slope(double a);
    static void softmax_pullback(std::span<const double> x, std::span<const double> g, std::span<double> dx);
    static double cross_entropy(std::span<const double> x, std::int64_t label);
    static void cross_entropy_gradient(std::span<const double> x, std::int64_t label, std::span<double> dx);

    /// exp(x_i - m) / sum_j exp(x_j - m), m the maximum; y may be x.
    static void softmax(std::span<const double> x, std::span<double> y);
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Float64>& a, const ConstRun<Float64>& b,
                            const Run<Float64>& y);
    static void gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b, const Matrix<Float64>& y);
};

static_assert(replaces<hook::Product<Float64>, hook::Sum<Float64>, hook::SigmoidSlope<Float64>,
                       hook::TanhSlope<Float64>, hook::Gemm<Float64>, hook::Elementwise<Float64>,
                       hook::Softmax<Float64>, hook::SoftmaxPullback<Float64>, hook::CrossEntropy<Float64>>);

}  // namespace tercet
