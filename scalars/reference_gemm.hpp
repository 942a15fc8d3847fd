/// The reference product y_ij = ((0 + a_i0 b_0j) + ..) over plain floats, loops ordered so that the innermost one runs along memory.
///
/// Only library sources include it: they are compiled without contraction, and every y_ij is the same left fold in each loop order.
#pragma once

#include <tercet/core/view.hpp>
#include <tercet/scalars/scratch.hpp>

#include <algorithm>

namespace tercet {

template <class C>
void reference_gemm(const ConstMatrix<C>& a, const ConstMatrix<C>& b, const Matrix<C>& y) {
    using T = Scalar<C>;
    const std::int64_t m = y.rows, n = y.cols, depth = a.cols;
    Scratch<T> row(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < m; ++i) {
        if (b.col_stride == 1) {
            std::fill_n(row.data(), n, T(0));
            for (std::int64_t k = 0; k < depth; ++k) {
                const T aik = a(i, k);
                const T* bk = b.data->data() + b.offset + k * b.row_stride;
                for (std::int64_t j = 0; j < n; ++j) row[static_cast<std::size_t>(j)] += aik * bk[j];
            }
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
