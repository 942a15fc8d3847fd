/// Rows of elements, of any lengths, each reduced to one number.
#pragma once

#include <tercet/io/onnx/compose.hpp>

#include <functional>

namespace tercet::onnx_io {

/// A row: elements of operands, each a run of one.
using RaggedRow = std::vector<op::Rearrange::Stretch>;

/// One number for each row, under `dims`. Rows of one length are a matrix [rows, length], which `reduce` makes [rows];
/// it also gets which rows those are, and a suffix. No row may be empty.
Term reduced_rows(const Call& call, const std::vector<Term>& from, const std::vector<RaggedRow>& rows, const Dims& dims,
                  const std::function<Term(const Term& matrix, const std::vector<std::size_t>& which,
                                           const std::string& suffix)>& reduce,
                  const std::string& suffix = "");

}  // namespace tercet::onnx_io
