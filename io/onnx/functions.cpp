#include <onnx/onnx_pb.h>
#include <tercet/core/error.hpp>
#include <tercet/io/onnx/functions.hpp>
#include <tercet/io/onnx/node.hpp>

#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace tercet::onnx_io {

namespace {

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;
using Name = std::array<std::string, 3>;  // domain, operator, overload

/// Overloads came with onnx 1.16, defaults of attributes with 1.13; where the headers are older they lie among the
/// unknown fields.
template <class Message>
std::vector<std::string> unknown_texts(const Message& m, int number) {
    std::vector<std::string> texts;
    const auto& fields = m.unknown_fields();
    for (int i = 0; i < fields.field_count(); ++i)
        if (fields.field(i).number() == number &&
            fields.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            texts.push_back(fields.field(i).length_delimited());
    return texts;
}
template <class Message>
std::string overload_of(const Message& m, int number) {
    if constexpr (requires { m.overload(); }) {
        return m.overload();
    } else {
        const auto texts = unknown_texts(m, number);
        return texts.empty() ? "" : texts.back();
    }
}
template <class Function>
std::vector<onnx::AttributeProto> defaults_of(const Function& f) {
    std::vector<onnx::AttributeProto> all;
    if constexpr (requires { f.attribute_proto(); }) {
        all.assign(f.attribute_proto().begin(), f.attribute_proto().end());
    } else {
        for (const std::string& text : unknown_texts(f, 11))
            if (!all.emplace_back().ParseFromString(text))
                throw FormatError("function '" + f.name() + "': a default attribute is damaged");
    }
    return all;
}

Name name_of(const std::string& domain, const std::string& kind, const std::string& overload) {
    return {is_default_domain(domain) ? "" : domain, kind, overload};
}
Name name_of(const onnx::NodeProto& node) { return name_of(node.domain(), node.op_type(), overload_of(node, 8)); }

/// Calls of one name would give their values one name.
std::string fresh_name(std::string name, int index, std::set<std::string>& taken) {
    while (!taken.insert(name).second) name += "_" + std::to_string(index);
    return name;
}

class Inliner {
public:
    Inliner(const onnx::ModelProto& model, int opset) : opset_(opset) {
        for (const auto& f : model.functions())
            if (!functions_.emplace(name_of(f.domain(), f.name(), overload_of(f, 13)), &f).second)
                throw FormatError("function '" + f.name() + "' is defined twice");
        for (const auto& input : model.graph().input()) values_.insert(input.name());
        for (const auto& tensor : model.graph().initializer()) values_.insert(tensor.name());
        for (const auto& tensor : model.graph().sparse_initializer()) values_.insert(tensor.values().name());
        for (const auto& node : model.graph().node()) values_.insert(node.output().begin(), node.output().end());
    }

    bool too_many() const { return appended_ > 1 << 20; }

    /// The node, or the nodes that it calls, at the end of `to`.
    void append(onnx::NodeProto node, Nodes& to) {
        if (++appended_; too_many()) throw UnsupportedOp("its functions make more than 2^20 nodes");
        const auto found = functions_.find(name_of(node));
        if (found == functions_.end()) {
            if (const std::string overload = overload_of(node, 8); !overload.empty())
                throw FormatError("node '" + node.name() + "' (" + node.op_type() + "): the model has no overload '" +
                                  overload + "' of it");
            *to.Add() = std::move(node);
            return;
        }
        const onnx::FunctionProto& f = *found->second;
        const std::string place = "node '" + node.name() + "' (" + node.op_type() + "): ";
        constexpr std::size_t deepest = 100;
        if (calls_.size() == deepest) throw UnsupportedOp(place + "functions call each other more than 100 deep");
        for (const auto* outer : calls_)
            if (outer == &f) throw FormatError(place + "the function calls itself");
        for (const auto& set : f.opset_import())
            if (is_default_domain(set.domain()) && set.version() != opset_)
                throw UnsupportedOp(place + "the function uses operator set " + std::to_string(set.version()) +
                                    ", the model " + std::to_string(opset_));
        if (node.input_size() > f.input_size() || node.output_size() > f.output_size())
            throw FormatError(place + "has " + std::to_string(node.input_size()) + " inputs and " +
                              std::to_string(node.output_size()) + " outputs, the function " +
                              std::to_string(f.input_size()) + " and " + std::to_string(f.output_size()));
        calls_.push_back(&f);
        try {
            body(f, node, to);
        } catch (const Error&) {
            calls_.pop_back();
            throw;
        }
        calls_.pop_back();
    }

private:
    void body(const onnx::FunctionProto& f, const onnx::NodeProto& call, Nodes& to) {
        std::unordered_map<std::string, std::string> names{{"", ""}};
        for (int i = 0; i < f.input_size(); ++i) names[f.input(i)] = i < call.input_size() ? call.input(i) : "";
        for (int i = 0; i < call.output_size(); ++i) {
            if (call.output(i).empty()) continue;
            const auto [known, fresh] = names.try_emplace(f.output(i), call.output(i));
            if (fresh) continue;  // a value that has a name already: an input, or an output twice
            auto& copy = *to.Add();
            copy.set_op_type("Identity");
            copy.set_name(call.name() + "/output" + std::to_string(i));
            copy.add_input(known->second);
            copy.add_output(call.output(i));
        }
        const auto renamed = [&](const std::string& inner) {
            const auto [known, fresh] = names.try_emplace(inner, call.name() + "/" + inner);
            if (fresh)
                while (!values_.insert(known->second).second) known->second += "_";  // a value outside may be called so
            return known->second;
        };
        const auto defaults = defaults_of(f);
        std::set<std::string> taken;
        for (int i = 0; i < f.node_size(); ++i) {
            onnx::NodeProto node = f.node(i);
            node.set_name(fresh_name(call.name() + "/" + node_name(f.node(i), i), i, taken));
            for (auto& name : *node.mutable_input()) name = renamed(name);
            for (auto& name : *node.mutable_output()) name = renamed(name);
            node.clear_attribute();
            for (const auto& a : f.node(i).attribute()) add_attribute(a, defaults, call, node);
            append(std::move(node), to);
        }
    }

    /// The attribute of a node of the body, its reference to one of the function's resolved.
    static void add_attribute(const onnx::AttributeProto& a, const std::vector<onnx::AttributeProto>& defaults,
                              const onnx::NodeProto& call, onnx::NodeProto& to) {
        const onnx::AttributeProto* value = a.ref_attr_name().empty() ? &a : nullptr;
        if (!value) {
            for (const auto& given : call.attribute())
                if (given.name() == a.ref_attr_name()) value = &given;
            for (const auto& given : defaults)
                if (!value && given.name() == a.ref_attr_name()) value = &given;
        }
        if (!value) return;
        auto& copy = *to.add_attribute();
        copy = *value;
        copy.set_name(a.name());
    }

    std::map<Name, const onnx::FunctionProto*> functions_;
    std::vector<const onnx::FunctionProto*> calls_;  // the functions around the current node
    std::set<std::string> values_;                   // every value's name, those of bodies as they come
    int opset_, appended_ = 0;
};

}  // namespace

std::map<int, std::exception_ptr> inline_functions(onnx::ModelProto& model, int opset) {
    std::map<int, std::exception_ptr> kept;
    if (model.functions_size() == 0) return kept;
    Inliner inliner(model, opset);
    Nodes nodes;
    std::set<std::string> taken;
    for (int i = 0; i < model.graph().node_size(); ++i) {
        onnx::NodeProto node = model.graph().node(i);
        node.set_name(fresh_name(node_name(node, i), i, taken));
        const int before = nodes.size();
        try {
            inliner.append(node, nodes);
        } catch (const Error&) {
            if (inliner.too_many()) throw;
            nodes.DeleteSubrange(before, nodes.size() - before);
            kept.emplace(before, std::current_exception());
            *nodes.Add() = std::move(node);
        }
    }
    model.mutable_graph()->mutable_node()->Swap(&nodes);
    return kept;
}

}  // namespace tercet::onnx_io
