/// Interval64's products: point weights on the affine kernels, intervals times intervals in planes.
#include <tercet/scalars/kernels/affine_conv.hpp>
#include <tercet/scalars/kernels/interval_layout.hpp>
#include <tercet/scalars/kernels/plane_kernels.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/parallel.hpp>
#include <tercet/scalars/machine/scratch.hpp>

namespace tercet {

PackedMatrix Interval64::pack(const ConstMatrix<Float64>& w) {
    PackedMatrix packed = PackedMatrix::pack(w.rows, w.cols, w.data->data() + w.offset, w.row_stride, w.col_stride);
    for (std::int64_t i = 0; i < w.rows && !packed.magnitudes.finite; ++i)
        for (std::int64_t k = 0; k < w.cols; ++k)
            if (order(w(i, k)) >= order_infinity || order(w(i, k)) <= -order_infinity)
                throw DomainError("weight (" + std::to_string(i) + ", " + std::to_string(k) + ") of [" +
                                  std::to_string(w.rows) + ", " + std::to_string(w.cols) + "] is " +
                                  std::to_string(w(i, k)) + ": no real number");
    return packed;
}

namespace {
/// Throws DomainError, as Interval does, for a bias that is no real number.
void expect_real(const double* bias, std::int64_t n) {
    for (std::int64_t i = 0; bias && i < n; ++i)
        if (order(bias[i]) >= order_infinity || order(bias[i]) <= -order_infinity) Interval{bias[i]};
}
}  // namespace

void Interval64::affine(const ConstMatrix<Interval64>& x, const PackedMatrix& w, const double* bias, bool rectify,
                        const Matrix<Interval64>& y) {
    expect_affine(x, w.rows, w.cols, y);
    expect_real(bias, w.rows);
    affine::enclose(w, {ends_of(*x.data) + 2 * x.offset, x.rows, x.row_stride, x.col_stride}, bias, rectify,
                    {ends_of(*y.data) + 2 * y.offset, y.rows, y.row_stride, y.col_stride});
}

void Interval64::convolve(const View<Interval64, 4>& x, const std::vector<PackedMatrix>& groups,
                          const Conv2dSizes& sizes, const double* bias, bool rectify, Storage<Interval64>& y,
                          std::int64_t y_offset) {
    expect_convolution(x, sizes, y, y_offset);
    expect_real(bias, sizes.out_c);
    affine::enclose_convolution(groups, sizes, x.dims[0], ends_of(*x.data) + 2 * x.offset, bias, rectify,
                                ends_of(y) + 2 * y_offset);
}

void Interval64::gemm(const ConstMatrix<Float64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    affine(b.transposed(), pack(a), nullptr, false, y.transposed());
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Float64>& b, const Matrix<Interval64>& y) {
    affine(a, pack(b.transposed()), nullptr, false, y);
}

void Interval64::gemm(const ConstMatrix<Interval64>& a, const ConstMatrix<Interval64>& b, const Matrix<Interval64>& y) {
    const IntervalPlanes left(a), right(b);
    const auto count = static_cast<std::size_t>(y.rows * y.cols);
    Scratch<double> n(count), u(count);
    std::fill_n(n.data(), count, 0.0);
    std::fill_n(u.data(), count, 0.0);
    const bool finite = left.finite() && right.finite();
    const planes::AddProduct add = planes::add_product();
    for_each_in_parallel(y.rows, 8 * y.rows * a.cols * y.cols, [&](std::int64_t i) {
        const UpwardRounding upward;
        for (std::int64_t k = 0; k < a.cols; ++k) {
            const upward::Planes p = left.at(i * a.cols + k), q = right.at(k * y.cols);
            const double ends[] = {*p.l, *p.u, *p.n, *p.m};
            if (finite) add(y.cols, ends, q.l, q.u, q.n, n.data() + i * y.cols, u.data() + i * y.cols);
            else upward::interval_axpy(y.cols, p, q, n.data() + i * y.cols, u.data() + i * y.cols);
        }
    });
    for (std::int64_t i = 0; i < y.rows; ++i)
        for (std::int64_t j = 0; j < y.cols; ++j)
            y(i, j) =
                from_planes(n[static_cast<std::size_t>(i * y.cols + j)], u[static_cast<std::size_t>(i * y.cols + j)]);
}

}  // namespace tercet
