/// Do two sets of kernels give the same bits? A check of what a compiler and a processor make of one source, run before AVX-512 is trusted.
#pragma once

#include <tercet/scalars/affine_kernels.hpp>
#include <tercet/scalars/pair_kernels.hpp>

namespace tercet {

/// On fixed operands that reach every tile and tail: all three sums, both bounds, relu and bias. Both must fuse, or both not.
bool kernels_agree(const affine::Kernels& a, const affine::Kernels& b);

/// On all pairs of a list of intervals with every sign, zeros and infinities.
bool kernels_agree(const pairs::Kernels& a, const pairs::Kernels& b);

}  // namespace tercet
