/// Every network of ../shared/vnncomp loads and runs, or names the operators that it needs and tercet does not have.
#include <tercet/models/graph/shipped_contexts.hpp>

#include <cmath>
#include <map>

#include "catch.hpp"
#include "onnx_models.hpp"

using namespace tercet;
namespace fs = std::filesystem;

namespace {

const fs::path root = fs::path(TERCET_SHARED_DIR) / "vnncomp";

}  // namespace

TEST_CASE("the networks of VNN-COMP load and run, in floats and in intervals") {
    if (!fs::exists(root)) {
        WARN("skipped: " << root.string() << " is not here");
        return;
    }
    std::map<std::string, int> loaded;
    for (const auto& category : fs::directory_iterator(root)) {
        if (!fs::is_directory(category.path() / "onnx")) continue;
        for (const auto& file : fs::recursive_directory_iterator(category.path() / "onnx")) {
            if (file.path().extension() != ".onnx") continue;
            CAPTURE(file.path().string());
            const OnnxModel m = read_onnx(file.path());
            const Graph& g = m.network.graph;
            REQUIRE(g.inputs.size() == 1);
            REQUIRE(m.parameters.size() == m.network.parameters.size());
            AnyTensor<Float64> x(g.nodes[static_cast<std::size_t>(g.inputs[0])].shape);
            for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = 0.25 + static_cast<double>(i % 7) / 16;
            const auto y = interpret<Float64>(g, m.network.parameters, {x});
            const auto e = interpret<Interval64>(g, m.network.parameters, {lift<Interval64>(x)});
            REQUIRE(y.size() == g.outputs.size());
            for (std::size_t k = 0; k < y.size(); ++k)
                for (std::size_t i = 0; i < y[k].data.size(); ++i) {
                    REQUIRE(std::isfinite(y[k].data[i]));
                    const double l = e[k].data[i].lower(), u = e[k].data[i].upper(),
                                 slack = 1e-9 * (1 + std::abs(y[k].data[i]));
                    REQUIRE((l <= y[k].data[i] + slack &&
                             y[k].data[i] - slack <= u));  // the float result itself is rounded
                }
            ++loaded[category.path().filename().string()];
        }
    }
    const std::map<std::string, int> all{{"ACC", 2},
                                         {"acasxu", 45},
                                         {"cersyve", 8},
                                         {"cersyve_unscored", 24},
                                         {"cifar10_resnet", 2},
                                         {"collins_rul_cnn", 2},
                                         {"eran", 2},
                                         {"mnist_fc", 3},
                                         {"nn4sys", 2},
                                         {"drones_1d_hovering", 4},
                                         {"oval21", 3},
                                         {"rl_benchmarks", 3},
                                         {"safenlp", 2},
                                         {"sat_relu", 49},
                                         {"vit", 2},
                                         {"tllverifybench", 6},
                                         {"verivital", 2},
                                         {"cgan", 1},
                                         {"lsnc", 2},
                                         {"ml4acopf", 1}};
    for (const auto& [category, count] : all)
        if (fs::exists(root / category)) CHECK(loaded[category] == count);
}

TEST_CASE("a free batch is the batch asked for") {
    const fs::path file = root / "rl_benchmarks" / "onnx" / "dubinsrejoin.onnx";
    if (!fs::exists(file)) {
        WARN("skipped: " << file.string() << " is not here");
        return;
    }
    const OnnxModel one = read_onnx(file), three = read_onnx(file, {.batch = 3});
    CHECK(one.free_batch);
    const Dims shape = three.network.graph.nodes[static_cast<std::size_t>(three.network.graph.inputs[0])].shape;
    CHECK(shape == Dims{3, 8});
    onnx_models::Reals x(24), all;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
    for (int row = 0; row < 3; ++row)
        for (const double y : onnx_models::run(one, onnx_models::Reals(x.begin() + 8 * row, x.begin() + 8 * row + 8)))
            all.push_back(y);
    CHECK(onnx_models::run(three, x) == all);
}
