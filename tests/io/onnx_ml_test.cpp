/// What scikit-learn's converter writes around a network: linear models, scalers, and scores beside a label.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

void set_reals(onnx::NodeProto& n, const std::string& key, const Reals& values) {
    auto& a = attribute(n, key, onnx::AttributeProto::FLOATS);
    for (const auto v : values) a.add_floats(static_cast<float>(v));
}
onnx::NodeProto& ml(onnx::ModelProto& m, const std::string& kind, const std::string& in, const std::string& out) {
    auto& n = node(m, kind, {in}, out);
    n.set_domain("ai.onnx.ml");
    return n;
}
onnx::ModelProto rows_of(std::int64_t features) {
    auto m = model();
    m.add_opset_import()->set_domain("ai.onnx.ml");
    input(m, "X", {2, features});
    return m;
}

}  // namespace

TEST_CASE("a linear regressor and a scaler") {
    auto m = rows_of(3);
    auto& scaler = ml(m, "Scaler", "X", "s");
    set_reals(scaler, "offset", {1, 0, -1});
    set_reals(scaler, "scale", {2});
    auto& regressor = ml(m, "LinearRegressor", "s", "y");
    set_reals(regressor, "coefficients", {1, 2, 3, -1, 0.5, 0});
    set_reals(regressor, "intercepts", {10, 20});
    set(regressor, "targets", 2);
    output(m, "y");
    // rows (0, 4, 4) and (2, 0, 0) after scaling
    CHECK(run(read(m), {1, 2, 1, 2, 0, -1}) == Reals{30, 22, 12, 18});
    m.mutable_graph()->mutable_node(1)->mutable_attribute(2)->set_i(4);
    CHECK(message<ShapeError>([&] { read(m); }) ==
          "m.onnx: node 'LinearRegressor_1' (ai.onnx.ml.LinearRegressor): has 6 coefficients for 4 rows of 3 features");
}

TEST_CASE("a classifier's scores are read, its label is not") {
    auto m = rows_of(2);
    auto& classifier = ml(m, "LinearClassifier", "X", "label");
    classifier.add_output("scores");
    set_reals(classifier, "coefficients", {1, 0, 0, 2, 1, 1});
    set_reals(classifier, "intercepts", {0, 1, 2});
    set(classifier, "classlabels_ints", Ints{0, 1, 2});
    set_text(classifier, "post_transform", "NONE");
    set_text(ml(m, "Normalizer", "scores", "probabilities"), "norm", "L1");
    ml(m, "ZipMap", "probabilities", "maps");
    output(m, "maps");
    const OnnxModel r = read(m);
    // scores (1, 3, 4) and (-2, 5, 2): sums of absolute values 8 and 9
    const Reals y = run(r, {1, 1, -2, 2});
    CHECK(Reals(y.begin(), y.begin() + 3) == Reals{0.125, 0.375, 0.5});
    CHECK(y[3] == -2.0 / 9);
    CHECK(y[4] == 5.0 / 9);
    CHECK(r.notes.size() == 1);
    output(m, "label");
    CHECK(message<UnsupportedOp>([&] { read(m); }) ==
          "m.onnx: output 'label': the node that computes it is read without it");
    CHECK(run(read(m, {.outputs = {"scores"}}), {1, 1, -2, 2}) == Reals{1, 3, 4, -2, 5, 2});
    node(m, "Relu", {"label"}, "z");
    CHECK(message<UnsupportedOp>([&] { read(m, {.outputs = {"z"}}); }) ==
          "m.onnx: node 'Relu_3' (Relu): reads 'label', an output whose node is read without it");
}
