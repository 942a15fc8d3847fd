/// The file as a whole: bytes to protobuf, and what must hold before any node is looked at.
#pragma once

#include <tercet/core/error.hpp>

#include <memory>

namespace onnx {
class ModelProto;
}

namespace tercet::onnx_io {

/// Throws FormatError where the file is empty, cut off, or not ONNX.
std::shared_ptr<const onnx::ModelProto> parse_model(const std::string& bytes);

/// The version of the default operator set. Throws UnsupportedOp outside 6 to 21.
int opset_of(const onnx::ModelProto& model);

/// Throws UnsupportedOp that names every operator tercet does not have, and the first node that needs one.
void expect_known_operators(const onnx::ModelProto& model);

}  // namespace tercet::onnx_io
