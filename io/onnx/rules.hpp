/// The operators that tercet reads: for each its name, how many inputs it takes, the attributes it knows, and its
/// translation.
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

/// The names of all, If among them.
std::vector<std::string> known_kinds();

/// The node's result into the translation. Throws with "node 'name' (Kind): " in front.
void translate(const Call& call);

std::vector<Rule> arithmetic_rules();     // products, sums, quotients, powers
std::vector<Rule> reduction_rules();      // sums, means and maxima over axes, their places
std::vector<Rule> logic_rules();          // comparisons, booleans, Where
std::vector<Rule> finiteness_rules();     // IsNaN, IsInf
std::vector<Rule> activation_rules();     // those of several operands or of an axis: Clip, PRelu, Softmax
std::vector<Rule> normalisation_rules();  // batch, layer, instance, group, LRN
std::vector<Rule> window_rules();         // convolutions
std::vector<Rule> pool_rules();           // pools
std::vector<Rule> resize_rules();         // Resize, Upsample
std::vector<Rule> recurrent_rules();      // RNN, GRU, LSTM
std::vector<Rule> einsum_rules();         // Einsum
std::vector<Rule> shape_rules();          // Reshape and its like, Shape, Identity, Dropout
std::vector<Rule> move_rules();           // Transpose, Slice, Gather, Pad, Concat, Split, ..
std::vector<Rule> index_rules();          // GatherElements, GatherND, TopK, OneHot
std::vector<Rule> scatter_rules();        // ScatterND, ScatterElements
std::vector<Rule> ml_rules();        // of ai.onnx.ml: LinearRegressor, LinearClassifier, Normalizer, Scaler, ZipMap
std::vector<Rule> constant_rules();  // Constant, ConstantOfShape, Cast, Range

}  // namespace tercet::onnx_io
