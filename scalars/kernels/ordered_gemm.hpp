/// The reference product y_ij = ((0 + a_i0 b_0j) + ..) over plain floats: every y_ij is that left fold, in whatever
/// blocks.
///
/// A panel of columns of B is laid out one row of it after the other; then tiles of some rows of A times the panel keep
/// their sums in registers over all k (ordered_tile.hpp). One row times columns that lie along memory needs no panel.
/// Only library sources include it: they are compiled without contraction.
#pragma once

#include <tercet/core/view.hpp>
#include <tercet/scalars/kernels/ordered_kernels.hpp>
#include <tercet/scalars/machine/scratch.hpp>

#include <algorithm>
#include <array>

namespace tercet {

/// row_j = (row_j + a_0 b_0j) + a_1 b_1j + .., for `Count` rows of b, each `step` after the one before; row lies apart
/// from b. Several at once, since each element of the row is loaded and stored once for all of them.
template <int Count, class T>
inline void add_scaled(std::int64_t n, const std::array<T, Count>& a, const T* __restrict b, std::int64_t step,
                       T* __restrict row) {
    for (std::int64_t j = 0; j < n; ++j) {
        T sum = row[j];
        for (int k = 0; k < Count; ++k) sum += a[static_cast<std::size_t>(k)] * b[j + k * step];
        row[j] = sum;
    }
}

/// a [1, depth] times rows of b along memory.
template <class C>
void ordered_row(const ConstMatrix<C>& a, const ConstMatrix<C>& b, const Matrix<C>& y) {
    using T = Scalar<C>;
    const std::int64_t n = y.cols, depth = a.cols;
    Scratch<T> row(static_cast<std::size_t>(n));
    std::fill_n(row.data(), n, T(0));
    const T* bk = b.data->data() + b.offset;
    std::int64_t k = 0;
    for (; k + 4 <= depth; k += 4, bk += 4 * b.row_stride)
        add_scaled<4, T>(n, {a(0, k), a(0, k + 1), a(0, k + 2), a(0, k + 3)}, bk, b.row_stride, row.data());
    for (; k < depth; ++k, bk += b.row_stride) add_scaled<1, T>(n, {a(0, k)}, bk, b.row_stride, row.data());
    for (std::int64_t j = 0; j < n; ++j) y(0, j) = row[static_cast<std::size_t>(j)];
}

/// Columns first, first + 1, .. of b, `width` of them, zeros beyond its last: to[k width + j].
template <class C>
void lay_out_panel(const ConstMatrix<C>& b, std::int64_t first, std::int64_t width, Scalar<C>* to) {
    const std::int64_t count = std::min(width, b.cols - first);
    const Scalar<C>* from = b.data->data() + b.offset + first * b.col_stride;
    if (count < width) std::fill_n(to, b.rows * width, Scalar<C>(0));
    if (b.col_stride == 1) {
        for (std::int64_t k = 0; k < b.rows; ++k) std::copy_n(from + k * b.row_stride, count, to + k * width);
    } else {
        for (std::int64_t j = 0; j < count; ++j)
            for (std::int64_t k = 0; k < b.rows; ++k) to[k * width + j] = from[j * b.col_stride + k * b.row_stride];
    }
}

template <class C>
void ordered_gemm(const ConstMatrix<C>& a, const ConstMatrix<C>& b, const Matrix<C>& y,
                  const ordered::Kernel<Scalar<C>>& with) {
    using T = Scalar<C>;
    if (y.rows == 1 && b.col_stride == 1) return ordered_row(a, b, y);
    Scratch<T> panel(static_cast<std::size_t>(a.cols * with.width)),
        tile(static_cast<std::size_t>(with.rows * with.width));
    for (std::int64_t j = 0; j < y.cols; j += with.width) {
        lay_out_panel(b, j, with.width, panel.data());
        const std::int64_t columns = std::min(with.width, y.cols - j);
        for (std::int64_t i = 0; i < y.rows; i += with.rows) {
            const std::int64_t rows = std::min(with.rows, y.rows - i);
            with.tile(rows, a.cols, a.data->data() + a.offset + i * a.row_stride, a.row_stride, a.col_stride,
                      panel.data(), tile.data());
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t c = 0; c < columns; ++c)
                    y(i + r, j + c) = tile[static_cast<std::size_t>(r * with.width + c)];
        }
    }
}

}  // namespace tercet
