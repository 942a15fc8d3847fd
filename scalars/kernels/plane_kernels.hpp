/// The inner loop of products of interval matrices, over planes of doubles, once for each processor: see
/// plane_loops.hpp.
#pragma once

#include <cstdint>

namespace tercet {
enum class Processor;  // processor.hpp, which files with processor flags of their own need not include
}

namespace tercet::planes {

/// (n_y, u_y)[j] += [a] [b_j] for j < count, in upward rounding, which the caller sets; all ends finite. n = -lower; a
/// is its lower and upper end and the negations of both, b the planes of its lower and upper ends and of the negated
/// lower ones: nothing is negated here.
using AddProduct = void (*)(std::int64_t count, const double* a, const double* b_l, const double* b_u,
                            const double* b_n, double* n_y, double* u_y);

extern const AddProduct portable_add_product, avx2_add_product, avx512_add_product;

/// That of a processor, which must be there; that of the one that runs this.
AddProduct add_product_of(Processor p);
AddProduct add_product();

}  // namespace tercet::planes
