/// Convolutions on the affine kernels: no matrix of image columns is made, each tap of a window is an offset into the
/// padded image.
///
/// The sum over taps of one output position is the sum of affine.cpp with n = taps, so its claim and proof are those of
/// affine::enclose.
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/scalars/kernels/affine.hpp>

namespace tercet::affine {

/// n images [inC, H, W] of contiguous pairs into [outC, outH, outW] each. groups[q] is the kernel of group q as a
/// matrix [outC / groups, taps], taps in the order ic, di, dj; bias [outC] may be null.
void enclose_convolution(const std::vector<PackedMatrix>& groups, const Conv2dSizes& sizes, std::int64_t n,
                         const double* x, const double* bias, bool rectify, double* y, Bound bound = Bound::automatic,
                         const Kernels& with = kernels());

/// The same in doubles, rounded to nearest: approximate.
void multiply_convolution(const std::vector<PackedMatrix>& groups, const Conv2dSizes& sizes, std::int64_t n,
                          const double* x, const double* bias, bool rectify, double* y,
                          const Kernels& with = kernels());

}  // namespace tercet::affine
