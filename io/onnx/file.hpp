/// The file as a whole: bytes to protobuf, and what must hold before any node is looked at.
#pragma once

#include <tercet/io/onnx/normal_form.hpp>

#include <memory>

namespace onnx {
class ModelProto;
}

namespace tercet::onnx_io {

/// Throws FormatError where the file is empty, cut off, or not ONNX.
std::unique_ptr<onnx::ModelProto> parse_model(const std::string& bytes);

/// The version of the default operator set, which may be imported twice if both say the same. Throws FormatError, and
/// UnsupportedOp outside 6 to 26. Whether a network is read is a question of its operators: from 22 to 26 only the
/// types of those that tercet has changed, and Cast got round_mode, which speaks of 8-bit floats alone (the operators'
/// history in onnx/docs/Changelog.md).
int opset_of(const onnx::ModelProto& model);

/// Throws UnsupportedOp that names every operator among the needed nodes that tercet does not have, the first node that
/// has one, and the outputs that need none of them.
void expect_known_operators(const onnx::GraphProto& graph, const NormalForm& form);

}  // namespace tercet::onnx_io
