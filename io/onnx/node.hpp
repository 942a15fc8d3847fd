/// A node of an ONNX file as plain data: its names and its attributes, each of the type that is asked for.
#pragma once

#include <tercet/io/onnx/tensor.hpp>

#include <map>
#include <variant>

namespace onnx {
class NodeProto;
}

namespace tercet::onnx_io {

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                               Constant, std::vector<std::string>>;

struct OnnxNode {
    std::string name, kind;
    std::vector<std::string> inputs, outputs;  // names of values; an empty one stands for an optional input left out
    std::map<std::string, Attribute> attributes;

    bool has(const std::string& key) const { return attributes.count(key) > 0; }

    /// The attribute, or `otherwise` where the file has none. Throws FormatError where it is of another type.
    template <class T>
    T get(const std::string& key, T otherwise) const {
        const auto it = attributes.find(key);
        if (it == attributes.end()) return otherwise;
        if (const T* value = std::get_if<T>(&it->second)) return *value;
        throw FormatError("attribute '" + key + "' is not " + type_name(Attribute(T{})));
    }
    std::int64_t integer(const std::string& key, std::int64_t otherwise) const {
        return get<std::int64_t>(key, otherwise);
    }
    double real(const std::string& key, float otherwise) const {
        return get<double>(key, static_cast<double>(otherwise));
    }

private:
    static std::string type_name(const Attribute& a) {
        constexpr const char* names[] = {"an integer",        "a number", "a string",         "a list of integers",
                                         "a list of numbers", "a tensor", "a list of strings"};
        return names[a.index()];
    }
};

/// `index` names a node that has no name of its own: "Gemm_4". Throws FormatError, UnsupportedOp.
OnnxNode read_node(const onnx::NodeProto& node, int index, const ModelFolder& folder);

/// "" and "ai.onnx" name one domain.
bool is_default_domain(const std::string& domain);

/// The operator: "Gemm", with its domain in front if that is not the default one.
std::string kind_of(const onnx::NodeProto& node);

/// "Gemm_4", or the name in the file.
std::string node_name(const onnx::NodeProto& node, int index);

}  // namespace tercet::onnx_io
