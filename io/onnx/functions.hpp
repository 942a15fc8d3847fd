/// Functions that a model file defines (ModelProto.functions): each call is replaced by the function's nodes.
#pragma once

#include <exception>
#include <map>

namespace onnx {
class ModelProto;
}

namespace tercet::onnx_io {

/// Values inside a call get names after the call's node, "call/value", and so do its nodes; attributes that refer to
/// the function's take the call's, or the function's default, or are left out. A call that cannot be replaced (a
/// function that calls itself, or of another version of the default operator set than `opset`, ..) stays as it is; the
/// result says why, by the node's index, for where it is needed. Throws FormatError where a function is defined twice,
/// UnsupportedOp beyond 2^20 nodes or calls.
std::map<int, std::exception_ptr> inline_functions(onnx::ModelProto& model, int opset);

}  // namespace tercet::onnx_io
