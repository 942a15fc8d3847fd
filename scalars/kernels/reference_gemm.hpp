/// The reference product y_ij = ((0 + a_i0 b_0j) + ..) over plain floats, loops ordered so that the innermost one runs
/// along memory.
///
/// Only library sources include it: they are compiled without contraction, and every y_ij is the same left fold in each
/// loop order.
#pragma once

#include <tercet/core/view.hpp>
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

template <class C>
void reference_gemm(const ConstMatrix<C>& a, const ConstMatrix<C>& b, const Matrix<C>& y) {
    using T = Scalar<C>;
    const std::int64_t m = y.rows, n = y.cols, depth = a.cols;
    Scratch<T> row(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < m; ++i) {
        if (b.col_stride == 1) {
            std::fill_n(row.data(), n, T(0));
            const T* bk = b.data->data() + b.offset;
            std::int64_t k = 0;
            for (; k + 4 <= depth; k += 4, bk += 4 * b.row_stride)
                add_scaled<4, T>(n, {a(i, k), a(i, k + 1), a(i, k + 2), a(i, k + 3)}, bk, b.row_stride, row.data());
            for (; k < depth; ++k, bk += b.row_stride) add_scaled<1, T>(n, {a(i, k)}, bk, b.row_stride, row.data());
        } else {
            const T* ai = a.data->data() + a.offset + i * a.row_stride;
            for (std::int64_t j = 0; j < n; ++j) {
                const T* bj = b.data->data() + b.offset + j * b.col_stride;
                T sum(0);
                for (std::int64_t k = 0; k < depth; ++k) sum += ai[k * a.col_stride] * bj[k * b.row_stride];
                row[static_cast<std::size_t>(j)] = sum;
            }
        }
        for (std::int64_t j = 0; j < n; ++j) y(i, j) = row[static_cast<std::size_t>(j)];
    }
}

}  // namespace tercet
