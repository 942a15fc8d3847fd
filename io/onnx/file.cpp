#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/file.hpp>
#include <tercet/io/onnx/node.hpp>
#include <tercet/io/onnx/rules.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace tercet::onnx_io {

std::unique_ptr<onnx::ModelProto> parse_model(const std::string& bytes) {
    const std::string size = std::to_string(bytes.size());
    if (bytes.empty()) throw FormatError("the file is empty");
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw UnsupportedOp("the file has " + size + " bytes; a protobuf has less than 2^31");
    auto model = std::make_unique<onnx::ModelProto>();
    if (!model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        throw FormatError("its " + size + " bytes are no ONNX model, or a model that is cut off or damaged");
    if (!model->has_graph() || model->graph().output_size() == 0)
        throw FormatError("it is no ONNX model: it has no graph with an output");
    return model;
}

int opset_of(const onnx::ModelProto& model) {
    std::optional<std::int64_t> found;
    for (const auto& opset : model.opset_import())
        if (is_default_domain(opset.domain())) {
            if (found && *found != opset.version())
                throw FormatError("the default operator set is imported as " + std::to_string(*found) + " and as " +
                                  std::to_string(opset.version()));
            found = opset.version();
        }
    if (!found) throw FormatError("it states no version of the default operator set");
    if (*found < 1 || *found > 28)
        throw UnsupportedOp("it uses operator set " + std::to_string(*found) + "; tercet reads 1 to 28");
    return static_cast<int>(*found);
}

void expect_known_operators(const onnx::GraphProto& graph, const NormalForm& form) {
    std::set<std::string> unknown;
    std::string first;
    std::unordered_set<std::string_view> lost;  // values that need an unknown operator
    for (const int i : form.nodes) {
        const auto& node = graph.node(i);
        const bool known = find_rule(kind_of(node)) || kind_of(node) == "If";
        const bool depends = std::any_of(node.input().begin(), node.input().end(),
                                         [&](const auto& name) { return lost.count(name) > 0; });
        if (!known || depends) lost.insert(node.output().begin(), node.output().end());
        if (known) continue;
        if (unknown.empty()) first = node_name(node, i);
        unknown.insert(kind_of(node));
    }
    if (unknown.empty()) return;
    std::string list, others;
    for (const auto& kind : unknown) list += (list.empty() ? "" : ", ") + kind;
    for (const auto& output : form.outputs)
        if (!lost.count(output)) others += (others.empty() ? "'" : ", '") + output + "'";
    throw UnsupportedOp(
        (unknown.size() == 1 ? "operator " : "operators ") + list + (unknown.size() == 1 ? " is" : " are") +
        " not supported (first at node '" + first + "')" +
        (others.empty() ? "" : "; output " + others + " needs none of them: ask for it alone (--output-name)"));
}

}  // namespace tercet::onnx_io
