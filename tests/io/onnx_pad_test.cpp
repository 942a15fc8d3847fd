/// Pad: how each mode goes on, and what is taken away first.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

/// (1, 2, 3, 4) with so many before and after.
Reals padded(const std::string& mode, std::int64_t before, std::int64_t after) {
    auto m = model(19);
    input(m, "x", {4});
    constant(m, ints("pads", {before, after}));
    set_text(node(m, "Pad", {"x", "pads"}, "y"), "mode", mode);
    output(m, "y");
    return run_thrice(read(m), {1, 2, 3, 4});
}

}  // namespace

TEST_CASE("wrap goes around as often as it takes") {
    CHECK(padded("wrap", 1, 2) == Reals{4, 1, 2, 3, 4, 1, 2});
    CHECK(padded("wrap", 5, 6) == Reals{4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2});
    CHECK(padded("wrap", 9, 0) == Reals{4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4});
}

TEST_CASE("negative pads are taken away first; what repeats is of the rest") {
    CHECK(padded("constant", -1, 2) == Reals{2, 3, 4, 0, 0});
    CHECK(padded("edge", -1, 2) == Reals{2, 3, 4, 4, 4});
    CHECK(padded("edge", 3, -2) == Reals{1, 1, 1, 1, 2});
    CHECK(padded("reflect", 2, -1) == Reals{3, 2, 1, 2, 3});
    CHECK(padded("wrap", -1, 2) == Reals{2, 3, 4, 2, 3});
    CHECK(padded("wrap", 3, -2) == Reals{2, 1, 2, 1, 2});
    for (const char* mode : {"constant", "edge", "reflect", "wrap"}) CHECK(padded(mode, -1, -2) == Reals{2});
    CHECK(message<ShapeError>([] { padded("reflect", 3, -2); }) ==
          "m.onnx: node 'Pad_0' (Pad): padding 3 and 0 repeats more than an axis of 2 has");
    CHECK(message<ShapeError>([] { padded("reflect", 4, 0); }) ==
          "m.onnx: node 'Pad_0' (Pad): padding 4 and 0 repeats more than an axis of 4 has");
    CHECK(message<ShapeError>([] { padded("edge", -4, 2); }) ==
          "m.onnx: node 'Pad_0' (Pad): padding 0 and 2 repeats more than an axis of 0 has");
    CHECK(message<ShapeError>([] { padded("wrap", -3, -2); }) ==
          "m.onnx: node 'Pad_0' (Pad): padding -3 and -2 of an axis of 4");
}
