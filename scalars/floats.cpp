#include <tercet/scalars/elementary.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/reference_gemm.hpp>

#include <cmath>

namespace tercet {

double Float64::exp(double a) { return exp_nearest(a); }
double Float64::log(double a) { return log_nearest(a); }
double Float64::tanh(double a) { return tanh_nearest(a); }
double Float64::sqrt(double a) { return std::sqrt(a); }  // IEEE 754: correctly rounded

float Float32::exp(float a) { return exp_nearest(a); }
float Float32::log(float a) { return log_nearest(a); }
float Float32::tanh(float a) { return tanh_nearest(a); }
float Float32::sqrt(float a) { return std::sqrt(a); }

void Float64::gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b, const Matrix<Float64>& y) {
    reference_gemm<Float64>(a, b, y);
}
void Float32::gemm(const ConstMatrix<Float32>& a, const ConstMatrix<Float32>& b, const Matrix<Float32>& y) {
    reference_gemm<Float32>(a, b, y);
}

}  // namespace tercet
