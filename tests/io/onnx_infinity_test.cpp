/// Infinities that a file stores and a network never computes: limits that never decide, masks.
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

TEST_CASE("a limit of -inf in a maximum, of inf in a minimum, leaves the other operand") {
    for (const bool maximum : {true, false})
        for (const bool first : {true, false}) {
            const double none = maximum ? -infinity : infinity;
            const OnnxModel m = read(of_three([&](auto& n) {
                constant(n, floats("c", {3}, {none, 0, 2}));
                node(n, maximum ? "Max" : "Min",
                     first ? std::vector<std::string>{"c", "x"} : std::vector<std::string>{"x", "c"}, "y");
            }));
            CHECK(run_thrice(m, six) == (maximum ? Reals{1, 0, 3, 0.5, 5, 2} : Reals{1, -2, 2, 0.5, 0, -6}));
        }
    CHECK(message([] {
              read(of_three([](auto& n) {
                  constant(n, floats("c", {3}, {infinity, 0, 2}));
                  node(n, "Max", {"x", "c"}, "y");
              }));
          }) == "m.onnx: node 'Max_0' (Max): constant 'c': element 0 is infinite");
}

TEST_CASE("the largest of what a mask shows") {
    const auto largest = [](const Reals& mask, const Ints& shape, bool keep) {
        return read(of_three([&](auto& n) {
            constant(n, floats("mask", shape, mask));
            constant(n, ints("axes", {1}));
            node(n, "Add", {"x", "mask"}, "masked");
            set(node(n, "ReduceMax", {"masked", "axes"}, "y"), "keepdims", keep ? 1 : 0);
        }));
    };
    CHECK(run_thrice(largest({0, 0, -infinity}, {3}, true), six) == Reals{1, 5});
    CHECK(run_thrice(largest({0, 1, -infinity, 0, -infinity, 0}, {2, 3}, false), six) == Reals{1, 0.5});
    CHECK(message<UnsupportedOp>([&] { largest({0, 0, 0, -infinity, -infinity, -infinity}, {2, 3}, true); }) ==
          "m.onnx: node 'ReduceMax_1' (ReduceMax): its mask shows nothing of row 1, whose maximum is -inf");
}
