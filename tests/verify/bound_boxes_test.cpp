/// Many boxes bounded together are each box bounded alone, to the bit.
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reshape.hpp>
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
            const RationalNumber centre = Rational::exact(random.real()),
                                 radius = Rational::ratio(random.integer(0, 5), 7);
            b.lower.push_back(centre - radius);
            b.upper.push_back(centre + radius);
        }
    return boxes;
}

std::vector<verify::OutputForm> two_rows() { return {{{0, 1}, {2, -1}}, {{1, 1}, {2, 2}, {4, 1}}}; }

/// Box by box with the interpreter.
verify::BoxBounds<> alone(const Network<Float64>& n, const Box& box, const verify::Objective<>& fused) {
    const auto trace = run<Interval64>(n.graph, n.parameters, verify::enclose(box, n.graph));
    verify::BoxBounds<> b{trace.values[static_cast<std::size_t>(n.graph.outputs[0])], verify::row_bounds(fused, trace)};
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
    const auto all = verify::bound_boxes<Interval64>(n, boxes, {}, [&](std::size_t k) { starts.push_back(k); });
    CHECK(starts == std::vector<std::size_t>{0, 8});
    for (const auto& b : all)
        CHECK(b.outputs == AnyTensor<Interval64>(Dims{1024}, std::vector<Interval>(1024, Interval(1))));
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
    CHECK_THROWS_WITH(verify::bound_boxes<Interval64>(n, boxes, {}),
                      Catch::Matchers::ContainsSubstring("the box has 2 inputs, the network 3"));
}

TEST_CASE("Rows that only some boxes ask for are those of all rows") {
    Random random(84, Data::rough);
    const auto n = small_network(random);
    const auto boxes = random_boxes(random, 700);
    std::vector<verify::OutputForm> forms;
    for (int r = 0; r < 40; ++r) forms.push_back({{r % 3, RationalNumber(random.integer(-9, 9), 7)}, {3 + r % 2, 1}});
    const auto fused = verify::fuse(n, forms);
    const auto all = verify::bound_boxes(n, boxes, fused);
    verify::RowsOfBoxes wanted(boxes.size());
    for (auto& rows : wanted)
        for (int r = 0; r < 40; ++r)
            if (random.integer(0, 9) == 0) rows.push_back(r);
    std::size_t seen = 0;
    verify::bound_boxes(n, boxes, fused, wanted, [&](std::size_t k, verify::BoxBounds<>&& b) {
        REQUIRE(k == seen++);
        REQUIRE(b.outputs == all[k].outputs);
        REQUIRE(b.rows.size() == wanted[k].size());
        for (std::size_t r = 0; r < b.rows.size(); ++r)
            REQUIRE(b.rows[r] == all[k].rows[static_cast<std::size_t>(wanted[k][r])]);
    });
    CHECK(seen == boxes.size());
}

TEST_CASE("Many forms, pulled back output by output, are each form pulled back") {
    Random random(85);
    const auto n = small_network(random);
    std::vector<verify::OutputForm> forms;
    for (int r = 0; r < 12; ++r)
        forms.push_back({{static_cast<int>(random.integer(0, 2)), RationalNumber(random.integer(1, 9), 7)},
                         {4, random.integer(-3, 3)}});
    const auto together = verify::fuse(n, forms);
    for (std::size_t r = 0; r < forms.size(); ++r) {
        const auto one = verify::fuse(n, {forms[r]});
        CHECK(one.constants[0] == together.constants[r]);
        REQUIRE(one.cut == together.cut);
        for (std::size_t k = 0; k < one.cut.size(); ++k)
            CHECK(one.coefficients[k] == verify::select(together, {static_cast<int>(r)}).coefficients[k]);
    }
    CHECK_THROWS_WITH(verify::fuse(n, {{{5, 1}}}),
                      Catch::Matchers::ContainsSubstring("a row names output Y_5; the network has 5"));
}

TEST_CASE("An output that depends on no input, with constants beyond rationals, is bounded over many boxes") {
    Random random(86);
    auto n = small_network(random);
    const int y = append(n.graph, "sigmoid", "Sigmoid", op::Sigmoid{}, {n.graph.outputs[1]});
    n.graph.outputs[1] = y;
    const auto boxes = random_boxes(random, 5);
    const auto fused = verify::fuse(n, {{{0, 1}, {4, -1}}});
    const auto many = verify::bound_boxes(n, boxes, fused);
    for (std::size_t k = 0; k < boxes.size(); ++k) {
        const auto one = verify::bound_boxes(n, {boxes[k]}, fused);
        CHECK(many[k].outputs == one[0].outputs);
        CHECK(many[k].rows == one[0].rows);
        const Interval expected = many[k].outputs.data[0] - many[k].outputs.data[4];
        CHECK(many[k].rows[0].contains(expected.midpoint()));
    }
}

TEST_CASE("A box holds the numbers of all inputs of a network, one tensor after another") {
    Network<Float64> n;
    const int a = n.graph.add_input("a", {1, 2}), b = n.graph.add_input("b", {1, 2});
    n.graph.outputs = {append(n.graph, "d", "Sub", op::Elementwise{Binary::subtract}, {a, b})};
    n.graph.output_names = {"d"};
    const std::vector<Box> boxes{{{1, 2, 3, 4}, {2, 2, 3, 5}}, {{0, 0, 0, 0}, {0, 0, 0, 0}}};
    const auto all = verify::bound_boxes<Interval64>(n, boxes, {});
    CHECK(all[0].outputs.data == std::vector<Interval>{Interval(-2, -1), Interval(-3, -2)});
    CHECK(all[1].outputs.data == std::vector<Interval>{Interval(), Interval()});
    CHECK_THROWS_WITH(verify::bound_boxes<Interval64>(n, {{{1, 2}, {2, 3}}}, {}),
                      Catch::Matchers::ContainsSubstring("the box has 2 inputs, the network 4 in 2 tensors"));
}
