/// make_speed_inputs <folder>: writes x.npy, [1, 784, 1] pseudo-random doubles in [0, 1), and large.onnx, an MLP of
/// about 10 MB of float32 weights.
#include <tercet/io/npy/npy.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/gemm.hpp>

#include <cstdio>
#include <random>

using namespace tercet;

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_speed_inputs <folder>\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::mt19937_64 random(784);
    const auto next = [&] { return static_cast<float>(random() % 65536) / 65536.0F; };

    NpyArray x{{1, 784, 1}, {}, "<f8"};
    for (int i = 0; i < 784; ++i) x.values.push_back(next());
    write_npy(folder / "x.npy", x);

    constexpr std::int64_t width = 1118;  // two square matrices of 4 width^2 bytes
    Network<Float64> n;
    int y = n.graph.add_input("x", {1, width});
    for (int layer = 0; layer < 2; ++layer) {
        const std::string name = "fc" + std::to_string(layer);
        const int w = n.graph.add_parameter(name + ".weight", {width, width}),
                  b = n.graph.add_parameter(name + ".bias", {width});
        for (const Dims& d : {Dims{width, width}, Dims{width}}) {
            n.parameters.emplace_back(d);
            for (auto& v : n.parameters.back().data) v = next();
        }
        y = append(n.graph, name, "Gemm", op::Gemm{.transpose_b = true}, {y, w, b});
    }
    n.graph.outputs = {y};
    n.graph.output_names = {"y"};
    write_onnx(n.graph, n.parameters, folder / "large.onnx");
}
