#include <tercet/io/onnx/place.hpp>
#include <tercet/io/onnx/pointwise.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/translation.hpp>

#include <algorithm>
#include <limits>

namespace tercet::onnx_io {

namespace {

std::map<std::string, Rule> all_rules() {
    std::map<std::string, Rule> rules;
    for (const auto& family :
         {arithmetic_rules(), reduction_rules(), logic_rules(), finiteness_rules(), activation_rules(),
          normalisation_rules(), window_rules(), pool_rules(), resize_rules(), recurrent_rules(), einsum_rules(),
          shape_rules(), move_rules(), index_rules(), scatter_rules(), ml_rules(), constant_rules(), pointwise_rules()})
        for (const Rule& rule : family) rules.emplace(rule.kind, rule);
    return rules;
}

/// What holds for every operator: the number of inputs and outputs, and only known attributes. consumed_inputs, of
/// opsets before 6, says what may be overwritten.
void check_form(const Rule& rule, const Call& call) {
    const OnnxNode& node = call.node;
    if (node.inputs.size() < rule.least_inputs || node.inputs.size() > rule.most_inputs)
        throw FormatError("has " + std::to_string(node.inputs.size()) + " inputs, expected " +
                          (rule.most_inputs == std::numeric_limits<std::size_t>::max()
                               ? "at least " + std::to_string(rule.least_inputs)
                               : std::to_string(rule.least_inputs) + " to " + std::to_string(rule.most_inputs)));
    for (std::size_t i = 0; i < rule.least_inputs; ++i) call.input(i);
    if (std::ranges::all_of(node.outputs, [](const std::string& name) { return name.empty(); }))
        throw FormatError("has no output");
    for (const auto& [key, value] : node.attributes)
        if (!(key == "consumed_inputs" && call.opset() < 6) &&
            std::none_of(rule.attributes.begin(), rule.attributes.end(),
                         [&, &k = key](const char* known) { return k == known; }))
            throw UnsupportedOp("attribute '" + key + "' is not supported");
}

}  // namespace

namespace {
const std::map<std::string, Rule>& rules_by_kind() {
    static const std::map<std::string, Rule> rules = all_rules();
    return rules;
}
}  // namespace

std::vector<std::string> known_kinds() {
    std::vector<std::string> kinds{"If"};
    for (const auto& [kind, rule] : rules_by_kind()) kinds.push_back(kind);
    return kinds;
}

const Rule* find_rule(const std::string& kind) {
    const auto& rules = rules_by_kind();
    const auto it = rules.find(kind);
    return it == rules.end() ? nullptr : &it->second;
}

void translate(const Call& call) {
    at("node '" + call.node.name + "' (" + call.node.kind + "): ", [&] {
        const Rule& rule = *find_rule(call.node.kind);
        check_form(rule, call);
        rule.translate(call);
        for (std::size_t i = 1; i < call.node.outputs.size(); ++i)
            if (const auto& name = call.node.outputs[i]; !name.empty() && !call.to.values.count(name))
                throw UnsupportedOp("output " + std::to_string(i) + " ('" + name + "') is not supported");
    });
}

}  // namespace tercet::onnx_io
