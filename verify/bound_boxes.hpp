/// Certified bounds of a network over many boxes: whole batches of boxes in one run, where the network's operators keep rows apart.
#pragma once

#include <tercet/verify/ibp.hpp>

#include <functional>

namespace tercet::verify {

/// Of one box: every output, all output tensors one after another, and the fused rows.
struct BoxBounds {
    AnyTensor<Interval64> outputs;
    std::vector<Interval> rows;
};

/// The bounds over each box, in order, to the bit as each box alone would give; `before(k)` is called before a run whose first box is
/// number k. The network has one input. Throws ShapeError where a box is not of its shape.
std::vector<BoxBounds> bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes, const FusedRows& rows,
                                   const std::function<void(std::size_t)>& before = {});

}  // namespace tercet::verify
