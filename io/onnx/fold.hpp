/// Integer constants folded away: what exporters write to compute shapes, by the operators themselves.
#pragma once

#include <tercet/io/onnx/tensor.hpp>
#include <tercet/models/operators/operator.hpp>

namespace tercet::onnx_io {

/// The operator over integer constants (scalars/integers.hpp), of the type of the first. Throws FormatError on overflow
/// or division by 0, UnsupportedOp where only floats have the operator.
Constant fold(const Operator& op, const std::vector<const Constant*>& operands, const Dims& shape);

/// Throws FormatError where an integer is none of its type: int32 has 32 bits, a boolean is 0 or 1.
void expect_in_type(const Constant& c);

}  // namespace tercet::onnx_io
