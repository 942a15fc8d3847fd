#include "load.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/text/near_names.hpp>

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <iostream>

namespace tercet::cli {

namespace {

Dims without_ones(const Dims& dims) {
    Dims d;
    for (const auto n : dims)
        if (n != 1) d.push_back(n);
    return d;
}

/// The network's inputs, then those of integer types.
std::vector<const OnnxInput*> all_inputs(const OnnxModel& model) {
    std::vector<const OnnxInput*> all;
    for (const auto* inputs : {&model.inputs, &model.integers})
        for (const OnnxInput& input : *inputs) all.push_back(&input);
    return all;
}

std::string names_of(const OnnxModel& model) {
    std::string list;
    for (const OnnxInput* input : all_inputs(model)) list += (list.empty() ? "'" : ", '") + input->name + "'";
    return list;
}

/// "2,3,4"
Dims parse_shape(const std::string& text, const std::string& option) {
    Dims dims;
    const char *at = text.data(), *const end = at + text.size();
    for (;;) {
        std::int64_t n = 0;
        const auto [next, error] = std::from_chars(at, end, n);
        if (error != std::errc() || n < 1 || (next != end && *next != ','))
            throw FormatError("--shape '" + option + "' is not NAME=2,3,4 or 2,3,4 with sizes from 1");
        dims.push_back(n);
        if (next == end) return dims;
        at = next + 1;
    }
}

/// By input. A shape without a name is that of the only input.
std::map<std::string, Dims> given_shapes(const ModelOptions& options, const OnnxModel& model) {
    std::map<std::string, Dims> shapes;
    for (const std::string& option : options.shapes) {
        const auto split = option.rfind('=');
        if (split == option.npos && model.inputs.size() != 1)
            throw FormatError("--shape '" + option + "': the network has " + std::to_string(model.inputs.size()) +
                              " inputs, " + names_of(model) + ": write --shape NAME=" + option);
        const std::string name = split == option.npos ? model.inputs[0].name : option.substr(0, split);
        if (!shapes.emplace(name, parse_shape(option.substr(split + 1), option)).second)
            throw FormatError("--shape: input '" + name + "' is given twice");
    }
    return shapes;
}

OnnxReadOptions read_options(const ModelOptions& options) {
    return {.outputs = options.outputs, .may_stay_open = true};
}

/// The model as far as the file alone says it, then with what else is known.
OnnxModel read_again(const ModelOptions& options, OnnxModel model, std::map<std::string, Dims> shapes,
                     bool may_stay_open, std::map<std::string, OnnxIntegers> integers = {}) {
    if (shapes.empty() && integers.empty() && (!model.open || may_stay_open)) return model;
    return read_onnx(options.path, {.outputs = options.outputs,
                                    .shapes = std::move(shapes),
                                    .integers = std::move(integers),
                                    .may_stay_open = may_stay_open});
}

void print_notes(const OnnxModel& model) {
    constexpr std::size_t most = 3;
    for (std::size_t k = 0; k < model.notes.size() && k < most; ++k)
        std::cerr << "tercet: note: " << printable(model.notes[k]) << '\n';
    if (model.notes.size() > most)
        std::cerr << "tercet: note: " << model.notes.size() - most << " more notes, which tercet info prints\n";
}

/// Of names that an option NAME=FILE may begin with the longest; names.size() for none.
std::size_t named_by(const std::string& option, const std::vector<std::string_view>& names) {
    std::size_t i = names.size();
    for (std::size_t k = 0; k < names.size(); ++k) {
        const bool named =
            option.starts_with(names[k]) && option.size() > names[k].size() && option[names[k].size()] == '=';
        if (named && (i == names.size() || names[k].size() > names[i].size())) i = k;
    }
    return i;
}

/// The file of each input, those of integer types last; they may be left out if `optional`. NAME= is read only where
/// NAME is an input's, so that a path may hold '='; of two such names the longer one counts. Throws FormatError for an
/// input of the file that the network does not take.
std::vector<std::string> files_by_input(const OnnxModel& model, const std::vector<std::string>& given,
                                        bool optional = false) {
    const auto inputs = all_inputs(model);
    std::vector<std::string> files(inputs.size());
    std::vector<std::string_view> names;
    for (const OnnxInput* input : inputs) names.push_back(input->name);
    auto listed = names;  // then those that the network does not take
    for (const auto& [name, why] : model.left_out) listed.push_back(name);
    const auto take = [&](std::size_t i, const std::string& file) {
        if (!files[i].empty()) throw FormatError("--input: input '" + inputs[i]->name + "' is given twice");
        if (file.empty()) throw FormatError("--input: input '" + inputs[i]->name + "' is given no file");
        files[i] = file;
    };
    for (const std::string& option : given) {
        const std::size_t i = named_by(option, listed);
        if (i >= names.size() && i < listed.size())
            throw FormatError("--input '" + option + "': input '" + std::string(listed[i]) +
                              "' takes no file: " + model.left_out.at(std::string(listed[i])));
        if (i < names.size()) take(i, option.substr(names[i].size() + 1));
        else if (names.size() == 1) take(0, option);
        else
            throw FormatError("--input '" + option + "': the network has " + std::to_string(names.size()) +
                              " inputs, " + names_of(model) + ": write --input NAME=FILE for each" +
                              near_names(option.substr(0, option.find('=')), names));
    }
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].empty() && (i < model.inputs.size() || !optional))
            throw FormatError("input '" + inputs[i]->name + "' has no file: the network has " +
                              std::to_string(files.size()) + " inputs, " + names_of(model) +
                              ", each by its --input NAME=FILE");
    return files;
}

/// The numbers of an integer input. Throws FormatError for one that is no integer of at most 2^53.
OnnxIntegers integers_of(const OnnxInput& input, const NpyArray& array, const std::string& path) {
    OnnxIntegers all{array.dims, {}};
    for (const double x : array.values) {
        if (!(std::abs(x) <= 0x1p53) || x != std::trunc(x))
            throw FormatError(path + ": input '" + input.name + "' is of type " + input.type + ", the file holds " +
                              std::to_string(x));
        all.numbers.push_back(static_cast<std::int64_t>(x));
    }
    return all;
}

/// What an array says of an input's open dimensions: those in its place, where both have as many, or all but the batch;
/// nothing elsewhere.
std::optional<Dims> shape_from(const OnnxInput& input, const NpyArray& array) {
    Dims dims = array.dims;
    if (!input.has_shape) return dims;
    if (dims.size() + 1 == input.dims.size() && input.dims[0] < 0) dims.insert(dims.begin(), 1);
    if (dims.size() != input.dims.size()) return std::nullopt;
    for (std::size_t k = 0; k < dims.size(); ++k)
        if (input.dims[k] >= 0) dims[k] = -1;
    return dims;
}

/// The array in the shape of the input: equal but for axes of size 1.
AnyTensor<Float64> fit_input(const Node& node, const NpyArray& array, const std::string& path) {
    if (array.dims != node.shape && without_ones(array.dims) != without_ones(node.shape))
        throw ShapeError(path + ": input '" + node.name + "' has shape " + to_string_dims(node.shape) +
                         ", the file holds " + to_string_dims(array.dims));
    require_finite(array, path);
    return {node.shape, array.values};
}

std::vector<AnyTensor<Float64>> fit_inputs(const Graph& graph, const std::vector<NpyArray>& arrays,
                                           const std::vector<std::string>& files) {
    std::vector<AnyTensor<Float64>> inputs;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i)
        inputs.push_back(fit_input(graph.nodes[static_cast<std::size_t>(graph.inputs[i])], arrays[i], files[i]));
    return inputs;
}

}  // namespace

void add_model_options(CLI::App& command, ModelOptions& options) {
    command.add_option("model", options.path, "the ONNX file")->required();
    command
        .add_option("--output-name", options.outputs,
                    "NAME[,NAME..]: the values wanted, of any node; whatever they do not need is left out (default: "
                    "the file's outputs)")
        ->allow_extra_args(false)
        ->delimiter(',');
    command
        .add_option("--shape", options.shapes,
                    "[NAME=]2,3,4: the sizes of an input whose dimensions the file leaves open; repeatable")
        ->allow_extra_args(false);
}

CLI::Option* add_input_option(CLI::App& command, std::vector<std::string>& files) {
    return command
        .add_option("--input", files,
                    "[NAME=]FILE: the input, a .npy file in the model's input shape; once for each input, by name "
                    "where there are several")
        ->allow_extra_args(false);
}

OnnxModel load_model(const ModelOptions& options, bool may_stay_open) {
    OnnxModel model = read_onnx(options.path, read_options(options));
    auto shapes = given_shapes(options, model);
    model = read_again(options, std::move(model), std::move(shapes), may_stay_open);
    if (!may_stay_open) print_notes(model);
    return model;
}

LoadedModel load_with_inputs(const ModelOptions& options, const std::vector<std::string>& given) {
    OnnxModel model = read_onnx(options.path, read_options(options));
    auto shapes = given_shapes(options, model);
    const auto files = files_by_input(model, given);
    std::vector<NpyArray> arrays;
    std::map<std::string, Dims> held;
    bool differ = false;
    std::map<std::string, OnnxIntegers> integers;
    for (std::size_t i = model.inputs.size(); i < files.size(); ++i) {
        const OnnxInput& input = model.integers[i - model.inputs.size()];
        integers.emplace(input.name, integers_of(input, read_npy(files[i]), files[i]));
    }
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        arrays.push_back(read_npy(files[i]));
        const OnnxInput& input = model.inputs[i];
        const auto dims = shape_from(input, arrays[i]);
        if (!dims || shapes.count(input.name)) continue;
        held[input.name] = *dims;
        differ = differ || !input.has_shape;
        const Dims known =
            model.open ? Dims{}
                       : model.network.graph.nodes[static_cast<std::size_t>(model.network.graph.inputs[i])].shape;
        for (std::size_t k = 0; k < dims->size(); ++k)
            differ = differ || ((*dims)[k] >= 0 && (model.open || (*dims)[k] != known[k]));
    }
    if (differ) shapes.merge(held);
    model = read_again(options, std::move(model), std::move(shapes), false, std::move(integers));
    print_notes(model);
    auto inputs = fit_inputs(model.network.graph, arrays, files);
    return {std::move(model), std::move(inputs)};
}

std::vector<AnyTensor<Float64>> read_inputs(const OnnxModel& model, const std::vector<std::string>& given) {
    const auto files = files_by_input(model, given, true);
    std::vector<NpyArray> arrays;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) arrays.push_back(read_npy(files[i]));
    return fit_inputs(model.network.graph, arrays, files);
}

void Progress::show(const std::string& text) {
    const std::string what = printable(text, 79);  // a longer line would wrap and stay
    if (!isatty(STDERR_FILENO) || (what.empty() && width_ == 0)) return;
    std::cerr << '\r' << what << std::string(what.size() < width_ ? width_ - what.size() : 0, ' ') << '\r'
              << std::flush;
    width_ = what.size();
}

}  // namespace tercet::cli
