/// Many boxes bounded together are each box bounded alone, to the bit.
#include <tercet/models/infer.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// x [1, 3] -> relu(W x + b) [1, 4], its elements reversed and the last one left out, and a constant output.
Network<Float64> small_network(Random& random) {
    Network<Float64> n;
    const auto parameter = [&](const Dims& dims) {
        n.parameters.emplace_back(dims);
        for (auto& v : n.parameters.back().data) v = random.real();
        return n.graph.add_parameter("p" + std::to_string(n.parameters.size()), dims);
    };
    const int x = n.graph.add_input("x", {1, 3});
    const int h = append(n.graph, "h", "Gemm", op::Gemm{.transpose_b = true}, {x, parameter({4, 3}), parameter({4})});
    const int r = append(n.graph, "r", "Relu", op::Relu{}, {h});
    const int y = append(n.graph, "y", "Slice", op::Rearrange{{{0, 3, -1, 3}}}, {r}, {1, 3});
    n.graph.outputs = {y, parameter({2})};
    n.graph.output_names = {"y", "p"};
    return n;
}

std::vector<Box> random_boxes(Random& random, std::size_t count) {
    std::vector<Box> boxes(count);
    for (Box& b : boxes)
        for (int i = 0; i < 3; ++i) {
            const RationalNumber centre = Rational::exact(random.real()), radius = Rational::ratio(random.integer(0, 5), 7);
            b.lower.push_back(centre - radius);
            b.upper.push_back(centre + radius);
        }
    return boxes;
}

std::vector<verify::Row> two_rows() {
    return {{"difference", {{0, 1}, {2, -1}}, RationalNumber(0)}, {"sum", {{1, 1}, {2, 2}, {4, 1}}, RationalNumber(1, 3)}};
}

/// Box by box with the interpreter.
verify::BoxBounds alone(const Network<Float64>& n, const Box& box, const verify::FusedRows& fused) {
    const auto trace =
        run<Interval64>(n.graph, n.parameters, {verify::enclose(box, n.graph.nodes[static_cast<std::size_t>(n.graph.inputs[0])].shape)});
    verify::BoxBounds b{trace.values[static_cast<std::size_t>(n.graph.outputs[0])], verify::row_bounds(fused, trace)};
    b.outputs.dims = {5};
    for (const double v : n.parameters.back().data) b.outputs.data.push_back(Interval(v));
    return b;
}

void check_boxes(const Network<Float64>& n, const std::vector<Box>& boxes, std::size_t runs) {
    const auto fused = verify::fuse(n, two_rows());
    std::vector<std::size_t> starts;
    const auto all = verify::bound_boxes(n, boxes, fused, [&](std::size_t k) { starts.push_back(k); });
    CHECK(starts.size() == runs);
    REQUIRE(all.size() == boxes.size());
    for (std::size_t k = 0; k < boxes.size(); ++k) {
        const auto want = alone(n, boxes[k], fused);
        REQUIRE(all[k].outputs == want.outputs);
        REQUIRE(all[k].rows == want.rows);
    }
}

}  // namespace

TEST_CASE("Boxes bounded in batches are the boxes bounded alone") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(81, data);
    CAPTURE(random.seed);
    const auto n = small_network(random);
    for (const std::size_t count : {0, 1, 2, 512}) check_boxes(n, random_boxes(random, count), count > 0);
    check_boxes(n, random_boxes(random, 1030), 3);  // 344 + 344 + 342
}

TEST_CASE("Boxes whose values together would take more than 512 MB are bounded in several runs") {
    Network<Float64> n;
    int y = n.graph.add_input("x", {1, 1024});
    for (int k = 0; k < 2047; ++k) y = append(n.graph, "r" + std::to_string(k), "Relu", op::Relu{}, {y});
    n.graph.outputs = {y};
    n.graph.output_names = {"y"};  // 2^21 + 1 numbers a box, so 15 boxes a run
    const std::vector<RationalNumber> ones(1024, RationalNumber(1));
    const std::vector<Box> boxes(16, Box{ones, ones});
    std::vector<std::size_t> starts;
    const auto all = verify::bound_boxes(n, boxes, {}, [&](std::size_t k) { starts.push_back(k); });
    CHECK(starts == std::vector<std::size_t>{0, 8});
    for (const auto& b : all) CHECK(b.outputs == AnyTensor<Interval64>(Dims{1024}, std::vector<Interval>(1024, Interval(1))));
}

TEST_CASE("A network that mixes rows is bounded box by box") {
    Random random(82);
    auto n = small_network(random);
    const int y = n.graph.outputs[0];
    n.graph.outputs[0] = append(n.graph, "flat", "Reshape", op::Reshape{}, {y}, {3});  // loses its batch axis
    check_boxes(n, random_boxes(random, 3), 3);
}

TEST_CASE("A box of another shape is refused, also in a batch") {
    Random random(83);
    const auto n = small_network(random);
    auto boxes = random_boxes(random, 3);
    boxes[1].lower.pop_back();
    boxes[1].upper.pop_back();
    CHECK_THROWS_WITH(verify::bound_boxes(n, boxes, {}), Catch::Matchers::ContainsSubstring("the box has 2 inputs, the network 3"));
}
