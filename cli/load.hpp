/// What every command reads: a model, and inputs in the model's shapes.
#pragma once

#include <tercet/io/npy/npy.hpp>
#include <tercet/io/onnx/read.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace tercet::cli {

struct ModelOptions {
    std::string path;
    std::vector<std::string> outputs, shapes;  // --output-name, --shape
};

void add_model_options(CLI::App& command, ModelOptions& options);

/// --input, which may come once for each input of the network: FILE, or NAME=FILE.
CLI::Option* add_input_option(CLI::App& command, std::vector<std::string>& files);

struct LoadedModel {
    OnnxModel model;
    std::vector<AnyTensor<Float64>> inputs;  // one for each input of the graph
};

/// The model, its open dimensions as --shape says, the first one 1. Its notes go to standard error.
OnnxModel load_model(const ModelOptions& options, bool may_stay_open = false);

/// The model and its inputs, each a .npy file whose shape is the input's but for axes of 1; open dimensions are the
/// files' where --shape does not say. Throws ShapeError, FormatError (an input without a file, or with two); NaN and
/// infinities are refused.
LoadedModel load_with_inputs(const ModelOptions& options, const std::vector<std::string>& files);

/// More inputs of a model that is loaded. Throws as load_with_inputs.
std::vector<AnyTensor<Float64>> read_inputs(const OnnxModel& model, const std::vector<std::string>& files);

/// One line on a terminal's standard error, overwritten by the next and erased at the end; silent when piped.
class Progress {
public:
    ~Progress() { show(""); }
    void show(const std::string& text);

private:
    std::size_t width_ = 0;
};

}  // namespace tercet::cli
