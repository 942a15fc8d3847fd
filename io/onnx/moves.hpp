/// Where each element of a Transpose, Slice, Gather, Pad, Expand or Concat comes from.
///
/// All but Concat act axis by axis: output index (i_1, .., i_r) reads input offset t_1[i_1] + .. + t_r[i_r] for one
/// table of offsets an axis, or the filling where a table says so.
#pragma once

#include <tercet/models/graph/graph.hpp>
#include <tercet/models/operators/rearrange.hpp>

namespace tercet::onnx_io {

/// A result of moving elements: its shape, and where they come from; input -1 is the filling.
struct Moved {
    Dims dims;
    op::Rearrange elements;
};

inline constexpr std::int64_t filling = -1;

/// Offsets, one table for each axis of the result.
using Tables = std::vector<std::vector<std::int64_t>>;

/// The tables that move nothing.
Tables identity_tables(const Dims& dims);

/// Axis k of the result is axis order[k] of the input.
Tables transposed(const Tables& tables, const std::vector<int>& order);

/// Along one axis: the table's entries at start, start + step, ... (count of them).
void slice(std::vector<std::int64_t>& table, std::int64_t start, std::int64_t step, std::int64_t count);

enum class Padding { constant, edge, reflect, wrap };

/// Along one axis: `before` and `after` entries more, or fewer where negative, which go first: what is repeated is of the
/// rest. wrap goes around as often as it takes. Throws ShapeError where nothing is there to repeat, or reflect would
/// need more than there is.
void pad(std::vector<std::int64_t>& table, std::int64_t before, std::int64_t after, Padding mode);

/// The element count of the result, checked against the limit before anything is allocated.
std::int64_t moved_count(const Tables& tables);
Moved moved_by(const Tables& tables);

/// Inputs one after another along an axis.
Moved concatenate(const std::vector<Dims>& inputs, int axis);

}  // namespace tercet::onnx_io
