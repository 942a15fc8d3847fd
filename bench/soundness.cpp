/// bench/soundness [folder]: 0 violations. For 300 random inputs x of ACAS Xu nets 1_1 and 3_3 and the point box {x},
/// does the certified interval of every output contain the exact rational output? Prints the counts; exits with 1 on a
/// violation.
#include <tercet/io/onnx/read.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>

#include <cstdio>
#include <random>

using namespace tercet;

namespace {

struct Count {
    int boxes = 0, violated = 0;
    double widest = 0;
};

Count check(const std::filesystem::path& file, int boxes, std::uint64_t seed) {
    const OnnxModel model = read_onnx(file);
    const Graph& graph = model.network.graph;
    std::vector<AnyTensor<Rational>> exact_parameters;
    for (const auto& p : model.network.parameters) exact_parameters.push_back(lift<Rational>(p));
    std::mt19937_64 random(seed);
    Count count;
    for (; count.boxes < boxes; ++count.boxes) {
        AnyTensor<Float64> x(graph.nodes[static_cast<std::size_t>(graph.inputs[0])].shape);
        for (auto& v : x.data) v = std::uniform_real_distribution<double>(-0.5, 0.5)(random);
        const auto bounds = interpret<Interval64>(graph, model.network.parameters, {lift<Interval64>(x)})[0];
        const auto exact = interpret<Rational>(graph, exact_parameters, {lift<Rational>(x)})[0];
        bool inside = true;
        for (std::size_t i = 0; i < exact.data.size(); ++i) {
            inside = inside && Rational::exact(bounds.data[i].lower()) <= exact.data[i] &&
                     exact.data[i] <= Rational::exact(bounds.data[i].upper());
            count.widest = std::max(count.widest, bounds.data[i].width_up());
        }
        if (!inside) ++count.violated;
    }
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path folder = argc > 1 ? argv[1] : "../shared/vnncomp/acasxu/onnx";
    if (!std::filesystem::exists(folder)) {
        std::printf("skipped: no folder %s (give the folder of the ACAS Xu .onnx files)\n", folder.c_str());
        return 0;
    }
    int violated = 0;
    for (const char* net : {"1_1", "3_3"}) {
        const Count c = check(folder / ("ACASXU_run2a_" + std::string(net) + "_batch_2000.onnx"), 300, 20261121);
        std::printf("net %s: %d point boxes, %d violations, widest bound %.3g\n", net, c.boxes, c.violated, c.widest);
        violated += c.violated;
    }
    return violated > 0;
}
