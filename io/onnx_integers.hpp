/// Integer arithmetic that folds away while a model loads: what exporters write to compute shapes.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/io/onnx_tensor.hpp>

namespace tercet::onnx_io {

struct Call;

/// Inputs 0 and 1, both integer constants, under NumPy broadcasting; division truncates. Throws FormatError on overflow or division by 0.
Constant fold_integers(Binary binary, const Call& call);
Constant fold_negation(const Call& call);

}  // namespace tercet::onnx_io
