/// The inner loop of products in the reference order, once for each processor: see ordered_tile.hpp.
///
/// Files with processor flags of their own include this: it holds nothing that could be inlined into code for others.
#pragma once

#include <cstdint>

namespace tercet {
enum class Processor;
}

namespace tercet::ordered {

/// At most `rows` rows times `width` columns.
template <class T>
struct Kernel {
    std::int64_t rows, width;
    /// out[i width + j] = ((0 + a_i0 b_0j) + a_i1 b_1j) + .., no product fused with a sum, for i < count, j < width and k
    /// < depth: a_ik at a[i row_stride + k step], b_kj at b[k width + j].
    void (*tile)(std::int64_t count, std::int64_t depth, const T* a, std::int64_t row_stride, std::int64_t step,
                 const T* b, T* out);
};

struct Kernels {
    Kernel<double> doubles;
    Kernel<float> floats;
};

extern const Kernels portable_kernels, avx2_kernels, avx512_kernels;

/// Those of a processor, which must be there; those of the one that runs this.
const Kernels& kernels_of(Processor p);
const Kernels& kernels();

}  // namespace tercet::ordered
