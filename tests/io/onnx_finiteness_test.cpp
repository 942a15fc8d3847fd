/// IsNaN and IsInf: what is known of numbers over the reals.
#include <cmath>

#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

constexpr double infinity = HUGE_VAL;

template <class Nodes>
onnx::ModelProto of_three(Nodes nodes) {
    auto m = model(18);
    input(m, "x", {2, 3});
    nodes(m);
    output(m, "y");
    return m;
}

const Reals six{1, -2, 3, 0.5, 5, -6};

}  // namespace

TEST_CASE("values over the reals are no NaN and not infinite") {
    for (const char* kind : {"IsNaN", "IsInf"}) {
        const OnnxModel m = read(of_three([&](auto& n) {
            node(n, "Relu", {"x"}, "r");
            node(n, kind, {"r"}, "is");
            node(n, "Where", {"is", "r", "x"}, "y");
        }));
        CHECK(run_thrice(m, six) == six);
        CHECK(m.notes.size() == 1);
        CHECK(message<UnsupportedOp>([&] {
                  read(of_three([&](auto& n) {
                      node(n, "Div", {"x", "x"}, "q");
                      node(n, "Neg", {"q"}, "r");
                      node(n, kind, {"r"}, "y");
                  }));
              }) == "m.onnx: node '" + std::string(kind) + "_2' (" + kind +
                        "): asks for what node 'Div_0' (Div) makes NaN or infinite, which has no value over the reals");
    }
    const auto stored = [](bool above, bool below) {
        auto m = model(18);
        constant(m, floats("c", {4}, {1, infinity, -infinity, 0}));
        auto& n = node(m, "IsInf", {"c"}, "y");
        if (!above) set(n, "detect_positive", 0);
        if (!below) set(n, "detect_negative", 0);
        output(m, "y");
        return read(m).network.parameters.at(0).data;
    };
    CHECK(stored(true, true) == Reals{0, 1, 1, 0});
    CHECK(stored(true, false) == Reals{0, 1, 0, 0});
    CHECK(stored(false, true) == Reals{0, 0, 1, 0});
    CHECK(stored(false, false) == Reals{0, 0, 0, 0});
}
