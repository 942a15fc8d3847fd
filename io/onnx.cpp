#include <onnx/onnx_pb.h>
#include <tercet/io/excerpt.hpp>
#include <tercet/io/onnx.hpp>
#include <tercet/io/onnx_file.hpp>
#include <tercet/io/onnx_functions.hpp>
#include <tercet/io/onnx_inputs.hpp>
#include <tercet/io/onnx_place.hpp>
#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/io/read_file.hpp>

#include <set>

namespace tercet {

namespace {

using namespace onnx_io;

void read_initializers(const onnx::GraphProto& graph, const NormalForm& form, const ModelFolder& folder, Translation& to) {
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

void read_nodes(const onnx::GraphProto& graph, const NormalForm& form, const ModelFolder& folder, Translation& to) {
    std::set<std::string> names;
    for (const int i : form.nodes) {
        const auto& proto = graph.node(i);
        const std::string place = "node '" + node_name(proto, i) + "' (" + kind_of(proto) + "): ";
        OnnxNode node = at(place, [&] { return read_node(proto, i, folder); });
        if (!names.insert(node.name).second) {
            to.model.notes.push_back("two nodes are called '" + node.name + "'; the later one is '" + node.name + "_" + std::to_string(i) +
                                     "' here");
            node.name += "_" + std::to_string(i);
            names.insert(node.name);
        }
        ++to.model.operators[node.kind];
        translate(Call{to, node});
    }
}

void read_output(const std::string& name, const onnx::ValueInfoProto* stated, Translation& to) {
    Graph& g = to.model.network.graph;
    const auto found = to.values.find(name);
    if (found == to.values.end()) throw UnsupportedOp("the node that computes it is read without it");
    Value& value = *found->second;
    if (value.is_integer())
        throw UnsupportedOp(std::string("it is a constant of type ") + to_string(value.constant->type) +
                            "; networks compute float32 and float64");
    if (stated && stated->type().has_tensor_type() && stated->type().tensor_type().has_shape()) {
        const Dims dims = stated_dims(stated->type());
        bool agree = dims.size() == value.dims.size();
        for (std::size_t k = 0; agree && k < dims.size(); ++k)
            agree = dims[k] < 0 || dims[k] == value.dims[k] || (k == 0 && to.model.free_batch);
        if (!agree)
            throw ShapeError("the file states shape " + to_string_dims(dims) + ", the graph computes " + to_string_dims(value.dims));
    }
    g.outputs.push_back(to.node_of(value));
    g.output_names.push_back(name);
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
    to.model.producer = file->producer_name() + (file->producer_version().empty() ? "" : " " + file->producer_version());
    to.model.ir_version = file->ir_version();
    read_initializers(graph, form, folder, to);
    read_inputs(graph, form, options, to);
    if (to.model.open) {
        for (const int i : form.nodes) ++to.model.operators[kind_of(graph.node(i))];
        return std::move(to.model);
    }
    read_nodes(graph, form, folder, to);
    read_outputs(graph, form, to);
    return std::move(to.model);
}

}  // namespace

OnnxModel read_onnx(const std::filesystem::path& path, const OnnxReadOptions& options) {
    const std::string bytes = read_file(path), file = path.filename().string() + ": ";
    try {
        return read_model(bytes, ModelFolder(path), options);
    } catch (const ShapeError& e) {
        throw ShapeError(printable(file + e.what()));
    } catch (const UnsupportedOp& e) {
        throw UnsupportedOp(printable(file + e.what()));
    } catch (const FormatError& e) {
        throw FormatError(printable(file + e.what()));
    }
}

}  // namespace tercet
