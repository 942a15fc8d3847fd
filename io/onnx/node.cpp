#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/node.hpp>

#include <cmath>

namespace tercet::onnx_io {

namespace {

double finite(double x, const std::string& key) {
    if (!std::isfinite(x)) throw FormatError("attribute '" + key + "' is " + (std::isnan(x) ? "NaN" : "infinite"));
    return x;
}

Attribute read_attribute(const onnx::AttributeProto& a, const ModelFolder& folder) {
    using Proto = onnx::AttributeProto;
    switch (a.type()) {
        case Proto::INT: return a.i();
        case Proto::FLOAT: return finite(static_cast<double>(a.f()), a.name());
        case Proto::STRING: return a.s();
        case Proto::INTS: return std::vector<std::int64_t>(a.ints().begin(), a.ints().end());
        case Proto::FLOATS: {
            std::vector<double> reals;
            for (const float x : a.floats()) reals.push_back(finite(static_cast<double>(x), a.name()));
            return reals;
        }
        case Proto::STRINGS: return std::vector<std::string>(a.strings().begin(), a.strings().end());
        case Proto::TENSOR: return read_tensor(a.t(), folder);
        default: break;
    }
    throw UnsupportedOp("attribute '" + a.name() + "' is of type " + Proto::AttributeType_Name(a.type()) +
                        ", which tercet does not read");
}

}  // namespace

bool is_default_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

std::string kind_of(const onnx::NodeProto& node) {
    return is_default_domain(node.domain()) ? node.op_type() : node.domain() + "." + node.op_type();
}

std::string node_name(const onnx::NodeProto& node, int index) {
    return node.name().empty() ? node.op_type() + "_" + std::to_string(index) : node.name();
}

OnnxNode read_node(const onnx::NodeProto& node, int index, const ModelFolder& folder) {
    OnnxNode n{node_name(node, index),
               kind_of(node),
               {node.input().begin(), node.input().end()},
               {node.output().begin(), node.output().end()},
               {}};
    for (const auto& a : node.attribute()) {
        if (!a.ref_attr_name().empty())
            throw UnsupportedOp("attribute '" + a.name() + "' refers to a function's attribute");
        if (!n.attributes.emplace(a.name(), read_attribute(a, folder)).second)
            throw FormatError("attribute '" + a.name() + "' is given twice");
    }
    return n;
}

}  // namespace tercet::onnx_io
