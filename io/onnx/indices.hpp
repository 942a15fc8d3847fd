/// Which elements of a tensor constant indices name, counted row-major; a negative index counts from the end.
#pragma once

#include <tercet/io/onnx/tensor.hpp>

namespace tercet::onnx_io {

/// For each index [.. i ..] the place x[.. index ..] that it names along the axis, all other places its own. Throws
/// ShapeError for an index outside the axis.
std::vector<std::int64_t> element_places(const Dims& x, const Constant& index, std::size_t axis);

/// Where slices begin that rows of indices [.., depth] name: of x's first axes after `batch` shared ones. Throws
/// ShapeError for an index outside its axis, and where the indices' shape does not fit.
std::vector<std::int64_t> slice_starts(const Dims& x, const Constant& index, std::size_t batch);

}  // namespace tercet::onnx_io
