/// External data: numbers of a tensor that lie in another file beside the model.
#pragma once

#include <filesystem>
#include <string>

namespace onnx {
class TensorProto;
}

namespace tercet::onnx_io {

/// Where the model lies, and with it the files that its tensors may name. Where the model is a link, as download caches
/// have it, the folder of what it leads to counts as well.
struct ModelFolder {
    std::filesystem::path path, target;

    explicit ModelFolder(const std::filesystem::path& model);

    /// The bytes that the tensor's location, offset (0 where left out) and length (all that follows) name. The location
    /// is a path below the folder, of a regular file: an absolute one or one with ".." is refused, whatever it leads
    /// to, and so is a link that leads out of both folders. Throws UnsupportedOp, FormatError.
    std::string external_bytes(const onnx::TensorProto& tensor) const;
};

/// Do the tensor's numbers lie elsewhere?
bool is_external(const onnx::TensorProto& tensor);

}  // namespace tercet::onnx_io
