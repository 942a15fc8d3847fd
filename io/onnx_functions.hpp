/// Functions that a model file defines (ModelProto.functions): each call is replaced by the function's nodes.
#pragma once

namespace onnx {
class ModelProto;
}

namespace tercet::onnx_io {

/// Values inside a call get names after the call's node, "call/value", and so do its nodes; attributes that refer to the function's take
/// the call's, or the function's default, or are left out. A function may call others, but not itself. Throws FormatError, UnsupportedOp: a
/// function of another version of the default operator set than `opset`, a recursion, more than 2^20 nodes or calls.
void inline_functions(onnx::ModelProto& model, int opset);

}  // namespace tercet::onnx_io
