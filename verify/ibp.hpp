/// Interval bound propagation: certified bounds of a network's outputs over a box, and of linear rows of the outputs,
/// fused with the last affine layers.
///
/// bounds: interpret<Interval64> over the box. Rows: write y = sum_z A_z z + b, where the z are the last values that
/// are not affine functions of others (the inputs themselves, if the whole network is affine). A row s . y is then one
/// linear form sum_z (A_z^T s) . z + s . b. Its coefficients are computed exactly (rational pullback of the affine
/// tail, and its value at z = 0), rounded outward once, and applied to the intervals of z: every z_k is counted once,
/// where s . bounds(y) would count it once per output. Of more rows than outputs, the outputs are pulled back, once
/// each, and combined.
#pragma once

#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/verify/property.hpp>

namespace tercet::verify {

/// One linear form of the flattened outputs, sum_j a_j y_j: (index, coefficient).
using OutputForm = std::vector<std::pair<int, RationalNumber>>;

/// A box of exact numbers as the smallest box of doubles around it, a tensor for each input of the graph: the box holds
/// the numbers of the first, then those of the second, and so on. Throws ShapeError where the counts differ.
std::vector<AnyTensor<Interval64>> enclose(const Box& box, const Graph& graph);

/// Rows fused with the affine tail of a network, which does not depend on the box: row r is constants[r] + sum over z
/// of coefficients_z[:, r] . z. Rows that would take too many coefficients, or too long ones, are not fused: then the z
/// are the outputs, and row r is `unfused[r]` of their bounds.
struct FusedRows {
    static constexpr std::int64_t most_coefficients = std::int64_t{1} << 25;  // rows times the numbers of the tail
    static constexpr std::int64_t most_bits = 1 << 14;  // of a number in the tail: some 400 layers of float32 weights

    std::vector<int> cut;                             // the nodes z
    std::vector<AnyTensor<Interval64>> coefficients;  // for each z of K numbers, [K, rows]
    Storage<Interval64> constants;                    // [rows]
    std::vector<OutputForm> unfused = {};             // [rows], or none
    std::vector<std::int64_t> sizes = {};             // where unfused: the numbers of each z
};

/// Throws ShapeError for a form that names an output that is not there.
FusedRows fuse(const Network<Float64>& network, const std::vector<OutputForm>& forms);

/// Some of the rows, in the given order.
FusedRows select(const FusedRows& rows, const std::vector<int>& indices);

/// Certified bounds of each row, given the intervals of the nodes in rows.cut; of a batch (models/graph/with_batch.hpp)
/// those of its first box, then those of its second, and so on, each to the bit as for the box alone.
std::vector<Interval> row_bounds(const FusedRows& rows, const Trace<Interval64>& trace, std::int64_t batch = 1);

}  // namespace tercet::verify
