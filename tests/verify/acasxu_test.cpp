/// ACAS Xu: known widths of the interval pass, never narrower than the exact hull; all 45 nets in three contexts,
/// rational outputs inside interval ones.
#include "../support/rational_interval.hpp"
#include "catch.hpp"

#include <tercet/io/onnx/read.hpp>
#include <tercet/io/vnnlib/read.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <filesystem>
#include <random>

using namespace tercet;

namespace {

const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "vnncomp" / "acasxu";

bool absent() {
    if (std::filesystem::exists(folder)) return false;
    WARN("skipped: the shared folder 'vnncomp/acasxu' is absent");
    return true;
}

OnnxModel net(const std::string& id) {
    return read_onnx(folder / "onnx" / ("ACASXU_run2a_" + id + "_batch_2000.onnx"));
}

const Dims& input_shape(const Graph& g) { return g.nodes[static_cast<std::size_t>(g.inputs[0])].shape; }

RationalNumber exact(double x) { return Rational::exact(x); }

}  // namespace

TEST_CASE("interval widths of ACAS Xu properties, and the exact hull inside them") {
    if (absent()) return;
    const struct {
        const char *net, *property;
        double width;
    } known[] = {{"1_1", "prop_1", 40422.66}, {"1_1", "prop_3", 3444.627}, {"3_3", "prop_9", 9391.897}};
    for (const auto& k : known) {
        CAPTURE(k.net, k.property);
        const OnnxModel model = net(k.net);
        const Graph& graph = model.network.graph;
        const auto boxes = read_vnnlib(folder / "vnnlib" / (std::string(k.property) + ".vnnlib")).boxes;
        REQUIRE(boxes.size() == 1);
        const auto box = verify::enclose(boxes[0], graph)[0];
        const auto y = interpret<Interval64>(graph, model.network.parameters, {box})[0];

        AnyTensor<RationalInterval> exact_box(box.dims);
        for (std::size_t i = 0; i < box.data.size(); ++i) exact_box.data[i] = {boxes[0].lower[i], boxes[0].upper[i]};
        const auto hull = interpret<RationalInterval>(graph, lift<Rational>(model.network.parameters), {exact_box})[0];
        RationalNumber width(0), exact_width(0);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            CHECK(exact(y.data[i].lower()) <= hull.data[i].lower);
            CHECK(hull.data[i].upper <= exact(y.data[i].upper()));
            width += exact(y.data[i].upper()) - exact(y.data[i].lower());
            exact_width += hull.data[i].upper - hull.data[i].lower;
        }
        CHECK(width >= exact_width);
        CHECK(width <= exact_width * (1 + Rational::ratio(1, 1000000000)));
        // 1e-6 relative is the precision of the published widths, to which the bar refers.
        CHECK(abs(width - exact(k.width)) <= exact(k.width) * Rational::ratio(1, 1000000));
    }
}

TEST_CASE("all 45 ACAS Xu nets: rational outputs lie in interval outputs on 100 random boxes each") {
    if (absent()) return;
    const std::uint64_t seed = 45;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    int nets = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder / "onnx")) {
        CAPTURE(file.path().filename().string());
        const OnnxModel model = read_onnx(file.path());
        const Graph& graph = model.network.graph;
        const auto parameters = lift<Rational>(model.network.parameters);
        ++nets;
        int outside = 0;
        for (int trial = 0; trial < 100; ++trial) {
            AnyTensor<Interval64> box(input_shape(graph));
            AnyTensor<Float64> x(box.dims);
            for (std::size_t i = 0; i < x.data.size(); ++i) {
                const double a = std::uniform_real_distribution<double>(-0.6, 0.6)(random),
                             r = std::ldexp(1.0, -static_cast<int>(random() % 20));
                box.data[i] = Interval(a - r, a + r);
                const unsigned place = random() % 4;  // a corner half of the time
                x.data[i] = place == 0 ? box.data[i].lower() : place == 1 ? box.data[i].upper() : a;
            }
            const auto y = interpret<Interval64>(graph, model.network.parameters, {box})[0];
            const auto e = interpret<Rational>(graph, parameters, {lift<Rational>(x)})[0];
            for (std::size_t i = 0; i < e.data.size(); ++i)
                outside += e.data[i] < exact(y.data[i].lower()) || exact(y.data[i].upper()) < e.data[i];
            if (trial == 0) {
                const auto f = interpret<Float64>(graph, model.network.parameters, {x})[0];
                for (std::size_t i = 0; i < f.data.size(); ++i) CHECK(std::isfinite(f.data[i]));
            }
        }
        CHECK(outside == 0);
    }
    CHECK(nets == 45);
}
