/// The operators that tercet reads: for each its name, how many inputs it takes, the attributes it knows, and its translation.
#pragma once

#include <string>
#include <vector>

namespace tercet::onnx_io {

struct Call;

struct Rule {
    const char* kind;
    std::size_t least_inputs, most_inputs;
    std::vector<const char*> attributes;  // a file's attribute that is not here is refused: its meaning would be lost
    void (*translate)(const Call&);
};

/// The rule for an operator, "Gemm" or "ai.onnx.ml.Scaler", or null.
const Rule* find_rule(const std::string& kind);

/// The node's result into the translation. Throws with "node 'name' (Kind): " in front.
void translate(const Call& call);

std::vector<Rule> arithmetic_rules();  // Gemm, MatMul, elementwise operators, powers, reductions
std::vector<Rule> window_rules();      // Conv, pooling, BatchNormalization
std::vector<Rule> shape_rules();       // Reshape, Flatten, Squeeze, Unsqueeze, Identity, Dropout
std::vector<Rule> move_rules();        // Transpose, Slice, Gather, Pad, Expand, Concat
std::vector<Rule> ml_rules();          // of ai.onnx.ml: LinearRegressor, LinearClassifier, Normalizer, Scaler, ZipMap
std::vector<Rule> constant_rules();    // Constant, ConstantOfShape, Shape, Cast

}  // namespace tercet::onnx_io
