#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/set_attribute.hpp>
#include <tercet/io/onnx/write_node.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include <sstream>

namespace tercet::onnx_io {

NodeWriter::NodeWriter(const Graph& graph, const OnnxWriteOptions& options, int opset, bool float32,
                       onnx::GraphProto& to)
    : graph_(graph), options_(options), opset_(opset), float32_(float32), to_(to), names_(graph.nodes.size()) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].inputs.empty()) take(names_[i] = graph.nodes[i].name);
    for (std::size_t k = 0; k < graph.outputs.size(); ++k) {
        take(graph.output_names.at(k));
        auto& name = names_[static_cast<std::size_t>(graph.outputs[k])];
        if (name.empty()) name = graph.output_names[k];
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (names_[i].empty()) names_[i] = fresh(graph.nodes[i].name);
}

void NodeWriter::take(const std::string& name) {
    if (name.empty()) throw FormatError("an input, parameter or output has no name");
    if (!taken_.insert(name).second)
        throw FormatError("two of the inputs, parameters and outputs are called '" + name + "'");
}

std::string NodeWriter::fresh(const std::string& wish) {
    std::string name = wish.empty() ? "value" : wish;
    for (int i = 1; !taken_.insert(name).second; ++i) name = wish + "_" + std::to_string(i);
    return name;
}

onnx::NodeProto& NodeWriter::add(const std::string& kind, const std::string& name,
                                 const std::vector<std::string>& inputs, const std::string& output) {
    auto& node = *to_.add_node();
    node.set_op_type(kind);
    node.set_name(name);
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

std::string NodeWriter::integers(const std::string& wish, const Dims& values, bool scalar) {
    auto& tensor = *to_.add_initializer();
    tensor.set_name(fresh(wish));
    tensor.set_data_type(onnx::TensorProto::INT64);
    if (!scalar) tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const auto v : values) tensor.add_int64_data(v);
    return tensor.name();
}

std::string NodeWriter::cast_to_float(const std::string& to) {
    const std::string from = fresh(to + ".exact");
    set(add("Cast", fresh(to + "/cast"), {from}, to), "to",
        std::int64_t{float32_ ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE});
    return from;
}

void NodeWriter::rearrange(int id, const std::vector<std::string>& in) {
    const Node& node = graph_.nodes[static_cast<std::size_t>(id)];
    const auto& runs = node.op.as<op::Rearrange>()->runs;
    const std::string& y = name(id);
    std::vector<std::string> lists;
    std::vector<std::int64_t> starts;
    std::int64_t end = 0;
    for (std::size_t k = 0; k < in.size(); ++k) {
        lists.push_back(fresh(y + ".list"));
        reshape(fresh(y + "/list"), in[k], lists.back(), {-1});
        starts.push_back(end);
        end += element_count(graph_.nodes[static_cast<std::size_t>(node.inputs[k])].shape);
    }
    Dims places;
    bool filled = false;
    for (const auto& run : runs)
        for (std::int64_t k = 0; k < run.count; ++k) {
            filled = filled || run.input < 0;
            places.push_back(run.input < 0 ? end
                                           : starts[static_cast<std::size_t>(run.input)] + run.first + k * run.stride);
        }
    if (filled) {
        auto& zero = *to_.add_initializer();
        zero.set_name(fresh(y + ".zero"));
        zero.set_data_type(float32_ ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE);
        zero.add_dims(1);
        if (float32_) zero.add_float_data(0);
        else zero.add_double_data(0);
        lists.push_back(zero.name());
    }
    const std::string all = lists.size() == 1 ? lists[0] : fresh(y + ".all"), moved = fresh(y + ".moved");
    if (lists.size() > 1) set(add("Concat", fresh(y + "/all"), lists, all), "axis", std::int64_t{0});
    add("Gather", node.name, {all, integers(y + ".places", places)}, moved);
    reshape(fresh(y + "/shape"), moved, y, node.shape);
}

void NodeWriter::reshape(const std::string& name, const std::string& from, const std::string& to, const Dims& shape) {
    add("Reshape", name, {from, integers(to + ".shape", shape)}, to);
}

float NodeWriter::attribute(double value) const {
    const auto rounded = static_cast<float>(value);
    if (static_cast<double>(rounded) == value || options_.round_attributes) return rounded;
    std::ostringstream text;
    text.precision(17);
    text << "the number " << value << " is not a float32, which is what an ONNX attribute holds; the nearest is "
         << static_cast<double>(rounded);
    throw UnsupportedOp(text.str());
}

void NodeWriter::write(int id) {
    const Node& node = graph_.nodes[static_cast<std::size_t>(id)];
    if (node.op.is<op::Input>() || node.op.is<op::Parameter>()) return;
    try {
        write_operator(id);
    } catch (const UnsupportedOp& e) {
        throw UnsupportedOp("node '" + node.name + "' (" + node.kind + "): " + e.what());
    }
}

void NodeWriter::write_output(std::size_t k) {
    const std::string& from = name(graph_.outputs[k]);
    if (from != graph_.output_names[k])
        add("Identity", fresh("identity_" + graph_.output_names[k]), {from}, graph_.output_names[k]);
}

}  // namespace tercet::onnx_io
