/// Where transposed convolutions put zeros.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

/// ConvTranspose of [1, 1, 3] with the kernel (1, 2) and perhaps a bias of 100.
template <class Attributes>
OnnxModel transposed(bool bias, Attributes attributes) {
    auto m = model();
    input(m, "x", {1, 1, 3});
    constant(m, floats("k", {1, 1, 2}, {1, 2}));
    constant(m, floats("b", {1}, {100}));
    attributes(node(m, "ConvTranspose",
                    bias ? std::vector<std::string>{"x", "k", "b"} : std::vector<std::string>{"x", "k"}, "y"));
    output(m, "y");
    return read(m);
}

const Reals three{1, 2, 3};

}  // namespace

TEST_CASE("SAME with a stride beyond the window: total padding is negative, zeros stand on both sides") {
    const auto same = [](std::int64_t stride, const std::string& mode, bool bias = false) {
        return transposed(bias, [&](auto& n) {
            set(n, "strides", Ints{stride});
            set_text(n, "auto_pad", mode);
        });
    };
    // (3 - 1) stride + 2 cells are written, 3 stride wanted: stride 3 lacks 1 (half of -1 rounded down is -1), stride 4
    // lacks 2, stride 5 lacks 3
    CHECK(run_thrice(same(3, "SAME_UPPER"), three) == Reals{0, 1, 2, 0, 2, 4, 0, 3, 6});
    CHECK(run_thrice(same(3, "SAME_LOWER"), three) == Reals{1, 2, 0, 2, 4, 0, 3, 6, 0});
    CHECK(run_thrice(same(4, "SAME_UPPER"), three) == Reals{0, 1, 2, 0, 0, 2, 4, 0, 0, 3, 6, 0});
    CHECK(run_thrice(same(4, "SAME_LOWER"), three) == Reals{0, 1, 2, 0, 0, 2, 4, 0, 0, 3, 6, 0});
    CHECK(run_thrice(same(5, "SAME_UPPER"), three) == Reals{0, 0, 1, 2, 0, 0, 0, 2, 4, 0, 0, 0, 3, 6, 0});
    CHECK(run_thrice(same(3, "SAME_UPPER", true), three) == Reals{100, 101, 102, 100, 102, 104, 100, 103, 106});
    CHECK(run_thrice(same(1, "SAME_UPPER"), three) == Reals{1, 4, 7});  // 4 written, the last one cut
    CHECK(run_thrice(same(1, "SAME_LOWER"), three) == Reals{4, 7, 6});
    CHECK(same(1, "SAME_LOWER").notes.empty());
    CHECK(same(4, "SAME_LOWER").notes.size() == 1);
}

TEST_CASE("output_shape: more than is written is zeros at the end, but for SAME") {
    const auto shaped = [](std::int64_t out, const std::string& mode) {
        return transposed(false, [&](auto& n) {
            set(n, "strides", Ints{3});
            set(n, "output_shape", Ints{out});
            if (!mode.empty()) set_text(n, "auto_pad", mode);
        });
    };
    CHECK(run_thrice(shaped(8, ""), three) == Reals{1, 2, 0, 2, 4, 0, 3, 6});
    CHECK(run_thrice(shaped(9, ""), three) == Reals{1, 2, 0, 2, 4, 0, 3, 6, 0});
    CHECK(run_thrice(shaped(12, ""), three) == Reals{1, 2, 0, 2, 4, 0, 3, 6, 0, 0, 0, 0});
    CHECK(run_thrice(shaped(5, ""), three) == Reals{0, 2, 4, 0, 3});  // 3 are cut: 2 before, 1 after
    CHECK(run_thrice(shaped(5, "SAME_UPPER"), three) == Reals{2, 0, 2, 4, 0});
    CHECK(run_thrice(shaped(10, "SAME_UPPER"), three) == Reals{0, 1, 2, 0, 2, 4, 0, 3, 6, 0});
    CHECK(message<ShapeError>([&] { shaped(0, ""); }) ==
          "m.onnx: node 'ConvTranspose_0' (ConvTranspose): output_shape has 0, expected 1 to 268435456");
}

TEST_CASE("over two and three axes each has its own zeros") {
    auto m = model();
    input(m, "x", {1, 1, 1, 2});
    constant(m, floats("k", {1, 1, 1, 1}, {1}));
    auto& n = node(m, "ConvTranspose", {"x", "k"}, "y");
    set(n, "strides", Ints{3, 2});
    set_text(n, "auto_pad", "SAME_UPPER");
    output(m, "y");
    CHECK(run_thrice(read(m), {1, 2}) == Reals{0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0});
    m = model();
    input(m, "x", {1, 1, 2, 1, 1});
    constant(m, floats("k", {1, 1, 1, 1, 1}, {1}));
    constant(m, floats("b", {1}, {10}));
    auto& deep = node(m, "ConvTranspose", {"x", "k", "b"}, "y");
    set(deep, "strides", Ints{2, 1, 2});
    set_text(deep, "auto_pad", "SAME_UPPER");
    output(m, "y");
    CHECK(run_thrice(read(m), {1, 2}) == Reals{10, 10, 10, 11, 10, 10, 10, 12});
}
