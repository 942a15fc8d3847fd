/// Do two sets of kernels give the same bits? A check of what a compiler and a processor make of one source, run before
/// AVX-512 is trusted.
///
/// Fixed operands go through every function of a table, in the rounding mode it runs in; all that it writes is
/// compared, guards beside its results included. The first use of a kernel pays for it: 1.1 ms for the first three (AVX2
/// against itself, caches cold; 0.8 ms warm).
#pragma once

#include <tercet/scalars/kernels/affine_kernels.hpp>
#include <tercet/scalars/kernels/ordered_kernels.hpp>
#include <tercet/scalars/kernels/pair_kernels.hpp>
#include <tercet/scalars/kernels/plane_kernels.hpp>

namespace tercet {

/// All three sums, direct and through offsets, over every tile and tail; results contiguous and strided, with relu and
/// without; centres and surveys. Both must fuse, or both not.
bool kernels_agree(const affine::Kernels& a, const affine::Kernels& b);

/// All pairs of a list of intervals with every sign, zeros, subnormals, huge numbers and infinities, in runs of every
/// length up to a vector's.
bool kernels_agree(const pairs::Kernels& a, const pairs::Kernels& b);

/// The finite intervals of that list times rows of them, of every length up to two vectors'.
bool kernels_agree(planes::AddProduct a, planes::AddProduct b);

/// Products in the reference order of doubles and floats, with every number of rows and a tail of columns.
bool kernels_agree(const ordered::Kernels& a, const ordered::Kernels& b);

}  // namespace tercet
