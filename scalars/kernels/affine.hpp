/// Y = X W^T + b for point weights W and boxes X: certified bounds at the price of about two products of doubles
/// (affine.cpp has the proof).
///
/// Claim: row i of Y contains W x + b for every x in box i. Results depend on nothing but the operands and on whether
/// the processor fuses multiply and add: not on the batch a box stands in, nor on the number of threads.
#pragma once

#include <tercet/scalars/kernels/affine_kernels.hpp>
#include <tercet/scalars/kernels/packed_matrix.hpp>
#include <tercet/scalars/machine/processor.hpp>

namespace tercet::affine {

/// The kernels of the processor that runs this, or of one asked for. Throws UnsupportedOp where that one is not there.
const Kernels& kernels_of(Processor p);
const Kernels& kernels();

/// midrad wherever its bound is proved and wastes little, else upward; or upward for all. Both fall back to plain loops
/// for infinite ends.
enum class Bound { automatic, tight };

/// Pairs (lower, upper) of `count` boxes: number k of box i begins at ends[2 (i box_stride + k stride)].
template <class T>
struct Pairs {
    T* ends;
    std::int64_t count, box_stride, stride;
};

/// y_i = W x_i + b, relu of it if asked; bias may be null, and is finite. y may not overlap x. Infinite weights are
/// allowed, NaN is not.
void enclose(const PackedMatrix& w, const Pairs<const double>& x, const double* bias, bool rectify,
             const Pairs<double>& y, Bound bound = Bound::automatic, const Kernels& with = kernels());

/// y = W x + b in doubles, rounded to nearest: approximate, for contexts that only propose. Number k of column i at x[i
/// column_stride + k stride].
struct Columns {
    const double* x;
    std::int64_t count, column_stride, stride;
};
void multiply(const PackedMatrix& w, const Columns& x, const double* bias, bool rectify, double* y,
              std::int64_t y_column_stride, std::int64_t y_stride, const Kernels& with = kernels());

}  // namespace tercet::affine
