/// Operators of ai.onnx.ml that scikit-learn's converter writes around a network and that are plain arithmetic.
///
/// Source: onnx/docs/Operators-ml.md. A classifier's label is not computed; its scores are.
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet::onnx_io {

namespace {

using Reals = std::vector<double>;

/// Rows of features: x [n, features].
std::int64_t features_of(const Call& call) {
    const Dims& x = call.dims(0);
    if (x.size() != 2) throw ShapeError("the input has shape " + to_string_dims(x) + ", expected rank 2");
    return x[1];
}

/// x A^T + b with A [rows, features] and b [rows] from the attributes.
Term linear_form(const Call& call, std::int64_t rows) {
    const std::int64_t features = features_of(call);
    Reals a = call.node.get<Reals>("coefficients", {}), b = call.node.get<Reals>("intercepts", {});
    if (rows < 1 || static_cast<std::int64_t>(a.size()) % rows != 0 ||
        static_cast<std::int64_t>(a.size()) / rows != features)
        throw ShapeError("has " + std::to_string(a.size()) + " coefficients for " + std::to_string(rows) + " rows of " +
                         std::to_string(features) + " features");
    if (!b.empty() && static_cast<std::int64_t>(b.size()) != rows)
        throw ShapeError("has " + std::to_string(b.size()) + " intercepts for " + std::to_string(rows) + " rows");
    std::vector<Term> parents{call.real(0), call.stored(".coefficients", {rows, features}, std::move(a))};
    if (!b.empty()) parents.push_back(call.stored(".intercepts", {rows}, std::move(b)));
    return call.add(op::Gemm{.transpose_b = true}, std::move(parents), {}, "/linear", "Gemm");
}

void linear_regressor(const Call& call) {
    if (const auto after = call.node.get<std::string>("post_transform", "NONE"); after != "NONE")
        throw UnsupportedOp("post_transform is '" + after + "'; only NONE is supported");
    call.result(linear_form(call, call.node.integer("targets", 1)));
}

/// The scores, output 1: one row of coefficients for each class.
void linear_classifier(const Call& call) {
    const auto& n = call.node;
    const auto classes = n.has("classlabels_ints") ? n.get<std::vector<std::int64_t>>("classlabels_ints", {}).size()
                                                   : n.get<std::vector<std::string>>("classlabels_strings", {}).size();
    if (n.outputs.size() < 2 || n.outputs[1].empty())
        throw UnsupportedOp("only its scores, output 1, are supported, which it does not name");
    Term y = linear_form(call, static_cast<std::int64_t>(classes));
    const auto after = n.get<std::string>("post_transform", "NONE");
    if (after == "SOFTMAX") y = call.add(op::Softmax{1, false}, {y});
    else if (after == "LOGISTIC") y = call.add(op::Sigmoid{}, {y});
    else if (after != "NONE")
        throw UnsupportedOp("post_transform is '" + after + "'; NONE, SOFTMAX and LOGISTIC are supported");
    call.result(y, 1);
}

/// Each row over the sum of its absolute values, |x| = relu(x) + relu(-x).
void normalizer(const Call& call) {
    if (const auto norm = call.node.get<std::string>("norm", "MAX"); norm != "L1")
        throw UnsupportedOp("norm is '" + norm + "'; only L1 is supported");
    features_of(call);
    const Term x = call.real(0), positive = call.add(op::Relu{}, {x}, {}, "/positive", "Relu"),
               minus = call.add(op::Negate{}, {x}, {}, "/minus", "Neg"),
               negative = call.add(op::Relu{}, {minus}, {}, "/negative", "Relu"),
               size = call.add(op::Elementwise{Binary::add}, {positive, negative}, {}, "/abs", "Add"),
               sum = call.add(op::Reduce{{1}, false}, {size}, {call.dims(0)[0], 1}, "/sum", "ReduceSum");
    call.result(call.add(op::Elementwise{Binary::divide}, {x, sum}));
}

/// (x - offset) * scale, one number of each for a feature, or one for all.
void scaler(const Call& call) {
    const auto vector = [&](const char* key, double otherwise) {
        Reals v = call.node.get<Reals>(key, {otherwise});
        const auto n = static_cast<std::int64_t>(v.size());
        if (n != 1 && n != features_of(call))
            throw ShapeError(std::string(key) + " has " + std::to_string(n) + " numbers for " +
                             std::to_string(features_of(call)) + " features");
        return call.stored("." + std::string(key), {n}, std::move(v));
    };
    const Term centred =
        call.add(op::Elementwise{Binary::subtract}, {call.real(0), vector("offset", 0)}, {}, "/centred", "Sub");
    call.result(call.add(op::Elementwise{Binary::multiply}, {centred, vector("scale", 1)}));
}

/// Its maps from class to number are the tensor's rows.
void zip_map(const Call& call) {
    call.to.model.notes.push_back("node '" + call.node.name +
                                  "' (ZipMap): its maps are left as the tensor of their numbers");
    call.result(call.input(0));
}

}  // namespace

std::vector<Rule> ml_rules() {
    return {
        {"ai.onnx.ml.LinearRegressor",
         1,
         1,
         {"coefficients", "intercepts", "post_transform", "targets"},
         linear_regressor},
        {"ai.onnx.ml.LinearClassifier",
         1,
         1,
         {"classlabels_ints", "classlabels_strings", "coefficients", "intercepts", "multi_class", "post_transform"},
         linear_classifier},
        {"ai.onnx.ml.Normalizer", 1, 1, {"norm"}, normalizer},
        {"ai.onnx.ml.Scaler", 1, 1, {"offset", "scale"}, scaler},
        {"ai.onnx.ml.ZipMap", 1, 1, {"classlabels_int64s", "classlabels_strings"}, zip_map},
    };
}

}  // namespace tercet::onnx_io
