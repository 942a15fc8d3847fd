#include <onnx/onnx_pb.h>
#include <tercet/io/onnx_file.hpp>
#include <tercet/io/onnx_node.hpp>
#include <tercet/io/onnx_rules.hpp>

#include <algorithm>
#include <limits>

namespace tercet::onnx_io {

namespace {

bool is_default_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

}  // namespace

std::shared_ptr<const onnx::ModelProto> parse_model(const std::string& bytes) {
    const std::string size = std::to_string(bytes.size());
    if (bytes.empty()) throw FormatError("the file is empty");
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw UnsupportedOp("the file has " + size + " bytes; a protobuf has less than 2^31");
    auto model = std::make_shared<onnx::ModelProto>();
    if (!model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        throw FormatError("its " + size + " bytes are no ONNX model, or a model that is cut off or damaged");
    if (!model->has_graph() || model->graph().output_size() == 0) throw FormatError("it is no ONNX model: it has no graph with an output");
    return model;
}

int opset_of(const onnx::ModelProto& model) {
    const onnx::OperatorSetIdProto* found = nullptr;
    for (const auto& opset : model.opset_import())
        if (is_default_domain(opset.domain())) {
            if (found) throw FormatError("the default operator set is imported twice");
            found = &opset;
        }
    if (!found) throw FormatError("it states no version of the default operator set");
    if (found->version() < 6 || found->version() > 21)
        throw UnsupportedOp("it uses operator set " + std::to_string(found->version()) + "; tercet reads 6 to 21");
    return static_cast<int>(found->version());
}

void expect_known_operators(const onnx::ModelProto& model) {
    std::vector<std::string> unknown;
    std::string first;
    for (int i = 0; i < model.graph().node_size(); ++i) {
        const auto& node = model.graph().node(i);
        const bool standard = is_default_domain(node.domain());
        if (standard && find_rule(node.op_type())) continue;
        const std::string kind = standard ? node.op_type() : node.domain() + "." + node.op_type();
        if (unknown.empty()) first = node_name(node, i);
        if (std::find(unknown.begin(), unknown.end(), kind) == unknown.end()) unknown.push_back(kind);
    }
    if (unknown.empty()) return;
    std::sort(unknown.begin(), unknown.end());
    std::string list;
    for (const auto& kind : unknown) list += (list.empty() ? "" : ", ") + kind;
    throw UnsupportedOp((unknown.size() == 1 ? "operator " : "operators ") + list + (unknown.size() == 1 ? " is" : " are") +
                        " not supported (first at node '" + first + "')");
}

}  // namespace tercet::onnx_io
