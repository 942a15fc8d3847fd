/// Attributes of a node that is written: an integer, a number, a string, a list of integers.
#pragma once

#include <tercet/core/shape.hpp>

namespace onnx {
class NodeProto;
}

namespace tercet::onnx_io {

void set(onnx::NodeProto& node, const char* key, std::int64_t value);
void set(onnx::NodeProto& node, const char* key, float value);
void set(onnx::NodeProto& node, const char* key, const char* value);
void set(onnx::NodeProto& node, const char* key, const Dims& values);

}  // namespace tercet::onnx_io
