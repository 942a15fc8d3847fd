/// grad --loss over batches: a softmax an image, the reduction named, labels counted.
#include <nlohmann/json.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/reshape.hpp>

#include "../scalars/many_bits.hpp"
#include "catch.hpp"
#include "tool.hpp"

using namespace tercet;
using namespace tercet::testing;
using Json = nlohmann::json;

namespace {

const std::vector<double> weight = {2, -1, 0.5, 0.25, 3, -2}, inputs = {1, -0.5, 20, 4, -30, 8};

/// x [3, 2] W [2, 3] -> logits of 3 images, or with `shape` another one of them.
std::string write_batch(const TemporaryFolder& s, const std::string& name, const Dims& shape = {}) {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {3, 2}), w = g.add_parameter("w", {2, 3});
    int y = append(g, "y", "MatMul", op::MatMul{}, {x, w});
    if (!shape.empty()) y = g.add("shaped", "Reshape", op::Reshape{}, {y}, shape);
    g.outputs = {y};
    g.output_names = {"logits"};
    n.parameters = {{{2, 3}, weight}};
    write_onnx(g, n.parameters, s / name);
    return s / name;
}

/// dL/dx = (softmax(x_i W) - e) W^T, over `divisor`.
std::vector<Bits4000> exact_gradient(const std::vector<std::size_t>& labels, int divisor) {
    std::vector<Bits4000> d;
    for (std::size_t i = 0; i < 3; ++i) {
        std::vector<double> y;  // exact: small multiples of 1/8
        for (std::size_t c = 0; c < 3; ++c) y.push_back(inputs[2 * i] * weight[c] + inputs[2 * i + 1] * weight[3 + c]);
        const auto p = exact_cross_entropy_gradient(y, labels[i]);
        for (std::size_t k = 0; k < 2; ++k) {
            Bits4000 sum = 0;
            for (std::size_t c = 0; c < 3; ++c) sum += p[c] * weight[3 * k + c];
            d.push_back(sum / divisor);
        }
    }
    return d;
}

Json gradient(const TemporaryFolder& s, const std::string& options) {
    const auto r = tool::run(s, "grad " + (s / "m.onnx") + " --input " + (s / "x.npy") +
                                    " --loss cross_entropy --scalar interval64 -o " + (s / "g.json") + " " + options);
    INFO(r.err);
    REQUIRE(r.exit == 0);
    CHECK(r.out.find(options.find("mean") == std::string::npos ? "loss: cross_entropy, sum over 3 images"
                                                               : "mean over 3 images") != std::string::npos);
    return Json::parse(contents(s / "g.json"));
}

void check(const Json& json, const std::vector<Bits4000>& exact) {
    const Json& x = json["gradients"]["x"];
    REQUIRE(x["shape"] == Json{3, 2});
    for (std::size_t k = 0; k < 6; ++k) {
        const Interval d(std::stod(x["lower_hex"][k].get<std::string>()),
                         std::stod(x["upper_hex"][k].get<std::string>()));
        INFO("element " << k << ": [" << d.lower() << ", " << d.upper() << "]");
        CHECK(tight(d, exact[k], 1e-14));
    }
}

}  // namespace

TEST_CASE("grad --loss cross_entropy is a loss an image, summed or averaged by name") {
    const TemporaryFolder s;
    write_batch(s, "m.onnx");
    tool::write_input(s, "x.npy", {3, 2}, inputs);
    const Json sum = gradient(s, "--label 0");
    CHECK(sum["reduction"] == "sum");
    CHECK(sum["loss"] == "cross_entropy");
    check(sum, exact_gradient({0, 0, 0}, 1));
    check(gradient(s, "--label 2,1,0 --reduction sum"), exact_gradient({2, 1, 0}, 1));
    const Json mean = gradient(s, "--label 0,2,1 --reduction mean");
    CHECK(mean["reduction"] == "mean");
    check(mean, exact_gradient({0, 2, 1}, 3));

    write_batch(s, "m.onnx", {3, 3, 1, 1});
    check(gradient(s, "--label 1"), exact_gradient({1, 1, 1}, 1));
}

TEST_CASE("grad --loss cross_entropy refuses labels and outputs that are no classes of images") {
    const TemporaryFolder s;
    const std::string m = write_batch(s, "m.onnx"), x = tool::write_input(s, "x.npy", {3, 2}, inputs);
    const auto refused = [&](const std::string& model, const std::string& options, const std::string& what) {
        const auto r =
            tool::run(s, "grad " + model + " --input " + x + " --loss cross_entropy --scalar interval64 " + options);
        INFO(options << ": " << r.err);
        CHECK(r.exit == 1);
        CHECK(r.err.find(what) != std::string::npos);
    };
    refused(m, "", "--loss cross_entropy needs --label K");
    refused(m, "--label 0,1", "has 2 classes, the network's output 3 images");
    refused(m, "--label 0,1,2,0", "has 4 classes, the network's output 3 images");
    refused(m, "--label 3", "class 3 is not one of 0 to 2");
    refused(m, "--label 0,-1,0", "class -1 is not one of 0 to 2");
    refused(m, "--label 0,,1", "--label 0,,1: entry 1 is not the number of a class");
    refused(m, "--label 0,1,2,", "entry 3 is not the number of a class");
    refused(m, "--label 1.5", "entry 0 is not the number of a class");
    refused(m, "--label 99999999999999999999", "entry 0 is not the number of a class");
    refused(write_batch(s, "flat.onnx", {9}), "--label 0", "its classes cannot be told from its images");
    refused(write_batch(s, "map.onnx", {1, 3, 3}), "--label 0", "more than one axis");
    CHECK(tool::run(
              s, "grad " + m + " --input " + x + " --loss cross_entropy --label 0 --reduction most --scalar interval64")
              .exit == 2);
    CHECK(tool::run(s, "grad " + m + " --input " + x + " --output 0 --reduction mean").exit == 2);
    CHECK(tool::run(s, "grad " + m + " --input " + x + " --output 0 --label 0").exit == 2);
}
