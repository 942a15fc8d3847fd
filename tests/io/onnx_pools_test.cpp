/// Norms over windows, and places of maxima over three axes.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

template <class Attributes>
onnx::ModelProto windows(const std::string& kind, const Ints& shape, Attributes attributes) {
    auto m = model(18);
    input(m, "x", shape);
    attributes(node(m, kind, {"x"}, "y"));
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("norms over windows") {
    const auto pooled = [](const Ints& shape, std::int64_t p, const Ints& kernel, auto attributes) {
        return read(windows("LpPool", shape, [&](auto& n) {
            set(n, "p", p);
            set(n, "kernel_shape", kernel);
            attributes(n);
        }));
    };
    const auto none = [](auto&) {};
    CHECK(run_thrice(pooled({1, 1, 4}, 1, {2}, none), {1, -2, 3, -4}) == Reals{3, 5, 7});
    CHECK(run_thrice(pooled({1, 1, 4}, 1, {3},
                            [](auto& n) {
                                set(n, "strides", Ints{2});
                                set(n, "pads", Ints{1, 0});
                                set(n, "ceil_mode", 1);
                            }),
                     {1, -2, 3, -4}) == Reals{3, 9});
    CHECK(run_thrice(pooled({1, 1, 5}, 1, {2},
                            [](auto& n) {
                                set(n, "strides", Ints{2});
                                set(n, "ceil_mode", 1);
                            }),
                     {1, -2, 3, -4, 5}) == Reals{3, 7, 5});  // the last window runs over the end
    CHECK(run(pooled({1, 2, 1, 2}, 2, {1, 2}, none), {3, -4, 5, 12}) == Reals{5, 13});
    CHECK(run_thrice(pooled({1, 1, 2, 2, 2}, 1, {2, 1, 2}, none), {1, 2, 3, 4, -5, 6, 7, -8}) == Reals{14, 22});
    CHECK(message<UnsupportedOp>([&] { pooled({1, 1, 4}, 3, {2}, none); }) ==
          "m.onnx: node 'LpPool_0' (LpPool): p is 3; tercet reads norms of p 1 and 2");
    const auto global = [](std::int64_t p) {
        return read(windows("GlobalLpPool", {1, 2, 2}, [&](auto& n) { set(n, "p", p); }));
    };
    CHECK(run_thrice(global(1), {3, -4, 0, 2}) == Reals{7, 2});
    CHECK(run(global(2), {3, -4, 0, 2}) == Reals{5, 2});
}

TEST_CASE("places of maxima over three axes") {
    const auto places = [](bool columns, auto attributes) {
        auto m = model();
        input(m, "x", {1, 2, 2, 2, 3});
        auto& n = node(m, "MaxPool", {"x"}, "m");
        n.add_output("y");
        set(n, "kernel_shape", Ints{2, 2, 2});
        set(n, "storage_order", columns ? 1 : 0);
        attributes(n);
        output(m, "y");
        return read(m);
    };
    const auto none = [](auto&) {};
    const Reals x{0,  1,  2,  3,  4,  5,  9,  0,  0,  0,  0,  7,    // channel 0: 9 at (1, 0, 0), 7 at (1, 1, 2)
                  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};  // ties: the first
    CHECK(run_thrice(places(false, none), x) == Reals{6, 11, 12, 13});
    // by columns the place of (d, h, w) is (w H + h) D + d
    CHECK(run_thrice(places(true, none), x) == Reals{1, 11, 12, 16});
    const auto padded = places(false, [](auto& n) {
        set(n, "pads", Ints{0, 0, 1, 0, 0, 0});
        set(n, "strides", Ints{1, 1, 2});
    });
    CHECK(run_thrice(padded, x) == Reals{6, 11, 12, 13});
    CHECK(padded.output_types == std::vector<std::string>{"int64"});
    const auto undecided = places(false, none);
    AnyTensor<Interval64> box(Dims{1, 2, 2, 2, 3});
    for (auto&& v : box.data) v = Interval(0, 1);
    CHECK_THROWS_AS(interpret<Interval64>(undecided.network.graph,
                                          {lift<tercet::Parameters<Interval64>>(undecided.network.parameters.at(0)),
                                           lift<tercet::Parameters<Interval64>>(undecided.network.parameters.at(1))},
                                          {box}),
                    DomainError);
}
