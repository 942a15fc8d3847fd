#include <onnx/onnx_pb.h>
#include <tercet/io/file/read_file.hpp>
#include <tercet/io/onnx/file.hpp>
#include <tercet/io/onnx/functions.hpp>
#include <tercet/io/onnx/inputs.hpp>
#include <tercet/io/onnx/place.hpp>
#include <tercet/io/onnx/read.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/io/onnx/translation.hpp>
#include <tercet/io/text/excerpt.hpp>

#include <set>

namespace tercet {

namespace {

using namespace onnx_io;

void read_initializers(const onnx::GraphProto& graph, const NormalForm& form, const ModelFolder& folder,
                       Translation& to) {
    for (const auto& tensor : graph.sparse_initializer())
        if (form.needs(tensor.values().name()))
            throw UnsupportedOp("initializer '" + tensor.values().name() + "': it is sparse; tercet reads dense ones");
    for (const auto& tensor : graph.initializer())
        at("initializer '" + tensor.name() + "': ", [&] {
            if (tensor.name().empty()) throw FormatError("it has no name");
            if (!form.needs(tensor.name())) return;
            to.define(read_tensor(tensor, folder));
        });
}

void read_nodes(const onnx::GraphProto& graph, const NormalForm& form, const ModelFolder& folder, Translation& to,
                const std::string& around);

/// The branch that a constant condition chooses, its nodes in the place of the If.
void read_if(const onnx::NodeProto& proto, const std::string& name, const ModelFolder& folder, Translation& to) {
    const auto condition = proto.input_size() == 1 ? to.values.find(proto.input(0)) : to.values.end();
    if (condition == to.values.end()) throw FormatError("has no condition");
    const Value& value = *condition->second;
    if (is_real(value.type) || element_count(value.dims) != 1)
        throw FormatError(std::string("its condition is of type ") + to_string(value.type) + " and shape " +
                          to_string_dims(value.dims));
    const auto numbers = to.numbers_of(value);
    if (!numbers) throw UnsupportedOp("its condition depends on the network's input");
    const char* wanted = numbers->integers.at(0) != 0 ? "then_branch" : "else_branch";
    const onnx::GraphProto* branch = nullptr;
    for (const auto& a : proto.attribute())
        if (a.name() == wanted && a.has_g()) branch = &a.g();
    if (!branch) throw FormatError(std::string("has no ") + wanted);
    if (branch->output_size() != proto.output_size())
        throw FormatError(std::string("its ") + wanted + " has " + std::to_string(branch->output_size()) +
                          " outputs, the node " + std::to_string(proto.output_size()));
    const NormalForm form =
        normal_form(*branch, {}, [&](const std::string& outer) { return to.values.count(outer) > 0; });
    expect_known_operators(*branch, form);
    read_initializers(*branch, form, folder, to);
    read_nodes(*branch, form, folder, to, name + "/");
    for (int k = 0; k < proto.output_size(); ++k)
        if (!proto.output(k).empty() && proto.output(k) != branch->output(k).name())
            to.define(proto.output(k), to.values.at(branch->output(k).name()));
}

void read_nodes(const onnx::GraphProto& graph, const NormalForm& form, const ModelFolder& folder, Translation& to,
                const std::string& around) {
    std::set<std::string> names;
    for (const int i : form.nodes) {
        const auto& proto = graph.node(i);
        const std::string place = "node '" + around + node_name(proto, i) + "' (" + kind_of(proto) + "): ";
        ++to.model.operators[kind_of(proto)];
        if (kind_of(proto) == "If") {
            at(place, [&] { read_if(proto, around + node_name(proto, i), folder, to); });
            continue;
        }
        OnnxNode node = at(place, [&] { return read_node(proto, i, folder); });
        node.name = around + node.name;
        if (!names.insert(node.name).second) {
            to.model.notes.push_back("two nodes are called '" + node.name + "'; the later one is '" + node.name + "_" +
                                     std::to_string(i) + "' here");
            node.name += "_" + std::to_string(i);
            names.insert(node.name);
        }
        translate(Call{to, node});
    }
}

void read_output(const std::string& name, const onnx::ValueInfoProto* stated, Translation& to) {
    Graph& g = to.model.network.graph;
    const auto found = to.values.find(name);
    if (found == to.values.end()) throw UnsupportedOp("the node that computes it is read without it");
    Value& value = *found->second;
    if (value.shown) throw UnsupportedOp("its elements are -inf where a mask says so: no numbers");
    if (stated && stated->type().has_tensor_type() && stated->type().tensor_type().has_shape()) {
        const Dims dims = stated_dims(stated->type());
        bool agree = dims.size() == value.dims.size();
        for (std::size_t k = 0; agree && k < dims.size(); ++k)
            agree = dims[k] < 0 || dims[k] == value.dims[k] || (k == 0 && to.model.free_batch);
        if (!agree)
            throw ShapeError("the file states shape " + to_string_dims(dims) + ", the graph computes " +
                             to_string_dims(value.dims));
    }
    g.outputs.push_back(to.node_of(value));
    g.output_names.push_back(name);
    to.model.output_types.push_back(to_string(value.type));
}

void read_outputs(const onnx::GraphProto& graph, const NormalForm& form, Translation& to) {
    std::map<std::string, const onnx::ValueInfoProto*> stated;
    for (const auto& output : graph.output()) stated.emplace(output.name(), &output);
    for (const auto& name : form.outputs) {
        const auto found = stated.find(name);
        at("output '" + name + "': ", [&] { read_output(name, found == stated.end() ? nullptr : found->second, to); });
    }
}

OnnxModel read_model(const std::string& bytes, const ModelFolder& folder, const OnnxReadOptions& options) {
    if (options.batch < 1) throw ShapeError("a batch of " + std::to_string(options.batch) + " is asked for");
    const auto file = parse_model(bytes);
    Translation to;
    to.model.opset = opset_of(*file);
    const auto kept_calls = inline_functions(*file, to.model.opset);
    const onnx::GraphProto& graph = file->graph();
    const NormalForm form = normal_form(graph, options.outputs);
    for (const int i : form.nodes)
        if (const auto kept = kept_calls.find(i); kept != kept_calls.end()) std::rethrow_exception(kept->second);
    expect_known_operators(graph, form);
    to.model.notes = form.notes;
    to.model.producer =
        file->producer_name() + (file->producer_version().empty() ? "" : " " + file->producer_version());
    to.model.ir_version = file->ir_version();
    read_initializers(graph, form, folder, to);
    read_inputs(graph, form, options, to);
    if (to.model.open) {
        for (const int i : form.nodes) ++to.model.operators[kind_of(graph.node(i))];
        return std::move(to.model);
    }
    read_nodes(graph, form, folder, to, "");
    read_outputs(graph, form, to);
    return std::move(to.model);
}

}  // namespace

OnnxModel read_onnx(const std::filesystem::path& path, const OnnxReadOptions& options) {
    const std::string bytes = read_file(path), file = path.filename().string() + ": ";
    try {
        return onnx_io::at(file, [&] { return read_model(bytes, ModelFolder(path), options); });
    } catch (const ShapeError& e) {
        throw ShapeError(printable(e.what()));
    } catch (const UnsupportedOp& e) {
        throw UnsupportedOp(printable(e.what()));
    } catch (const FormatError& e) {
        throw FormatError(printable(e.what()));
    } catch (const LimitError& e) {
        throw LimitError(printable(e.what()));
    } catch (const DomainError& e) {
        throw DomainError(printable(e.what()));
    }
}

}  // namespace tercet
