/// External data: numbers of a tensor that lie in another file beside the model.
#pragma once

#include <filesystem>
#include <string>

namespace onnx {
class TensorProto;
}

namespace tercet::onnx_io {

/// Where the model lies, and with it the files that its tensors may name.
struct ModelFolder {
    std::filesystem::path path;

    /// The bytes that the tensor's location, offset (0 where left out) and length (all that follows) name. The location is a path below the
    /// folder, of a regular file: an absolute one or one with ".." is refused, whatever it leads to. Throws UnsupportedOp, FormatError.
    std::string external_bytes(const onnx::TensorProto& tensor) const;
};

/// Do the tensor's numbers lie elsewhere?
bool is_external(const onnx::TensorProto& tensor);

}  // namespace tercet::onnx_io
