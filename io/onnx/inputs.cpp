#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/fold.hpp>
#include <tercet/io/onnx/inputs.hpp>
#include <tercet/io/onnx/place.hpp>
#include <tercet/io/text/near_names.hpp>

#include <set>

namespace tercet::onnx_io {

namespace {

struct Listed {
    const onnx::ValueInfoProto* proto;
    Type type;
    Dims dims;
    bool has_shape;
};

const onnx::TensorShapeProto& shape_of(const Listed& input) { return input.proto->type().tensor_type().shape(); }

/// The name of dimension k, or nothing; "?" is no name (Paddle's exporter writes it for every open dimension).
std::string symbol(const Listed& input, std::size_t k) {
    const auto& shape = shape_of(input);
    if (static_cast<int>(k) >= shape.dim_size()) return "";
    const auto& dim = shape.dim(static_cast<int>(k));
    return dim.has_dim_param() && dim.dim_param() != "?" ? dim.dim_param() : "";
}

/// "[?, n, 4]"
std::string text_of(const std::vector<std::string>& dims) {
    std::string text = "[";
    for (std::size_t k = 0; k < dims.size(); ++k) text += (k ? ", " : "") + dims[k];
    return text + "]";
}

std::vector<std::string> stated_texts(const Listed& input) {
    std::vector<std::string> texts;
    for (int k = 0; k < shape_of(input).dim_size(); ++k) {
        const auto& d = shape_of(input).dim(k);
        const std::string name = symbol(input, static_cast<std::size_t>(k));
        texts.push_back(d.has_dim_value() && d.dim_value() > 0 ? std::to_string(d.dim_value())
                        : name.empty()                         ? "?"
                                                               : name);
    }
    return texts;
}

/// An input of an integer type is a constant, whose numbers the options give.
void read_integers(const onnx::ValueInfoProto& input, Type type, const Dims& dims, bool has_shape,
                   const OnnxReadOptions& options, Translation& to) {
    const Listed listed{&input, type, dims, has_shape};
    to.model.integers.push_back({input.name(), to_string(type), dims, stated_texts(listed), has_shape});
    const auto given = options.integers.find(input.name());
    if (given == options.integers.end()) {
        if (!options.may_stay_open)
            throw UnsupportedOp(std::string("it is of type ") + to_string(type) +
                                ": its numbers become constants of the network, and must be given (--input " +
                                input.name() + "=FILE)");
        to.model.open = true;
        return;
    }
    const Dims& held = given->second.dims;
    bool agree = !has_shape || held.size() == dims.size();
    for (std::size_t k = 0; agree && k < dims.size(); ++k) agree = dims[k] < 0 || dims[k] == held[k];
    if (!agree)
        throw ShapeError("it is given shape " + to_string_dims(held) + ", the file states " +
                         text_of(stated_texts(listed)));
    if (checked_count(held) != static_cast<std::int64_t>(given->second.numbers.size()))
        throw ShapeError("shape " + to_string_dims(held) + " with " + std::to_string(given->second.numbers.size()) +
                         " numbers");
    Constant c{input.name(), type, held, {}, given->second.numbers};
    expect_in_type(c);
    to.define(std::move(c));
}

/// The inputs that the network takes; those that an initializer gives are compared with it.
std::vector<Listed> listed_inputs(const onnx::GraphProto& graph, const NormalForm& form, const OnnxReadOptions& options,
                                  Translation& to) {
    const bool all = options.outputs.empty();
    std::set<std::string> listed, initialized;
    for (const auto& tensor : graph.initializer()) initialized.insert(tensor.name());
    std::vector<Listed> inputs;
    for (const auto& input : graph.input())
        at("input '" + input.name() + "': ", [&] {
            if (input.name().empty()) throw FormatError("it has no name");
            if (!listed.insert(input.name()).second) throw FormatError("it is listed twice");
            const int number = input.type().tensor_type().elem_type();
            const bool floats = number == onnx::TensorProto::FLOAT || number == onnx::TensorProto::DOUBLE ||
                                number == onnx::TensorProto::FLOAT16 || number == onnx::TensorProto::BFLOAT16;
            if (initialized.count(input.name())) to.model.left_out[input.name()] = "an initializer gives its numbers";
            if (!form.needs(input.name())) {
                if (initialized.count(input.name())) return;
                if (!floats || !all) {
                    to.model.left_out[input.name()] = all ? "nothing reads it" : "the wanted values do not need it";
                    to.model.notes.push_back("input '" + input.name() + "', which is not read" +
                                             (floats ? "" : " and of no float type") + ", is left out");
                    return;
                }
            }
            if (!input.type().has_tensor_type()) throw UnsupportedOp("it is no tensor");
            const bool has_shape = input.type().tensor_type().has_shape();
            const Dims dims = has_shape ? stated_dims(input.type()) : Dims{};
            if (const auto given = to.values.find(input.name()); given != to.values.end()) {
                const Dims& held = given->second->dims;
                bool agree = !has_shape || held.size() == dims.size();
                for (std::size_t k = 0; agree && k < dims.size(); ++k) agree = dims[k] < 0 || dims[k] == held[k];
                if (!agree)
                    throw ShapeError("it is listed with shape " + to_string_dims(dims) + ", its initializer has " +
                                     to_string_dims(held));
                return;
            }
            const Type type = element_type(number);
            if (!is_real(type)) return read_integers(input, type, has_shape ? dims : Dims{}, has_shape, options, to);
            inputs.push_back({&input, type, dims, has_shape});
        });
    return inputs;
}

/// Sizes that were given, and what they say of the names of dimensions.
class Sizes {
public:
    void give(Listed& input, const Dims& shape) {
        const auto unlike = [&] {
            return ShapeError("it is given shape " + to_string_dims(shape) + ", the file states " +
                              text_of(stated_texts(input)));
        };
        if (!input.has_shape) {
            input.dims = shape;
            input.has_shape = true;
            return;
        }
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
        const std::string name = symbol(input, k);
        if (!open || name.empty()) return;
        const auto [known, fresh] = named_.try_emplace(name, std::pair{size, input.proto->name()});
        if (!fresh && known->second.first != size)
            throw ShapeError("its dimension " + std::to_string(k) + ", '" + name + "', is " + std::to_string(size) +
                             " here and " + std::to_string(known->second.first) + " in input '" + known->second.second +
                             "'");
    }
    void bind_by_name(Listed& input) {
        for (std::size_t k = 0; k < input.dims.size(); ++k)
            if (const auto known = named_.find(symbol(input, k)); input.dims[k] < 0 && known != named_.end())
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
            throw ShapeError("a shape is given for '" + name + "', which is no input of the network" +
                             near_names(name, names));
    }
    each([&](const Listed& input) { to.model.free_batch |= !input.dims.empty() && input.dims[0] < 0; });
    each([&](Listed& input) {
        if (const auto given = options.shapes.find(input.proto->name()); given != options.shapes.end())
            sizes.give(input, given->second);
    });
    each([&](Listed& input) { sizes.bind_by_name(input); });
    each([&](Listed& input) {
        if (!input.dims.empty() && input.dims[0] < 0) sizes.bind(input, 0, options.batch);
    });
    each([&](Listed& input) {
        sizes.bind_by_name(input);
        if (!input.has_shape) {
            if (!options.may_stay_open)
                throw ShapeError("it has no shape: that must come from the input's file or from --shape " +
                                 input.proto->name() + "=..");
            to.model.open = true;
        }
        for (std::size_t k = 0; k < input.dims.size(); ++k)
            if (input.dims[k] < 0) {
                if (!options.may_stay_open)
                    throw ShapeError("dimension " + std::to_string(k) + " of " + text_of(stated_texts(input)) +
                                     " is open: its size must come from the input's file or from --shape " +
                                     input.proto->name() + "=..");
                to.model.open = true;
            }
    });
    if (options.batch != 1 && !to.model.free_batch)
        throw ShapeError("a batch of " + std::to_string(options.batch) +
                         " is asked for, and the file fixes every dimension of its inputs");
}

}  // namespace

Dims stated_dims(const onnx::TypeProto& type) {
    if (!type.has_tensor_type()) throw UnsupportedOp("it is no tensor");
    if (!type.tensor_type().has_shape()) throw FormatError("it has no shape");
    Dims dims;
    for (const auto& d : type.tensor_type().shape().dim())
        dims.push_back(d.has_dim_value() && d.dim_value() > 0 ? d.dim_value() : -1);
    return dims;
}

void read_inputs(const onnx::GraphProto& graph, const NormalForm& form, const OnnxReadOptions& options,
                 Translation& to) {
    auto inputs = listed_inputs(graph, form, options, to);
    give_sizes(inputs, options, to);
    for (const Listed& input : inputs)
        at("input '" + input.proto->name() + "': ", [&] {
            const auto& type = input.proto->type();
            const bool has_shape = type.tensor_type().has_shape();
            to.model.inputs.push_back({input.proto->name(), to_string(input.type),
                                       has_shape ? stated_dims(type) : Dims{}, stated_texts(input), has_shape});
            if (to.model.open) return;
            checked_count(input.dims);
            const int node = to.model.network.graph.add_input(input.proto->name(), input.dims);
            to.define(input.proto->name(), std::make_shared<Value>(Value{input.dims, input.type, node, true, {}, {}}));
        });
}

}  // namespace tercet::onnx_io
