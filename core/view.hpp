/// Read-only windows on a tensor's storage: View (row-major, rank R) and the strided matrices that kernels take.
#pragma once

#include <tercet/core/context.hpp>
#include <tercet/core/shape.hpp>

namespace tercet {

/// Element (i_1, .., i_R) lies at offset + ((i_1 d_2 + i_2) d_3 + ..) of the storage.
template <class C, int R>
struct View {
    const Storage<C>* data;
    std::int64_t offset;
    Extents<R> dims;

    std::int64_t size() const { return element_count(dims); }

    template <class... I>
    requires(sizeof...(I) == R) decltype(auto) operator()(I... index) const {
        std::int64_t flat = 0;
        int axis = 0;
        ((flat = flat * dims[axis++] + static_cast<std::int64_t>(index)), ...);
        return (*data)[static_cast<std::size_t>(offset + flat)];
    }

    /// The slice at index i of the first axis.
    View<C, R - 1> operator[](std::int64_t i) const requires(R > 0) {
        View<C, R - 1> slice{data, 0, {}};
        std::int64_t stride = 1;
        for (int k = 1; k < R; ++k) {
            slice.dims[k - 1] = dims[k];
            stride *= dims[k];
        }
        slice.offset = offset + i * stride;
        return slice;
    }
};

/// The same elements under other dimensions.
template <int S, class C, int R>
View<C, S> reshaped(const View<C, R>& v, const Extents<S>& dims) {
    if (element_count(dims) != v.size())
        throw ShapeError("reshape: " + to_string_dims(v.dims) + " has " + std::to_string(v.size()) + " elements, " +
                         to_string_dims(dims) + " has " + std::to_string(element_count(dims)));
    return {v.data, v.offset, dims};
}

/// One view as a batch of one.
template <class C, int R>
View<C, R + 1> as_batch(const View<C, R>& v) {
    View<C, R + 1> b{v.data, v.offset, {}};
    b.dims[0] = 1;
    for (int k = 0; k < R; ++k) b.dims[k + 1] = v.dims[k];
    return b;
}

/// A rows x cols matrix in any strides: element (i, j) at offset + i row_stride + j col_stride.
template <class C>
struct ConstMatrix {
    const Storage<C>* data;
    std::int64_t offset, rows, cols, row_stride, col_stride;

    decltype(auto) operator()(std::int64_t i, std::int64_t j) const {
        return (*data)[static_cast<std::size_t>(offset + i * row_stride + j * col_stride)];
    }
    ConstMatrix transposed() const { return {data, offset, cols, rows, col_stride, row_stride}; }
};

/// The same, written to.
template <class C>
struct Matrix {
    Storage<C>* data;
    std::int64_t offset, rows, cols, row_stride, col_stride;

    decltype(auto) operator()(std::int64_t i, std::int64_t j) const {
        return (*data)[static_cast<std::size_t>(offset + i * row_stride + j * col_stride)];
    }
    Matrix transposed() const { return {data, offset, cols, rows, col_stride, row_stride}; }
};

template <class C>
ConstMatrix<C> matrix(const View<C, 2>& v) {
    return {v.data, v.offset, v.dims[0], v.dims[1], v.dims[1], 1};
}

/// A vector as a matrix of one row; transposed, of one column.
template <class C>
ConstMatrix<C> row_matrix(const View<C, 1>& v) {
    return {v.data, v.offset, 1, v.dims[0], v.dims[0], 1};
}

template <class C>
Matrix<C> matrix_in(Storage<C>& storage, std::int64_t offset, std::int64_t rows, std::int64_t cols) {
    return {&storage, offset, rows, cols, cols, 1};
}

/// A run of elements at offset, offset + stride, ..; stride 0 repeats one element.
template <class C>
struct ConstRun {
    const Storage<C>* data;
    std::int64_t offset, stride;

    decltype(auto) operator[](std::int64_t i) const { return (*data)[static_cast<std::size_t>(offset + i * stride)]; }
};

template <class C>
struct Run {
    Storage<C>* data;
    std::int64_t offset, stride;

    decltype(auto) operator[](std::int64_t i) const { return (*data)[static_cast<std::size_t>(offset + i * stride)]; }
    operator ConstRun<C>() const { return {data, offset, stride}; }
};

}  // namespace tercet
