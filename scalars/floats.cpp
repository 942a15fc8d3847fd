/// What of Float64 and Float32 a user's flags could change: quotients (-freciprocal-math), sums and what follows them
/// (-fassociative-math), neither of which clang tells a header about. So they are compiled here, with the library's
/// own.
#include <tercet/scalars/elementary/elementary.hpp>
#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/elementary/slopes.hpp>
#include <tercet/scalars/elementary/softmax.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/kernels/ordered_gemm.hpp>

#include <cmath>

namespace tercet {

namespace {

template <class C>
void softmax_of(std::span<const Scalar<C>> x, std::span<Scalar<C>> y) {
    if (x.empty()) return;
    Scalar<C> largest = x[0], sum = 0;
    for (const Scalar<C> v : x) largest = C::max(largest, v);
    for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] = C::exp(x[i] - largest);
        sum = sum + y[i];
    }
    for (Scalar<C>& e : y) e = e / sum;
}

/// f over runs: the contiguous case apart, so that it is vectorised.
template <class C, class F>
void each(std::int64_t n, const ConstRun<C>& a, const ConstRun<C>& b, const Run<C>& y, F f) {
    const Scalar<C>*s = a.data->data() + a.offset, *t = b.data->data() + b.offset;
    Scalar<C>* to = y.data->data() + y.offset;
    if (a.stride == 1 && b.stride == 1 && y.stride == 1)
        for (std::int64_t i = 0; i < n; ++i) to[i] = f(s[i], t[i]);
    else
        for (std::int64_t i = 0; i < n; ++i) to[i * y.stride] = f(s[i * a.stride], t[i * b.stride]);
}

template <class C>
void elementwise_of(Binary op, std::int64_t n, const ConstRun<C>& a, const ConstRun<C>& b, const Run<C>& y) {
    using T = Scalar<C>;
    switch (op) {
        case Binary::add: return each<C>(n, a, b, y, [](T s, T t) { return s + t; });
        case Binary::subtract: return each<C>(n, a, b, y, [](T s, T t) { return s - t; });
        case Binary::multiply: return each<C>(n, a, b, y, [](T s, T t) { return s * t; });
        case Binary::divide: return each<C>(n, a, b, y, [](T s, T t) { return s / t; });
        case Binary::max: return each<C>(n, a, b, y, [](T s, T t) { return C::max(s, t); });
    }
}

}  // namespace

double Float64::exp(double a) { return exp_nearest(a); }
double Float64::log(double a) { return log_nearest(a); }
double Float64::tanh(double a) { return tanh_nearest(a); }
double Float64::sqrt(double a) { return std::sqrt(a); }  // IEEE 754: correctly rounded
double Float64::expm1(double a) { return value_nearest(MpfrFunction::expm1, a); }
double Float64::log1p(double a) { return value_nearest(MpfrFunction::log1p, a); }
double Float64::erf(double a) { return value_nearest(MpfrFunction::erf, a); }
double Float64::erfc(double a) { return value_nearest(MpfrFunction::erfc, a); }
double Float64::sin(double a) { return value_nearest(MpfrFunction::sin, a); }
double Float64::cos(double a) { return value_nearest(MpfrFunction::cos, a); }
double Float64::tan(double a) { return value_nearest(MpfrFunction::tan, a); }
double Float64::asin(double a) { return value_nearest(MpfrFunction::asin, a); }
double Float64::acos(double a) { return value_nearest(MpfrFunction::acos, a); }
double Float64::atan(double a) { return value_nearest(MpfrFunction::atan, a); }
double Float64::sinh(double a) { return value_nearest(MpfrFunction::sinh, a); }
double Float64::cosh(double a) { return value_nearest(MpfrFunction::cosh, a); }
double Float64::asinh(double a) { return value_nearest(MpfrFunction::asinh, a); }
double Float64::acosh(double a) { return value_nearest(MpfrFunction::acosh, a); }
double Float64::atanh(double a) { return value_nearest(MpfrFunction::atanh, a); }

float Float32::exp(float a) { return exp_nearest(a); }
float Float32::log(float a) { return log_nearest(a); }
float Float32::tanh(float a) { return tanh_nearest(a); }
float Float32::sqrt(float a) { return std::sqrt(a); }
float Float32::expm1(float a) { return value_nearest(MpfrFunction::expm1, a); }
float Float32::log1p(float a) { return value_nearest(MpfrFunction::log1p, a); }
float Float32::erf(float a) { return value_nearest(MpfrFunction::erf, a); }
float Float32::erfc(float a) { return value_nearest(MpfrFunction::erfc, a); }
float Float32::sin(float a) { return value_nearest(MpfrFunction::sin, a); }
float Float32::cos(float a) { return value_nearest(MpfrFunction::cos, a); }
float Float32::tan(float a) { return value_nearest(MpfrFunction::tan, a); }
float Float32::asin(float a) { return value_nearest(MpfrFunction::asin, a); }
float Float32::acos(float a) { return value_nearest(MpfrFunction::acos, a); }
float Float32::atan(float a) { return value_nearest(MpfrFunction::atan, a); }
float Float32::sinh(float a) { return value_nearest(MpfrFunction::sinh, a); }
float Float32::cosh(float a) { return value_nearest(MpfrFunction::cosh, a); }
float Float32::asinh(float a) { return value_nearest(MpfrFunction::asinh, a); }
float Float32::acosh(float a) { return value_nearest(MpfrFunction::acosh, a); }
float Float32::atanh(float a) { return value_nearest(MpfrFunction::atanh, a); }

double Float64::sigmoid_slope(double a) { return sigmoid_slope_nearest(a); }
double Float64::tanh_slope(double a) { return tanh_slope_nearest(a); }
void Float64::softmax_pullback(std::span<const double> x, std::span<const double> g, std::span<double> dx) {
    tercet::softmax_pullback(x, g, dx);
}
double Float64::cross_entropy(std::span<const double> x, std::int64_t label) { return tercet::cross_entropy(x, label); }
void Float64::cross_entropy_gradient(std::span<const double> x, std::int64_t label, std::span<double> dx) {
    tercet::cross_entropy_gradient(x, label, dx);
}

float Float32::sigmoid_slope(float a) { return sigmoid_slope_nearest(a); }
float Float32::tanh_slope(float a) { return tanh_slope_nearest(a); }
void Float32::softmax_pullback(std::span<const float> x, std::span<const float> g, std::span<float> dx) {
    tercet::softmax_pullback(x, g, dx);
}
float Float32::cross_entropy(std::span<const float> x, std::int64_t label) { return tercet::cross_entropy(x, label); }
void Float32::cross_entropy_gradient(std::span<const float> x, std::int64_t label, std::span<float> dx) {
    tercet::cross_entropy_gradient(x, label, dx);
}

double Float64::ratio(std::int64_t p, std::int64_t q) { return static_cast<double>(p) / static_cast<double>(q); }
double Float64::divide(double a, double b) { return a / b; }
double Float64::sigmoid(double a) { return 1.0 / (1.0 + exp(-a)); }
void Float64::softmax(std::span<const double> x, std::span<double> y) { softmax_of<Float64>(x, y); }
void Float64::elementwise(Binary op, std::int64_t n, const ConstRun<Float64>& a, const ConstRun<Float64>& b,
                          const Run<Float64>& y) {
    elementwise_of<Float64>(op, n, a, b, y);
}

float Float32::ratio(std::int64_t p, std::int64_t q) {
    return static_cast<float>(static_cast<double>(p) / static_cast<double>(q));
}
float Float32::divide(float a, float b) { return a / b; }
float Float32::sigmoid(float a) { return 1.0F / (1.0F + exp(-a)); }
void Float32::softmax(std::span<const float> x, std::span<float> y) { softmax_of<Float32>(x, y); }
void Float32::elementwise(Binary op, std::int64_t n, const ConstRun<Float32>& a, const ConstRun<Float32>& b,
                          const Run<Float32>& y) {
    elementwise_of<Float32>(op, n, a, b, y);
}

void Float64::gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b, const Matrix<Float64>& y) {
    ordered_gemm<Float64>(a, b, y, ordered::kernels().doubles);
}
void Float32::gemm(const ConstMatrix<Float32>& a, const ConstMatrix<Float32>& b, const Matrix<Float32>& y) {
    ordered_gemm<Float32>(a, b, y, ordered::kernels().floats);
}

}  // namespace tercet
