/// The affine kernels of every processor that is here, and AVX-512's tiles in emulation, which need no AVX-512.
#pragma once

#include <tercet/scalars/kernels/affine.hpp>

#include <vector>

namespace tercet::testing {

extern const affine::Kernels eight_lanes;

std::vector<const affine::Kernels*> every_kernel();

}  // namespace tercet::testing
