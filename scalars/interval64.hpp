/// Interval64: every operation returns an interval of doubles that contains every real result over its operands.
///
/// Claim: enclosing, in every state of MXCSR and under all compiler flags: single operations are directed.hpp's, bulk
/// operations set and restore MXCSR themselves (interval64.cpp, affine.cpp). Parameters are points: the weights of a
/// network are exactly known doubles. step([l, u]) is 0 where u <= 0, 1 where l > 0, else [0, 1]: it contains the
/// convention step(0) = 0 at every point of the interval.
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/scalars/elementary/interval_elementary.hpp>
#include <tercet/scalars/elementary/interval_functions.hpp>
#include <tercet/scalars/elementary/slopes.hpp>
#include <tercet/scalars/elementary/softmax.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval_number.hpp>
#include <tercet/scalars/kernels/packed_matrix.hpp>

namespace tercet {

struct IntervalWeights64;

struct Interval64 {
    using Scalar = Interval;
    using Parameters = Float64;
    using Gradients = IntervalWeights64;
    static constexpr std::string_view name = "interval64";
    static constexpr Claim claim = Claim::enclosing;
    static constexpr Semantics semantics = Semantics::real;

    static Interval exact(double d) { return Interval(d); }
    static Interval lift(double d) { return Interval(d); }
    static Interval ratio(std::int64_t p, std::int64_t q);
    static Interval max(const Interval& a, const Interval& b) { return tercet::max(a, b); }
    static Interval relu(const Interval& a) { return tercet::relu(a); }
    static Interval step(const Interval& a) {
        return Interval(order(a.lower()) > 0 ? 1.0 : 0.0, order(a.upper()) > 0 ? 1.0 : 0.0);
    }
    static Truth less(const Interval& a, const Interval& b) {
        return order(a.upper()) < order(b.lower())    ? Truth::yes
               : order(a.lower()) >= order(b.upper()) ? Truth::no
                                                      : Truth::unknown;
    }
    static Interval indicator(Truth t) { return Interval(t == Truth::yes ? 1.0 : 0.0, t == Truth::no ? 0.0 : 1.0); }
    static Interval divide(const Interval& a, const Interval& b) { return a / b; }
    static Interval square(const Interval& a) { return tercet::square(a); }

    using Bound = double;
    static Interval point(double end) { return Interval(end); }
    static bool bounded(const Interval& a) {
        return order(a.lower()) > -order_infinity && order(a.upper()) < order_infinity;
    }
    static double lower(const Interval& a) { return a.lower(); }
    static double upper(const Interval& a) { return a.upper(); }
    static Interval hull(const Interval& a, const Interval& b) { return tercet::hull(a, b); }

    static Interval exp(const Interval& a) { return tercet::exp(a); }
    static Interval log(const Interval& a) { return tercet::log(a); }
    static Interval tanh(const Interval& a) { return tercet::tanh(a); }
    static Interval sigmoid(const Interval& a) { return tercet::sigmoid(a); }
    static Interval sqrt(const Interval& a) { return tercet::sqrt(a); }

    static Interval expm1(const Interval& a) { return tercet::expm1(a); }
    static Interval log1p(const Interval& a) { return tercet::log1p(a); }
    static Interval erf(const Interval& a) { return tercet::erf(a); }
    static Interval erfc(const Interval& a) { return tercet::erfc(a); }
    static Interval sin(const Interval& a) { return tercet::sin(a); }
    static Interval cos(const Interval& a) { return tercet::cos(a); }
    static Interval tan(const Interval& a) { return tercet::tan(a); }
    static Interval asin(const Interval& a) { return tercet::asin(a); }
    static Interval acos(const Interval& a) { return tercet::acos(a); }
    static Interval atan(const Interval& a) { return tercet::atan(a); }
    static Interval sinh(const Interval& a) { return tercet::sinh(a); }
    static Interval cosh(const Interval& a) { return tercet::cosh(a); }
    static Interval asinh(const Interval& a) { return tercet::asinh(a); }
    static Interval acosh(const Interval& a) { return tercet::acosh(a); }
    static Interval atanh(const Interval& a) { return tercet::atanh(a); }
    static Interval floor(const Interval& a) { return tercet::floor(a); }
    static Interval round_even(const Interval& a) { return tercet::round_even(a); }
    static Interval two_over_sqrt_pi() { return {two_over_sqrt_pi_bounds.down, two_over_sqrt_pi_bounds.up}; }

    static Interval sigmoid_slope(const Interval& x) { return tercet::sigmoid_slope(x); }
    static Interval tanh_slope(const Interval& x) { return tercet::tanh_slope(x); }

    static void softmax(std::span<const Interval> x, std::span<Interval> y) { tercet::softmax(x, y); }
    static void softmax_pullback(std::span<const Interval> x, std::span<const Interval> g, std::span<Interval> dx) {
        tercet::softmax_pullback(x, g, dx);
    }
    static Interval cross_entropy(std::span<const Interval> x, std::int64_t label) {
        return tercet::cross_entropy(x, label);
    }
    static void cross_entropy_gradient(std::span<const Interval> x, std::int64_t label, std::span<Interval> dx) {
        tercet::cross_entropy_gradient(x, label, dx);
    }

    /// Point weights as the kernels of affine.hpp read them.
    using Packed = PackedMatrix;
    /// Throws DomainError, with its place, for a weight that is no real number.
    static Packed pack(const ConstMatrix<Float64>& w);
    /// Y = X W^T + b, perhaps relu of it; bias may be null. Throws DomainError for a bias that is no real number.
    static void affine(const ConstMatrix<Interval64>& x, const Packed& w, const double* bias, bool rectify,
                       const Matrix<Interval64>& y);

    /// X [n, inC, H, W] convolved with packed kernels, one a group, into n images from y_offset on: see
    /// affine_conv.hpp.
    static void convolve(const View<Interval64, 4>& x, const std::vector<Packed>& groups, const Conv2dSizes& sizes,
                         const double* bias, bool rectify, Storage<Interval64>& y, std::int64_t y_offset);

    static void gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y);
    static void gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Float64>& b, const Matrix<Interval64>& y);
    static void gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y);
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Interval64>& a, const ConstRun<Interval64>& b,
                            const Run<Interval64>& y);
    static void rectify(std::int64_t n, const ConstRun<Interval64>& x, const Run<Interval64>& y);
    static void gate(std::int64_t n, const ConstRun<Interval64>& x, const ConstRun<Interval64>& g,
                     const Run<Interval64>& y);
    /// y_i = the largest of `cells` elements of x, whose places are at[i cells], at[i cells + 1], ..; contiguous runs,
    /// y not in x's storage.
    static void pool(std::int64_t n, std::int64_t cells, const ConstRun<Interval64>& x, const std::int64_t* at,
                     const Run<Interval64>& y);
};

/// Interval64 with parameters that are intervals too: uncertain weights, and the gradient of a layer over Interval64.
/// Its tensors lie in memory as Interval64's do, so its bulk operations are those, seen under the other name.
struct IntervalWeights64 : Interval64 {
    using Parameters = Interval64;
    using Gradients = IntervalWeights64;
    static constexpr std::string_view name = "interval_weights64";

    template <class A, class B>
    requires(std::same_as<Storage<A>, Storage<Interval64>>&&
                 std::same_as<Storage<B>, Storage<Interval64>>) static void gemm(const ConstMatrix<A>& a,
                                                                                 const ConstMatrix<B>& b,
                                                                                 const Matrix<IntervalWeights64>& y) {
        Interval64::gemm(same(a), same(b),
                         Matrix<Interval64>{y.data, y.offset, y.rows, y.cols, y.row_stride, y.col_stride});
    }
    static void elementwise(Binary op, std::int64_t n, const ConstRun<IntervalWeights64>& a,
                            const ConstRun<IntervalWeights64>& b, const Run<IntervalWeights64>& y) {
        Interval64::elementwise(op, n, same(a), same(b), same(y));
    }
    static void rectify(std::int64_t n, const ConstRun<IntervalWeights64>& x, const Run<IntervalWeights64>& y) {
        Interval64::rectify(n, same(x), same(y));
    }
    static void gate(std::int64_t n, const ConstRun<IntervalWeights64>& x, const ConstRun<IntervalWeights64>& g,
                     const Run<IntervalWeights64>& y) {
        Interval64::gate(n, same(x), same(g), same(y));
    }
    static void pool(std::int64_t n, std::int64_t cells, const ConstRun<IntervalWeights64>& x, const std::int64_t* at,
                     const Run<IntervalWeights64>& y) {
        Interval64::pool(n, cells, same(x), at, same(y));
    }

    template <class A>
    static ConstMatrix<Interval64> same(const ConstMatrix<A>& m) {
        return {m.data, m.offset, m.rows, m.cols, m.row_stride, m.col_stride};
    }
    static ConstRun<Interval64> same(const ConstRun<IntervalWeights64>& r) { return {r.data, r.offset, r.stride}; }
    static Run<Interval64> same(const Run<IntervalWeights64>& r) { return {r.data, r.offset, r.stride}; }
};

static_assert(
    replaces<hook::Square<Interval64>, hook::SigmoidSlope<Interval64>, hook::TanhSlope<Interval64>,
             hook::Elementwise<Interval64>, hook::Rectify<Interval64>, hook::Gate<Interval64>, hook::Pool<Interval64>,
             hook::Softmax<Interval64>, hook::SoftmaxPullback<Interval64>, hook::CrossEntropy<Interval64>,
             hook::PacksWeights<Interval64>, hook::Gemm<Interval64, Float64, Interval64>,
             hook::Gemm<Interval64, Interval64, Float64>, hook::Gemm<Interval64>>);
static_assert(
    replaces<hook::Square<IntervalWeights64>, hook::SigmoidSlope<IntervalWeights64>, hook::TanhSlope<IntervalWeights64>,
             hook::Elementwise<IntervalWeights64>, hook::Rectify<IntervalWeights64>, hook::Gate<IntervalWeights64>,
             hook::Pool<IntervalWeights64>, hook::Softmax<IntervalWeights64>, hook::SoftmaxPullback<IntervalWeights64>,
             hook::CrossEntropy<IntervalWeights64>, hook::Gemm<IntervalWeights64>,
             hook::Gemm<IntervalWeights64, Interval64, IntervalWeights64>>);

}  // namespace tercet
