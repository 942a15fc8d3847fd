/// Damaged files: cut off at every byte, and with random bytes changed. Each loads or is refused with a tercet error,
/// and a network that loads runs or is refused as well.
#include <random>

#include "catch.hpp"
#include "onnx_models.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

/// A convolution, pooling, normalisation, folded shapes, moved elements and a product in one file.
onnx::ModelProto varied_net() {
    auto m = model();
    input(m, "x", {-1, 1, 4, 4});
    constant(m, floats("k", {2, 1, 3, 3}, Reals(18, 0.5)));
    constant(m, floats("c", {2}, {1, -1}));
    constant(m, floats("s", {2}, {1, 2}));
    constant(m, ints("zero", {0}));
    constant(m, ints("rest", {-1}));
    constant(m, ints("pads", {0, 0, 1, 0, 0, 0, 0, 1}));
    constant(m, floats("W", {3, 10}, Reals(30, 0.25)));
    auto& conv = node(m, "Conv", {"x", "k", "c"}, "a");
    set(conv, "pads", Ints{1, 1, 1, 1});
    set(conv, "kernel_shape", Ints{3, 3});
    node(m, "BatchNormalization", {"a", "s", "c", "c", "s"}, "n");
    auto& pool = node(m, "MaxPool", {"n"}, "p");
    set(pool, "kernel_shape", Ints{2, 2});
    set(pool, "strides", Ints{2, 2});
    node(m, "Pad", {"p", "pads"}, "q");
    node(m, "Shape", {"q"}, "shape");
    node(m, "Gather", {"shape", "zero"}, "batch");
    set(node(m, "Concat", {"batch", "rest"}, "flat"), "axis", 0);
    node(m, "Reshape", {"q", "flat"}, "r");
    node(m, "Slice", {"r", "zero", "ten", "one"}, "t");
    constant(m, ints("ten", {10}));
    constant(m, ints("one", {1}));
    set(node(m, "Gemm", {"t", "W"}, "g"), "transB", 1);
    set(node(m, "Softmax", {"g"}, "y"), "axis", 1);
    output(m, "y");
    return m;
}

/// True where it loaded; any error that is not tercet's fails the test, and so does a crash.
bool loads(const std::filesystem::path& file) {
    try {
        const OnnxModel m = read_onnx(file);
        const Graph& g = m.network.graph;
        std::int64_t elements = 0;
        for (const auto& node : g.nodes) elements += element_count(node.shape);
        if (elements > 100'000) return true;
        std::vector<AnyTensor<Float64>> inputs;
        for (const int id : g.inputs) inputs.emplace_back(g.nodes[static_cast<std::size_t>(id)].shape);
        interpret<Float64>(g, m.network.parameters, inputs);
        return true;
    } catch (const Error& e) {
        const std::string why = e.what();
        CHECK(!why.empty());
        CHECK(why.find('\n') == std::string::npos);
        return false;
    }
}

}  // namespace

TEST_CASE("a model cut off at any byte is refused") {
    const TemporaryFolder folder;
    const std::string whole = varied_net().SerializeAsString();
    REQUIRE(loads(folder.file("m.onnx", whole)));
    for (std::size_t n = 0; n < whole.size(); ++n) {
        CAPTURE(n);
        CHECK(!loads(folder.file("m.onnx", whole.substr(0, n))));
    }
}

TEST_CASE("a model with changed bytes loads or is refused") {
    const TemporaryFolder folder;
    const std::string whole = varied_net().SerializeAsString();
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    int loaded = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        std::string bytes = whole;
        const int changes = 1 + static_cast<int>(random() % 4);
        for (int i = 0; i < changes; ++i) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 4) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8)); break;
                case 2: bytes.erase(at, 1); break;
                default: bytes.insert(at, 1, static_cast<char>(random())); break;
            }
        }
        CAPTURE(trial);
        loaded += loads(folder.file("m.onnx", bytes));
    }
    CHECK(loaded > 0);
    CHECK(loaded < 2000);
}
