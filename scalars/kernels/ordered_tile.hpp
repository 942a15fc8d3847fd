/// The source of the ordered kernels: vectors of `bytes` bytes, Rows x 2 of them in registers over all k.
///
/// Included by one file a processor, inside its flags; everything is in an unnamed namespace, so that no two of them are
/// merged by the linker. A lane holds one sum, from 0 and k ascending, each product rounded before it is added
/// (-ffp-contract=off): whatever the lanes and tiles, the bits are those of the plain loop.
#pragma once

#include <tercet/scalars/kernels/ordered_kernels.hpp>

namespace tercet::ordered {
namespace {

template <class T, int bytes>
struct Vector {
    typedef T type __attribute__((vector_size(bytes)));
    static constexpr int lanes = bytes / static_cast<int>(sizeof(T));
};

template <class T, int bytes, int Rows>
void tile_of(std::int64_t depth, const T* a, std::int64_t row_stride, std::int64_t step, const T* b, T* out) {
    using V = typename Vector<T, bytes>::type;
    constexpr int lanes = Vector<T, bytes>::lanes;
    V left[Rows] = {}, right[Rows] = {};
    for (std::int64_t k = 0; k < depth; ++k) {
        V b_left, b_right;
        __builtin_memcpy(&b_left, b + k * 2 * lanes, bytes);
        __builtin_memcpy(&b_right, b + k * 2 * lanes + lanes, bytes);
        for (int i = 0; i < Rows; ++i) {
            const V factor = a[i * row_stride + k * step] - V{};
            const V product_left = factor * b_left, product_right = factor * b_right;
            left[i] = left[i] + product_left;
            right[i] = right[i] + product_right;
        }
    }
    for (int i = 0; i < Rows; ++i) {
        __builtin_memcpy(out + i * 2 * lanes, &left[i], bytes);
        __builtin_memcpy(out + i * 2 * lanes + lanes, &right[i], bytes);
    }
}

template <class T, int bytes, int Rows>
void tile(std::int64_t count, std::int64_t depth, const T* a, std::int64_t row_stride, std::int64_t step, const T* b,
          T* out) {
    if constexpr (Rows > 1)
        if (count < Rows) return tile<T, bytes, Rows - 1>(count, depth, a, row_stride, step, b, out);
    tile_of<T, bytes, Rows>(depth, a, row_stride, step, b, out);
}

template <class T, int bytes, int Rows>
constexpr Kernel<T> kernel{Rows, 2 * Vector<T, bytes>::lanes, tile<T, bytes, Rows>};

template <int bytes, int Rows>
constexpr Kernels kernels_in{kernel<double, bytes, Rows>, kernel<float, bytes, Rows>};

}  // namespace
}  // namespace tercet::ordered
