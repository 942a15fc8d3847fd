/// Float64: IEEE binary64 in the reference order; bits are the same on every machine, compiler and flag set.
///
/// Claim: approximate. Sums are left folds from 0 (core/kernels.hpp), products are never fused with sums, exp, log and tanh are correctly
/// rounded. The processor must be in round-to-nearest without FTZ and DAZ, as a program starts.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/core/no_fast_math.hpp>
#include <tercet/scalars/opaque.hpp>

namespace tercet {

struct Float64 {
    using Scalar = double;
    static constexpr std::string_view name = "float64";
    static constexpr Claim claim = Claim::approximate;

    static double exact(double d) { return d; }
    static double lift(float x) { return static_cast<double>(x); }
    static double ratio(std::int64_t p, std::int64_t q) { return static_cast<double>(p) / static_cast<double>(q); }
    static double product(double a, double b) { return opaque(a * b); }
    static double max(double a, double b) { return a <= b ? b : a; }
    static double relu(double a) { return max(a, 0.0); }
    static double step(double a) { return a > 0 ? 1.0 : 0.0; }
    static Truth less(double a, double b) { return truth(a < b); }
    static double indicator(Truth t) { return t == Truth::yes ? 1.0 : t == Truth::no ? 0.0 : 0.5; }
    static double divide(double a, double b) { return a / b; }

    static double exp(double a);
    static double log(double a);
    static double tanh(double a);
    static double sigmoid(double a) { return 1.0 / (1.0 + exp(-a)); }
    static double sqrt(double a);

    static void gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b, const Matrix<Float64>& y);
};

}  // namespace tercet
