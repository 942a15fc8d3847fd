/// mnist_fc: interval bounds exist; the exact gradient with respect to all parameters equals the forward derivative,
/// with ==, in random directions.
#include "catch.hpp"

#include <tercet/io/onnx/read.hpp>
#include <tercet/io/vnnlib/read.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <cmath>
#include <filesystem>
#include <random>

using namespace tercet;

namespace {

const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "vnncomp";

bool absent() {
    if (std::filesystem::exists(folder)) return false;
    WARN("skipped: the shared folder 'vnncomp' is absent");
    return true;
}

const Dims& input_shape(const Graph& g) { return g.nodes[static_cast<std::size_t>(g.inputs[0])].shape; }

/// value + direction eps with small integer directions.
AnyTensor<Dual<Rational>> moving(const AnyTensor<Float64>& value, std::mt19937_64& random,
                                 AnyTensor<Rational>& direction) {
    AnyTensor<Dual<Rational>> t(value.dims);
    direction = AnyTensor<Rational>(value.dims);
    for (std::size_t i = 0; i < value.data.size(); ++i) {
        direction.data[i] = RationalNumber(static_cast<int>(random() % 7) - 3);
        t.data[i] = {Rational::exact(value.data[i]), direction.data[i]};
    }
    return t;
}

RationalNumber dot(const AnyTensor<Rational>& a, const AnyTensor<Rational>& b) {
    Storage<Rational> y(1);
    multiply<Rational>(ConstMatrix<Rational>{&a.data, 0, 1, a.size(), a.size(), 1},
                       ConstMatrix<Rational>{&b.data, 0, b.size(), 1, 1, 1}, matrix_in<Rational>(y, 0, 1, 1));
    return y[0];
}

}  // namespace

TEST_CASE("exact gradients of the mnist_fc nets equal forward derivatives") {
    if (absent()) return;
    const std::uint64_t seed = 256;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (const char* name : {"256x2", "256x4", "256x6"}) {
        CAPTURE(name);
        const OnnxModel model = read_onnx(folder / "mnist_fc" / "onnx" / ("mnist-net_" + std::string(name) + ".onnx"));
        const Graph& graph = model.network.graph;
        AnyTensor<Float64> x(input_shape(graph));
        for (auto& v : x.data) v = static_cast<double>(random() % 256) / 255.0;

        std::vector<AnyTensor<Rational>> parameters, directions(model.network.parameters.size());
        std::vector<AnyTensor<Dual<Rational>>> moving_parameters;
        for (std::size_t i = 0; i < directions.size(); ++i) {
            parameters.push_back(lift<Rational>(model.network.parameters[i]));
            moving_parameters.push_back(moving(model.network.parameters[i], random, directions[i]));
        }
        AnyTensor<Rational> x_direction;
        const auto moving_x = moving(x, random, x_direction);
        const auto forward = interpret<Dual<Rational>>(graph, moving_parameters, {moving_x})[0];

        const auto trace = run<Rational>(graph, parameters, {lift<Rational>(x)});
        const auto& y = trace.values[static_cast<std::size_t>(graph.outputs[0])];
        AnyTensor<Rational> g(y.dims);
        RationalNumber expected(0);
        for (std::size_t i = 0; i < g.data.size(); ++i) {
            g.data[i] = RationalNumber(static_cast<int>(random() % 9) - 4);
            expected += g.data[i] * forward.data[i].derivative;
            CHECK(forward.data[i].value == y.data[i]);
        }
        const auto d = pullback<Rational>(graph, parameters, trace, {g});
        RationalNumber reverse = dot(d.inputs[0], x_direction);
        for (std::size_t i = 0; i < d.parameters.size(); ++i) reverse += dot(d.parameters[i], directions[i]);
        CHECK(reverse == expected);
        CHECK(!expected.is_zero());
    }
}

TEST_CASE("interval bounds of the mnist_fc nets and the eran sigmoid net contain points of the box") {
    if (absent()) return;
    const struct {
        const char *onnx, *folder;
    } nets[] = {{"mnist_fc/onnx/mnist-net_256x2.onnx", "mnist_fc/vnnlib"},
                {"mnist_fc/onnx/mnist-net_256x4.onnx", "mnist_fc/vnnlib"},
                {"mnist_fc/onnx/mnist-net_256x6.onnx", "mnist_fc/vnnlib"},
                {"eran/onnx/ffnnSIGMOID__Point_6x200.onnx", "eran/vnnlib/mnist"}};
    for (const auto& n : nets) {
        CAPTURE(n.onnx);
        const OnnxModel model = read_onnx(folder / n.onnx);
        const Graph& graph = model.network.graph;
        std::vector<std::filesystem::path> files;
        for (const auto& f : std::filesystem::directory_iterator(folder / n.folder)) files.push_back(f.path());
        REQUIRE(!files.empty());
        std::sort(files.begin(), files.end());
        const Box box = read_vnnlib(files[0]).boxes.at(0);
        const auto x = verify::enclose(box, graph)[0];
        const auto y = interpret<Interval64>(graph, model.network.parameters, {x})[0];
        AnyTensor<Interval64> middle(x.dims);
        for (std::size_t i = 0; i < x.data.size(); ++i) middle.data[i] = Interval(x.data[i].midpoint());
        const auto point = interpret<Interval64>(graph, model.network.parameters, {middle})[0];
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            CHECK(y.data[i].contains(point.data[i]));
            CHECK(std::isfinite(y.data[i].lower()));
            CHECK(std::isfinite(y.data[i].upper()));
        }
    }
}
