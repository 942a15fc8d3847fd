#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/set_attribute.hpp>

namespace tercet::onnx_io {

void set(onnx::NodeProto& node, const char* key, std::int64_t value) {
    auto& a = *node.add_attribute();
    a.set_name(key);
    a.set_type(onnx::AttributeProto::INT);
    a.set_i(value);
}

void set(onnx::NodeProto& node, const char* key, float value) {
    auto& a = *node.add_attribute();
    a.set_name(key);
    a.set_type(onnx::AttributeProto::FLOAT);
    a.set_f(value);
}

void set(onnx::NodeProto& node, const char* key, const char* value) {
    auto& a = *node.add_attribute();
    a.set_name(key);
    a.set_type(onnx::AttributeProto::STRING);
    a.set_s(value);
}

void set(onnx::NodeProto& node, const char* key, const Dims& values) {
    auto& a = *node.add_attribute();
    a.set_name(key);
    a.set_type(onnx::AttributeProto::INTS);
    for (const auto v : values) a.add_ints(v);
}

}  // namespace tercet::onnx_io
