/// The verifier over intervals with rational ends, which round nothing: what it says there is what exact interval
/// arithmetic says, and Interval64's answers lie around it.
#include "catch.hpp"
#include "small_query.hpp"

#include "../support/rational_interval.hpp"

using namespace tercet;
using namespace tercet::testing;
using verify::Verdict;

namespace {

RationalNumber exact(double x) { return Rational::exact(x); }

/// A network x [3] -> 4 -> relu -> 4 -> 2 affine ones, of thirds rounded to doubles.
Network<Float64> deep_network(Random& random) {
    Network<Float64> n;
    Graph& g = n.graph;
    int x = g.add_input("x", {1, 3});
    const std::vector<std::int64_t> widths{3, 4, 4, 5, 2};
    for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
        const std::int64_t in = widths[layer], out = widths[layer + 1];
        AnyTensor<Float64> w(Dims{out, in}), b(Dims{out});
        for (double& v : w.data) v = static_cast<double>(random.integer(-9, 9)) / 3;
        for (double& v : b.data) v = static_cast<double>(random.integer(-9, 9)) / 3;
        const int weight = g.add_parameter("w" + std::to_string(layer), w.dims),
                  bias = g.add_parameter("b" + std::to_string(layer), b.dims);
        n.parameters.push_back(std::move(w));
        n.parameters.push_back(std::move(b));
        x = append(g, "l" + std::to_string(layer), "Gemm", op::Gemm{.transpose_b = true}, {x, weight, bias});
        if (layer < 2) x = append(g, "r" + std::to_string(layer), "Relu", op::Relu{}, {x});
    }
    g.outputs = {x};
    g.output_names = {"y"};
    return n;
}

}  // namespace

TEST_CASE("Bounds over rational intervals lie in those of doubles, which are hardly wider, batches and rows included") {
    Random random(17);
    CAPTURE(random.seed);
    for (int trial = 0; trial < 20; ++trial) {
        const Network<Float64> n = deep_network(random);
        std::vector<Box> boxes;
        for (int k = 0; k < 3; ++k) {
            Box box;
            for (int i = 0; i < 3; ++i) {
                box.lower.emplace_back(random.integer(-20, 20), 7);
                box.upper.push_back(box.lower.back() + RationalNumber(random.integer(0, 5), 3));
            }
            boxes.push_back(std::move(box));
        }
        const std::vector<verify::OutputForm> forms{{{0, RationalNumber(1, 3)}, {1, -1}}, {{1, 2}}};
        const auto exact_rows = verify::fuse<RationalInterval>(n, forms);
        const auto exactly = verify::bound_boxes(n, boxes, exact_rows);
        const auto bounds = verify::bound_boxes(n, boxes, verify::fuse(n, forms));
        REQUIRE(exactly.size() == boxes.size());
        const auto inside = [](const ExactEnds& x, const Interval& y) {
            CAPTURE(y.lower(), y.upper());
            CHECK(exact(y.lower()) <= x.lower);
            CHECK(x.upper <= exact(y.upper()));
            const RationalNumber size = abs(x.lower) + abs(x.upper) + 1;
            CHECK(x.lower - exact(y.lower()) <= size / 1000000000);
            CHECK(exact(y.upper()) - x.upper <= size / 1000000000);
        };
        for (std::size_t k = 0; k < boxes.size(); ++k) {
            for (std::size_t i = 0; i < 2; ++i) inside(exactly[k].outputs.data[i], bounds[k].outputs.data[i]);
            for (std::size_t r = 0; r < forms.size(); ++r) inside(exactly[k].rows[r], bounds[k].rows[r]);
        }
    }
}

TEST_CASE("Verdicts and rows over rational intervals are those that exact ranges give") {
    Random random(23);
    CAPTURE(random.seed);
    std::array<int, 3> counts{};
    for (int trial = 0; trial < 300; ++trial) {
        const SmallNetwork s = small_network(random, random.integer(0, 1) == 0);
        std::vector<SmallDisjunct> disjuncts{small_box(random, s.inputs(), false)};
        disjuncts[0].constraints.push_back(small_constraint(random, s, true));
        verify::Query query;
        query.boxes.push_back({disjuncts[0].lower, disjuncts[0].upper});
        verify::Goal goal;
        verify::Case only;
        LinearConstraint c;
        const SmallConstraint& asked = disjuncts[0].constraints[0];
        for (std::size_t i = 0; i < asked.a.size(); ++i)
            if (asked.a[i] != 0) c.input_terms.emplace_back(static_cast<int>(i), asked.a[i]);
        for (std::size_t j = 0; j < asked.b.size(); ++j)
            if (asked.b[j] != 0) c.output_terms.emplace_back(static_cast<int>(j), asked.b[j]);
        c.bound = asked.bound;
        c.strict = asked.strict;
        only.constraints.push_back(c);
        goal.cases.push_back(only);
        query.goals.push_back(goal);
        std::vector<verify::RowBounds<RationalInterval>> rows;
        const auto answer = verify::decide<RationalInterval>(
            s.network, query, [&](verify::RegionBounds<RationalInterval>&& r) { rows = r.rows; });
        CHECK(answer.verdict == expected_verdict(s, disjuncts));
        CHECK(answer.verdict == verify::decide(s.network, query).verdict);
        ++counts[static_cast<std::size_t>(answer.verdict)];
        // Inputs that stand in the form and in the network's affine part are counted twice: the row is then wider.
        if (!c.output_terms.empty() && c.input_terms.empty()) {
            const auto range = s.range(asked, disjuncts[0]);
            REQUIRE(rows.size() == 1);
            CHECK(rows[0].row == ExactEnds{range.low, range.high});
        }
    }
    for (const int n : counts) CHECK(n > 0);
}
