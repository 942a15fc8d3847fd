/// How the sums of many columns are cut into blocks and spread over threads.
#pragma once

#include <tercet/scalars/kernels/affine.hpp>

namespace tercet::affine {

/// The most roundings that any term passes through: one product (where it is not fused), one addition each for the
/// terms of its chunk, and one for each chunk.
constexpr std::int64_t height(std::int64_t terms) {
    return (terms < chunk ? terms : chunk) + (terms + chunk - 1) / chunk + 1;
}

/// Columns that one task takes, a multiple of every tile's: a chunk of their operands, 16 bytes a term, is half of a
/// second cache of 1 MiB.
inline constexpr std::int64_t block_columns = 120;

/// y[c] = (sum over k of the terms w_k x[c]_k) + bias for all columns: see Block and Results, whose fields these are.
struct Job {
    Sum sum;
    const PackedMatrix* w;
    const double* const* x;
    const std::int64_t* offsets;
    std::int64_t columns;
    const double* bias;
    bool rectify;
    double growth;
    double* const* y;
    std::int64_t row_stride;
};
void run(const Kernels& with, const Job& job);

/// How a box is computed: see affine.cpp.
enum class Path { midrad, upward, loops };
Path path_of(const Survey& box, const PackedMatrix& w, Bound bound);

/// The factor g of affine.cpp for sums of n terms.
constexpr double growth(std::int64_t terms) { return static_cast<double>(height(terms) + 2) * 0x1p-53; }

/// 1 + 8 eps, the factor of r0 in rho.
inline constexpr double radius_growth = 1 + 0x1p-50;

/// One box of w.cols contiguous pairs by plain loops in upward rounding, for infinite ends: W x + b, row i at y[2 i
/// stride].
void enclose_by_loops(const PackedMatrix& w, const double* ends, const double* bias, bool rectify, double* y,
                      std::int64_t stride);

}  // namespace tercet::affine
