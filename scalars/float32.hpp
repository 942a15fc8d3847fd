/// Float32: IEEE binary32 in the reference order, as Float64 is binary64; `exact` and `ratio` round to nearest.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/core/no_fast_math.hpp>
#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/elementary/round_to_integer.hpp>
#include <tercet/scalars/machine/opaque.hpp>

#include <span>

namespace tercet {

struct Float32 {
    using Scalar = float;
    static constexpr std::string_view name = "float32";
    static constexpr Claim claim = Claim::approximate;
    static constexpr Semantics semantics = Semantics::rounded;

    static float exact(double d) { return static_cast<float>(d); }
    static float ratio(std::int64_t p, std::int64_t q);
    static float product(float a, float b) { return opaque(a * b); }
    static float sum(float a, float b) { return opaque(a + b); }
    static float max(float a, float b) { return a <= b ? b : a; }
    static float relu(float a) { return max(a, 0.0F); }
    static float step(float a) { return a > 0 ? 1.0F : 0.0F; }
    static Truth less(float a, float b) { return truth(a < b); }
    static float indicator(Truth t) { return t == Truth::yes ? 1.0F : t == Truth::no ? 0.0F : 0.5F; }
    static float divide(float a, float b);

    static float exp(float a);
    static float log(float a);
    static float tanh(float a);
    static float sigmoid(float a);  // 1 / (1 + exp(-a))
    static float sqrt(float a);

    /// Correctly rounded: mpfr_functions.hpp.
    static float expm1(float a);
    static float log1p(float a);
    static float erf(float a);
    static float erfc(float a);
    static float sin(float a);
    static float cos(float a);
    static float tan(float a);
    static float asin(float a);
    static float acos(float a);
    static float atan(float a);
    static float sinh(float a);
    static float cosh(float a);
    static float asinh(float a);
    static float acosh(float a);
    static float atanh(float a);
    static float floor(float a) { return static_cast<float>(floor_of(static_cast<double>(a))); }
    static float round_even(float a) { return static_cast<float>(round_even_of(static_cast<double>(a))); }
    static float two_over_sqrt_pi() { return static_cast<float>(two_over_sqrt_pi_bounds.down); }

    /// From the argument, to nearest: slopes.hpp and softmax.hpp.
    static float sigmoid_slope(float a);
    static float tanh_slope(float a);
    static void softmax_pullback(std::span<const float> x, std::span<const float> g, std::span<float> dx);
    static float cross_entropy(std::span<const float> x, std::int64_t label);
    static void cross_entropy_gradient(std::span<const float> x, std::int64_t label, std::span<float> dx);

    /// exp(x_i - m) / sum_j exp(x_j - m), m the maximum; y may be x.
    static void softmax(std::span<const float> x, std::span<float> y);
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Float32>& a, const ConstRun<Float32>& b,
                            const Run<Float32>& y);
    static void gemm(const ConstMatrix<Float32>& a, const ConstMatrix<Float32>& b, const Matrix<Float32>& y);
};

static_assert(replaces<hook::Product<Float32>, hook::Sum<Float32>, hook::SigmoidSlope<Float32>,
                       hook::TanhSlope<Float32>, hook::Gemm<Float32>, hook::Elementwise<Float32>,
                       hook::Softmax<Float32>, hook::SoftmaxPullback<Float32>, hook::CrossEntropy<Float32>>);

}  // namespace tercet
