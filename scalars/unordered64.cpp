#include <tercet/scalars/kernels/affine_conv.hpp>
#include <tercet/scalars/unordered64.hpp>

namespace tercet {

PackedMatrix Unordered64::pack(const ConstMatrix<Float64>& w) {
    return PackedMatrix::pack(w.rows, w.cols, w.data->data() + w.offset, w.row_stride, w.col_stride);
}

void Unordered64::affine(const ConstMatrix<Unordered64>& x, const PackedMatrix& w, const double* bias, bool rectify,
                         const Matrix<Unordered64>& y) {
    expect_affine(x, w.rows, w.cols, y);
    affine::multiply(w, {x.data->data() + x.offset, x.rows, x.row_stride, x.col_stride}, bias, rectify,
                     y.data->data() + y.offset, y.row_stride, y.col_stride);
}

void Unordered64::convolve(const View<Unordered64, 4>& x, const std::vector<PackedMatrix>& groups,
                           const Conv2dSizes& sizes, const double* bias, bool rectify, Storage<Unordered64>& y,
                           std::int64_t y_offset) {
    expect_convolution(x, sizes, y, y_offset);
    affine::multiply_convolution(groups, sizes, x.dims[0], x.data->data() + x.offset, bias, rectify,
                                 y.data() + y_offset);
}

/// The factor with fewer rows (or columns) is packed, the other one read as it lies where it is contiguous along the
/// sum.
void Unordered64::product_of(const ConstMatrix<Float64>& a, const ConstMatrix<Float64>& b,
                             const Matrix<Unordered64>& y) {
    const bool pack_right = b.row_stride != 1 || (a.col_stride == 1 && b.cols < a.rows);
    const ConstMatrix<Float64> w = pack_right ? b.transposed() : a, x = pack_right ? a : b.transposed();
    const Matrix<Unordered64> to = pack_right ? y : y.transposed();
    const PackedMatrix packed = PackedMatrix::pack(w.rows, w.cols, w.data->data() + w.offset, w.row_stride,
                                                   w.col_stride, PackedMatrix::Width::of_double);
    affine::multiply(packed, {x.data->data() + x.offset, x.rows, x.row_stride, x.col_stride}, nullptr, false,
                     to.data->data() + to.offset, to.row_stride, to.col_stride);
}

namespace {

/// f over runs: the contiguous case apart, so that it is vectorised.
template <class F>
void each(std::int64_t n, const ConstRun<Unordered64>& a, const ConstRun<Unordered64>& b, const Run<Unordered64>& y,
          F f) {
    const double *s = a.data->data() + a.offset, *t = b.data->data() + b.offset;
    double* to = y.data->data() + y.offset;
    if (a.stride == 1 && b.stride == 1 && y.stride == 1)
        for (std::int64_t i = 0; i < n; ++i) to[i] = f(s[i], t[i]);
    else
        for (std::int64_t i = 0; i < n; ++i) to[i * y.stride] = f(s[i * a.stride], t[i * b.stride]);
}

}  // namespace

void Unordered64::elementwise(Binary op, std::int64_t n, const ConstRun<Unordered64>& a, const ConstRun<Unordered64>& b,
                              const Run<Unordered64>& y) {
    switch (op) {
        case Binary::add: return each(n, a, b, y, [](double s, double t) { return s + t; });
        case Binary::subtract: return each(n, a, b, y, [](double s, double t) { return s - t; });
        case Binary::multiply: return each(n, a, b, y, [](double s, double t) { return s * t; });
        case Binary::divide: return each(n, a, b, y, [](double s, double t) { return s / t; });
        case Binary::max: return each(n, a, b, y, [](double s, double t) { return max(s, t); });
    }
}

void Unordered64::rectify(std::int64_t n, const ConstRun<Unordered64>& x, const Run<Unordered64>& y) {
    each(n, x, x, y, [](double s, double) { return s > 0 ? s : 0.0; });
}

void Unordered64::gate(std::int64_t n, const ConstRun<Unordered64>& x, const ConstRun<Unordered64>& g,
                       const Run<Unordered64>& y) {
    each(n, x, g, y, [](double s, double t) { return s > 0 ? t : 0.0; });
}

}  // namespace tercet
