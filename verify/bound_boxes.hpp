/// Certified bounds of a network over many boxes: whole batches of boxes in one run, where the network's operators keep
/// rows apart.
#pragma once

#include <tercet/verify/domain.hpp>
#include <tercet/verify/ibp.hpp>

#include <functional>

namespace tercet::verify {

/// Of one box: every output, all output tensors one after another, and the fused rows that were asked for. Where a
/// point of the box may leave a node without a value (domain.hpp), the bounds are of the others, and `undefined` is the
/// first such node; else -1.
struct BoxBounds {
    AnyTensor<Interval64> outputs;
    std::vector<Interval> rows;
    int undefined = -1;
};

/// Which rows are wanted over each box, by index; empty: all of them over every box.
using RowsOfBoxes = std::vector<std::vector<int>>;

/// visit(k, bounds) for each box in order; the outputs to the bit as each box alone would give. before(k) is called
/// before a run whose first box is number k. A box holds the numbers of all inputs, one tensor after another. Throws
/// ShapeError where a box is not of that size.
void bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes, const FusedRows& rows,
                 const RowsOfBoxes& wanted, const std::function<void(std::size_t, BoxBounds&&)>& visit,
                 const std::function<void(std::size_t)>& before = {});

/// All rows over every box, in a list.
std::vector<BoxBounds> bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes,
                                   const FusedRows& rows, const std::function<void(std::size_t)>& before = {});

}  // namespace tercet::verify
