/// What every command reads: a model, and an input in the model's shape.
#pragma once

#include <tercet/io/npy.hpp>
#include <tercet/io/onnx.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace tercet::cli {

/// The model with its free batch dimension, if any, set to the input's; checks that there is one input.
OnnxModel load_model(const std::string& path, const NpyArray* input = nullptr);

/// The array in the shape of the model's input: equal but for axes of size 1. Throws ShapeError. NaN and infinities are refused.
AnyTensor<Float64> fit_input(const Graph& graph, const NpyArray& array, const std::string& path);

/// Seconds since construction.
struct Stopwatch {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
};

/// One line on a terminal's standard error, overwritten by the next and erased at the end; silent when piped.
class Progress {
public:
    ~Progress() { show(""); }
    void show(const std::string& text);

private:
    std::size_t width_ = 0;
};

}  // namespace tercet::cli
