#include <onnx/onnx_pb.h>
#include <tercet/io/excerpt.hpp>
#include <tercet/io/onnx.hpp>
#include <tercet/io/onnx_file.hpp>
#include <tercet/io/onnx_place.hpp>
#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/io/read_file.hpp>

#include <set>

namespace tercet {

namespace {

using namespace onnx_io;

/// The dimensions a file states for a value; -1 where it leaves one open.
Dims stated_dims(const onnx::TypeProto& type) {
    if (!type.has_tensor_type()) throw UnsupportedOp("it is no tensor");
    if (!type.tensor_type().has_shape()) throw FormatError("it has no shape");
    Dims dims;
    for (const auto& d : type.tensor_type().shape().dim()) dims.push_back(d.has_dim_value() && d.dim_value() > 0 ? d.dim_value() : -1);
    return dims;
}

void read_initializers(const onnx::GraphProto& graph, Translation& to) {
    if (graph.sparse_initializer_size() > 0) throw UnsupportedOp("it has sparse initializers");
    for (const auto& tensor : graph.initializer())
        at("initializer '" + tensor.name() + "': ", [&] {
            if (tensor.name().empty()) throw FormatError("it has no name");
            to.define(read_tensor(tensor));
        });
}

/// A listed input that an initializer gives is a constant (IR version 3 listed them all); the others are inputs of the graph.
void read_inputs(const onnx::GraphProto& graph, std::int64_t batch, Translation& to) {
    std::set<std::string> listed;
    for (const auto& input : graph.input())
        at("input '" + input.name() + "': ", [&] {
            if (input.name().empty()) throw FormatError("it has no name");
            if (!listed.insert(input.name()).second) throw FormatError("it is listed twice");
            Dims dims = stated_dims(input.type());
            if (const auto given = to.values.find(input.name()); given != to.values.end()) {
                const Dims& held = given->second->dims;
                bool agree = held.size() == dims.size();
                for (std::size_t k = 0; agree && k < dims.size(); ++k) agree = dims[k] < 0 || dims[k] == held[k];
                if (!agree)
                    throw ShapeError("it is listed with shape " + to_string_dims(dims) + ", its initializer has " + to_string_dims(held));
                return;
            }
            const Type type = element_type(input.type().tensor_type().elem_type());
            if (!is_real(type))
                throw UnsupportedOp(std::string("it is of type ") + to_string(type) + "; networks take float32 and float64");
            for (std::size_t k = 1; k < dims.size(); ++k)
                if (dims[k] < 0)
                    throw ShapeError("dimension " + std::to_string(k) + " of " + to_string_dims(dims) +
                                     " is open; only the first, the batch, may be");
            if (!dims.empty() && dims[0] < 0) {
                dims[0] = batch;
                to.model.free_batch = true;
            }
            checked_count(dims);
            const int node = to.model.network.graph.add_input(input.name(), dims);
            to.model.input_types.push_back(to_string(type));
            to.define(input.name(), std::make_shared<Value>(Value{dims, node}));
        });
    if (batch != 1 && !to.model.free_batch)
        throw ShapeError("a batch of " + std::to_string(batch) + " is asked for, and the file fixes every dimension of its inputs");
}

/// Every input of a node is defined before it: what is not is missing, or out of order.
void expect_defined(const onnx::GraphProto& graph, const OnnxNode& node, const Translation& to) {
    for (const auto& name : node.inputs) {
        if (name.empty() || to.values.count(name)) continue;
        for (int i = 0; i < graph.node_size(); ++i)
            for (const auto& output : graph.node(i).output())
                if (output == name)
                    throw FormatError("node '" + node.name + "' (" + node.kind + "): reads '" + name + "', which node '" +
                                      node_name(graph.node(i), i) + "' computes only later: the nodes are out of order, or form a cycle");
        throw FormatError("node '" + node.name + "' (" + node.kind + "): reads '" + name +
                          "', which no input, initializer or node defines");
    }
}

void read_nodes(const onnx::GraphProto& graph, Translation& to) {
    std::set<std::string> names;
    for (int i = 0; i < graph.node_size(); ++i) {
        const auto& proto = graph.node(i);
        const std::string place = "node '" + node_name(proto, i) + "' (" + proto.op_type() + "): ";
        OnnxNode node = at(place, [&] { return read_node(proto, i); });
        if (!names.insert(node.name).second) {
            to.model.notes.push_back("two nodes are called '" + node.name + "'; the later one is '" + node.name + "_" + std::to_string(i) +
                                     "' here");
            node.name += "_" + std::to_string(i);
            names.insert(node.name);
        }
        expect_defined(graph, node, to);
        ++to.model.operators[node.kind];
        translate(Call{to, node});
    }
}

void read_outputs(const onnx::GraphProto& graph, Translation& to) {
    Graph& g = to.model.network.graph;
    std::set<std::string> listed;
    for (const auto& output : graph.output())
        at("output '" + output.name() + "': ", [&] {
            if (!listed.insert(output.name()).second) throw FormatError("it is listed twice");
            const auto found = to.values.find(output.name());
            if (found == to.values.end()) throw FormatError("no node computes it");
            Value& value = *found->second;
            if (value.is_integer())
                throw UnsupportedOp(std::string("it is a constant of type ") + to_string(value.constant->type) +
                                    "; networks compute float32 and float64");
            if (output.has_type() && output.type().has_tensor_type() && output.type().tensor_type().has_shape()) {
                const Dims stated = stated_dims(output.type());
                bool agree = stated.size() == value.dims.size();
                for (std::size_t k = 0; agree && k < stated.size(); ++k)
                    agree = stated[k] < 0 || stated[k] == value.dims[k] || (k == 0 && to.model.free_batch);
                if (!agree)
                    throw ShapeError("the file states shape " + to_string_dims(stated) + ", the graph computes " +
                                     to_string_dims(value.dims));
            }
            g.outputs.push_back(to.node_of(value));
            g.output_names.push_back(output.name());
        });
}

OnnxModel read_model(const std::string& bytes, std::int64_t batch) {
    if (batch < 1) throw ShapeError("a batch of " + std::to_string(batch) + " is asked for");
    const auto file = parse_model(bytes);
    Translation to;
    to.model.opset = opset_of(*file);
    expect_known_operators(*file);
    to.model.producer = file->producer_name() + (file->producer_version().empty() ? "" : " " + file->producer_version());
    to.model.ir_version = file->ir_version();
    read_initializers(file->graph(), to);
    read_inputs(file->graph(), batch, to);
    read_nodes(file->graph(), to);
    read_outputs(file->graph(), to);
    return std::move(to.model);
}

}  // namespace

OnnxModel read_onnx(const std::filesystem::path& path, std::int64_t batch) {
    const std::string bytes = read_file(path), file = path.filename().string() + ": ";
    try {
        return read_model(bytes, batch);
    } catch (const ShapeError& e) {
        throw ShapeError(printable(file + e.what()));
    } catch (const UnsupportedOp& e) {
        throw UnsupportedOp(printable(file + e.what()));
    } catch (const FormatError& e) {
        throw FormatError(printable(file + e.what()));
    }
}

}  // namespace tercet
