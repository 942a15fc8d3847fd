/// Fused rows where the exact constants of the tail get too long.
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include "../catch.hpp"

using namespace tercet;

TEST_CASE("Rows fused with a tail whose constants pass a limit are bounded at the outputs") {
    Network<Float64> network;
    Graph& g = network.graph;
    const int x = g.add_input("x", {1, 2}), w = g.add_parameter("w", {1, 2});
    int c = w;
    for (int i = 0; i < 12; ++i)
        c = append(g, "square_" + std::to_string(i), "Mul", op::Elementwise{Binary::multiply}, {c, c});
    g.outputs = {append(g, "sum", "Add", op::Elementwise{Binary::add}, {x, c})};
    g.output_names = {"y"};
    network.parameters = {{{1, 2}, {0.5, 0.25}}};
    const std::vector<verify::OutputForm> rows{{{0, RationalNumber(1)}, {1, RationalNumber(-1)}}};
    const auto whole = verify::fuse(network, rows);
    CHECK(whole.cut == std::vector<int>{x});
    const BitLimit limit(1000);
    const auto cut = verify::fuse(network, rows);
    CHECK(cut.cut == g.outputs);
}
