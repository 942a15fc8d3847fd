/// Unordered64: doubles as fast as they go, in no promised order: for what only proposes (attacks, slopes, training).
///
/// Claim: approximate. Sums may be fused and split; y_ij of a product of n terms is within (n + 2) 2^-53 sum |a_ik
/// b_kj| of the real one while nothing overflows or underflows. Products run on the kernels of affine.hpp, which
/// measured about OpenBLAS's time (docs/performance.md): linking it would save little, and it has a thread pool and a
/// rounding mode of its own. Parameters are Float64's, shared without a copy.
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/kernels/packed_matrix.hpp>

namespace tercet {

struct Unordered64 : Float64 {
    using Parameters = Float64;
    using Gradients = Unordered64;
    static constexpr std::string_view name = "unordered64";
    static constexpr bool any_order = true;

    static double product(double a, double b) { return a * b; }
    static double sum(double a, double b) { return a + b; }
    static double divide(double a, double b) { return a / b; }

    using Packed = PackedMatrix;
    static Packed pack(const ConstMatrix<Float64>& w);
    /// Y = X W^T + b, perhaps relu of it; bias may be null.
    static void affine(const ConstMatrix<Unordered64>& x, const Packed& w, const double* bias, bool rectify,
                       const Matrix<Unordered64>& y);

    static void convolve(const View<Unordered64, 4>& x, const std::vector<Packed>& groups, const Conv2dSizes& sizes,
                         const double* bias, bool rectify, Storage<Unordered64>& y, std::int64_t y_offset);

    template <class A, class B>
    requires(std::same_as<Storage<A>, Storage<Float64>>&& std::same_as<Storage<B>, Storage<Float64>>) static void gemm(
        const ConstMatrix<A>& a, const ConstMatrix<B>& b, const Matrix<Unordered64>& y) {
        product_of(same(a), same(b), y);
    }
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Unordered64>& a, const ConstRun<Unordered64>& b,
                            const Run<Unordered64>& y);
    static void rectify(std::int64_t n, const ConstRun<Unordered64>& x, const Run<Unordered64>& y);
    static void gate(std::int64_t n, const ConstRun<Unordered64>& x, const ConstRun<Unordered64>& g,
                     const Run<Unordered64>& y);

private:
    static void product_of(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b, const Matrix<Unordered64>& y);
    template <class A>
    static ConstMatrix<Float64> same(const ConstMatrix<A>& m) {
        return {m.data, m.offset, m.rows, m.cols, m.row_stride, m.col_stride};
    }
};

static_assert(
    replaces<hook::Product<Unordered64>, hook::Sum<Unordered64>, hook::SigmoidSlope<Unordered64>,
             hook::TanhSlope<Unordered64>, hook::Gemm<Unordered64>, hook::Elementwise<Unordered64>,
             hook::Rectify<Unordered64>, hook::Gate<Unordered64>, hook::Softmax<Unordered64>,
             hook::SoftmaxPullback<Unordered64>, hook::CrossEntropy<Unordered64>, hook::PacksWeights<Unordered64>>);

}  // namespace tercet
