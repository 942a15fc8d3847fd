#include <onnx/onnx_pb.h>
#include <tercet/io/near_names.hpp>
#include <tercet/io/onnx_inputs.hpp>
#include <tercet/io/onnx_place.hpp>

#include <set>

namespace tercet::onnx_io {

namespace {

struct Listed {
    const onnx::ValueInfoProto* proto;
    Type type;
    Dims dims;
};

std::string symbol(const onnx::TensorShapeProto::Dimension& dim) { return dim.has_dim_param() ? dim.dim_param() : ""; }

const onnx::TensorShapeProto& shape_of(const Listed& input) { return input.proto->type().tensor_type().shape(); }

/// "[?, n, 4]"
std::string text_of(const std::vector<std::string>& dims) {
    std::string text = "[";
    for (std::size_t k = 0; k < dims.size(); ++k) text += (k ? ", " : "") + dims[k];
    return text + "]";
}

std::vector<std::string> stated_texts(const Listed& input) {
    std::vector<std::string> texts;
    for (const auto& d : shape_of(input).dim()) {
        const std::string name = symbol(d);
        texts.push_back(d.has_dim_value() && d.dim_value() > 0 ? std::to_string(d.dim_value()) : name.empty() ? "?" : name);
    }
    return texts;
}

/// The inputs that the network takes; those that an initializer gives are compared with it.
std::vector<Listed> listed_inputs(const onnx::GraphProto& graph, const NormalForm& form, bool all, Translation& to) {
    std::set<std::string> listed, initialized;
    for (const auto& tensor : graph.initializer()) initialized.insert(tensor.name());
    std::vector<Listed> inputs;
    for (const auto& input : graph.input())
        at("input '" + input.name() + "': ", [&] {
            if (input.name().empty()) throw FormatError("it has no name");
            if (!listed.insert(input.name()).second) throw FormatError("it is listed twice");
            const int number = input.type().tensor_type().elem_type();
            const bool floats = number == onnx::TensorProto::FLOAT || number == onnx::TensorProto::DOUBLE;
            if (!form.needs(input.name())) {
                if (initialized.count(input.name())) return;
                if (!floats || !all) {
                    to.model.notes.push_back("input '" + input.name() + "', which is not read" + (floats ? "" : " and of no float type") +
                                             ", is left out");
                    return;
                }
            }
            const Dims dims = stated_dims(input.type());
            if (const auto given = to.values.find(input.name()); given != to.values.end()) {
                const Dims& held = given->second->dims;
                bool agree = held.size() == dims.size();
                for (std::size_t k = 0; agree && k < dims.size(); ++k) agree = dims[k] < 0 || dims[k] == held[k];
                if (!agree)
                    throw ShapeError("it is listed with shape " + to_string_dims(dims) + ", its initializer has " + to_string_dims(held));
                return;
            }
            const Type type = element_type(number);
            if (!is_real(type))
                throw UnsupportedOp(std::string("it is of type ") + to_string(type) + "; networks take float32 and float64");
            inputs.push_back({&input, type, dims});
        });
    return inputs;
}

/// Sizes that were given, and what they say of the names of dimensions.
class Sizes {
public:
    void give(Listed& input, const Dims& shape) {
        const auto unlike = [&] {
            return ShapeError("it is given shape " + to_string_dims(shape) + ", the file states " + text_of(stated_texts(input)));
        };
        if (shape.size() != input.dims.size()) throw unlike();
        for (std::size_t k = 0; k < shape.size(); ++k) {
            if (shape[k] < 0) continue;
            if (input.dims[k] >= 0 && input.dims[k] != shape[k]) throw unlike();
            bind(input, k, shape[k]);
        }
    }
    /// The size of an open dimension; that of its name, where it has one, must be the same.
    void bind(Listed& input, std::size_t k, std::int64_t size) {
        const bool open = input.dims[k] < 0;
        input.dims[k] = size;
        const std::string name = symbol(shape_of(input).dim(static_cast<int>(k)));
        if (!open || name.empty()) return;
        const auto [known, fresh] = named_.try_emplace(name, std::pair{size, input.proto->name()});
        if (!fresh && known->second.first != size)
            throw ShapeError("its dimension " + std::to_string(k) + ", '" + name + "', is " + std::to_string(size) + " here and " +
                             std::to_string(known->second.first) + " in input '" + known->second.second + "'");
    }
    void bind_by_name(Listed& input) {
        for (std::size_t k = 0; k < input.dims.size(); ++k)
            if (const auto known = named_.find(symbol(shape_of(input).dim(static_cast<int>(k))));
                input.dims[k] < 0 && known != named_.end())
                input.dims[k] = known->second.first;
    }

private:
    std::map<std::string, std::pair<std::int64_t, std::string>> named_;  // the size, and the input that gave it
};

void give_sizes(std::vector<Listed>& inputs, const OnnxReadOptions& options, Translation& to) {
    Sizes sizes;
    const auto each = [&](auto f) {
        for (Listed& input : inputs) at("input '" + input.proto->name() + "': ", [&] { f(input); });
    };
    for (const auto& [name, shape] : options.shapes) {
        std::vector<std::string_view> names;
        for (const Listed& input : inputs) names.push_back(input.proto->name());
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw ShapeError("a shape is given for '" + name + "', which is no input of the network" + near_names(name, names));
    }
    each([&](const Listed& input) { to.model.free_batch |= !input.dims.empty() && input.dims[0] < 0; });
    each([&](Listed& input) {
        if (const auto given = options.shapes.find(input.proto->name()); given != options.shapes.end()) sizes.give(input, given->second);
    });
    each([&](Listed& input) { sizes.bind_by_name(input); });
    each([&](Listed& input) {
        if (!input.dims.empty() && input.dims[0] < 0) sizes.bind(input, 0, options.batch);
    });
    each([&](Listed& input) {
        sizes.bind_by_name(input);
        for (std::size_t k = 0; k < input.dims.size(); ++k)
            if (input.dims[k] < 0) {
                if (!options.may_stay_open)
                    throw ShapeError("dimension " + std::to_string(k) + " of " + text_of(stated_texts(input)) +
                                     " is open: its size must come from the input's file or from --shape " + input.proto->name() + "=..");
                to.model.open = true;
            }
    });
    if (options.batch != 1 && !to.model.free_batch)
        throw ShapeError("a batch of " + std::to_string(options.batch) + " is asked for, and the file fixes every dimension of its inputs");
}

}  // namespace

Dims stated_dims(const onnx::TypeProto& type) {
    if (!type.has_tensor_type()) throw UnsupportedOp("it is no tensor");
    if (!type.tensor_type().has_shape()) throw FormatError("it has no shape");
    Dims dims;
    for (const auto& d : type.tensor_type().shape().dim()) dims.push_back(d.has_dim_value() && d.dim_value() > 0 ? d.dim_value() : -1);
    return dims;
}

void read_inputs(const onnx::GraphProto& graph, const NormalForm& form, const OnnxReadOptions& options, Translation& to) {
    auto inputs = listed_inputs(graph, form, options.outputs.empty(), to);
    give_sizes(inputs, options, to);
    for (const Listed& input : inputs)
        at("input '" + input.proto->name() + "': ", [&] {
            to.model.inputs.push_back({input.proto->name(), to_string(input.type), stated_dims(input.proto->type()), stated_texts(input)});
            if (to.model.open) return;
            checked_count(input.dims);
            const int node = to.model.network.graph.add_input(input.proto->name(), input.dims);
            to.define(input.proto->name(), std::make_shared<Value>(Value{input.dims, node}));
        });
}

}  // namespace tercet::onnx_io
