/// Verdicts against answers found without the verifier: exact ranges, and every point of a grid.
#include "small_query.hpp"

#include <tercet/io/text/answer_text.hpp>
#include <tercet/io/vnnlib/read.hpp>
#include <tercet/layers/functions/acos.hpp>
#include <tercet/layers/functions/acosh.hpp>
#include <tercet/layers/functions/asin.hpp>
#include <tercet/layers/functions/atanh.hpp>
#include <tercet/layers/functions/gelu.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/reciprocal.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/layers/functions/tan.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reshape.hpp>

#include "../catch.hpp"

using namespace tercet;
using namespace tercet::testing;
using verify::Verdict;

namespace {

using Counts = std::array<int, 3>;

/// The answer is the expected one, and nothing that it says is false at a point of the grid.
void check_goal(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts, const verify::GoalAnswer& a,
                Counts& counts) {
    REQUIRE(a.verdict == expected_verdict(s, disjuncts));
    ++counts[static_cast<std::size_t>(a.verdict)];
    if (a.verdict == Verdict::proved) REQUIRE_FALSE(some_grid_point_holds(s, disjuncts));
    REQUIRE(a.witness.has_value() == (a.verdict == Verdict::violated));
    if (a.witness) REQUIRE(is_witness(s, disjuncts, a.witness->x));
}

}  // namespace

TEST_CASE("10,000 random questions have the verdicts that exact ranges and exhaustion give") {
    Random random(91);
    CAPTURE(random.seed);
    Counts properties{}, others{}, classes{};
    for (int trial = 0; trial < 10000; ++trial) {
        CAPTURE(trial);
        const int form = static_cast<int>(random.integer(0, 2));
        const SmallNetwork s = small_network(random, form != 2 && random.integer(0, 2) == 0);
        if (form == 2) {  // the class of each image, over one or two boxes
            std::vector<SmallDisjunct> regions{small_box(random, s.inputs(), false)};
            if (random.integer(0, 3) == 0) regions.push_back(small_box(random, s.inputs(), false));
            std::vector<std::int64_t> labels;
            std::vector<Box> boxes;
            for (int i = 0; i < s.images; ++i) labels.push_back(random.integer(0, s.classes - 1));
            for (const auto& r : regions) boxes.push_back({r.lower, r.upper});
            const auto answer =
                verify::decide(s.network, verify::class_query(verify::class_axis(s.network.graph), labels, boxes));
            REQUIRE(answer.goals.size() == static_cast<std::size_t>(s.images));
            for (int i = 0; i < s.images; ++i) {
                std::vector<SmallDisjunct> all;
                for (const auto& r : regions)
                    for (auto& d : class_disjuncts(s, r, i, static_cast<int>(labels[static_cast<std::size_t>(i)])))
                        all.push_back(std::move(d));
                check_goal(s, all, answer.goals[static_cast<std::size_t>(i)], classes);
            }
            continue;
        }
        std::vector<SmallDisjunct> disjuncts;
        for (auto n = random.integer(1, 3); n > 0; --n) {
            disjuncts.push_back(small_box(random, s.inputs(), form == 0));
            for (auto k = random.integer(1, 2); k > 0; --k)
                disjuncts.back().constraints.push_back(small_constraint(random, s, true));
        }
        if (form == 0) {  // a property with its own boxes
            if (std::ranges::all_of(disjuncts, [](const auto& d) { return d.empty(); })) continue;
            const auto answer =
                verify::decide(s.network, verify::query_of(parse_vnnlib(vnnlib_text(s, disjuncts), "p")));
            check_goal(s, disjuncts, answer.goals.at(0), properties);
            REQUIRE(answer.verdict == answer.goals[0].verdict);
        } else {  // its output constraints over another box
            const SmallDisjunct region = small_box(random, s.inputs(), false);
            const auto property = parse_vnnlib(vnnlib_text(s, disjuncts), "p");
            for (auto& d : disjuncts) {
                d.lower = region.lower;
                d.upper = region.upper;
            }
            const auto answer =
                verify::decide(s.network, verify::query_over(property, Box{region.lower, region.upper}));
            check_goal(s, disjuncts, answer.goals.at(0), others);
        }
    }
    for (const Counts& c : {properties, others, classes})
        for (const int n : c) CHECK(n > 100);
}

TEST_CASE("rows exactly at the constant: <= holds there, < does not") {
    Network<Float64> n;
    n.graph.outputs = {append(n.graph, "r", "Relu", op::Relu{}, {n.graph.add_input("x", {1, 1})})};
    n.graph.output_names = {"y"};
    const auto verdict = [&](const std::string& box, const std::string& constraint) {
        return verify::decide(n, verify::query_of(parse_vnnlib(
                                     "(declare-const X_0 Real)(declare-const Y_0 Real)" + box + constraint, "p")))
            .verdict;
    };
    const std::string one = "(assert (>= X_0 1))(assert (<= X_0 2))";  // Y in [1, 2]
    CHECK(verdict(one, "(assert (<= Y_0 1))") == Verdict::open);
    CHECK(verdict(one, "(assert (< Y_0 1))") == Verdict::proved);
    CHECK(verdict(one, "(assert (<= Y_0 0.99999999999999999999999999999999999999))") == Verdict::proved);
    CHECK(verdict(one, "(assert (<= Y_0 2))") == Verdict::violated);
    CHECK(verdict(one, "(assert (< Y_0 2))") == Verdict::open);
    CHECK(verdict(one, "(assert (< Y_0 2.00000000000000000000000000000000000001))") == Verdict::violated);
    CHECK(verdict("(assert (= X_0 1))", "(assert (= Y_0 1))") == Verdict::violated);  // a point
    CHECK(verdict("(assert (= X_0 1))", "(assert (< Y_0 1))") == Verdict::proved);
    // Strict bounds of inputs: a certain row is a violation only with a point inside.
    CHECK(verdict("(assert (> X_0 1))(assert (<= X_0 2))", "(assert (>= Y_0 0))") == Verdict::violated);
    CHECK(verdict("(assert (> X_0 1))(assert (<= X_0 1))", "(assert (>= Y_0 0))") ==
          Verdict::proved);  // no point at all
}

TEST_CASE("nothing asked is nothing proved, and indices are checked") {
    Random random(92);
    const SmallNetwork s = small_network(random, false);
    const Box box{Point(static_cast<std::size_t>(s.inputs()), RationalNumber(0)),
                  Point(static_cast<std::size_t>(s.inputs()), RationalNumber(1))};
    CHECK_THROWS_WITH(verify::decide(s.network, {verify::About::property, {box}, {}}),
                      "an empty set of rows proves nothing");
    CHECK_THROWS_WITH(verify::decide(s.network, {verify::About::property, {box}, {verify::Goal{}}}),
                      "an empty set of rows proves nothing");
    CHECK_THROWS_WITH(verify::verdict_of({}), "an empty set of rows proves nothing");
    CHECK_THROWS_WITH(verify::class_query(verify::class_axis(s.network.graph), {}, box),
                      Catch::Matchers::ContainsSubstring("0 classes are given"));
    verify::Query query{
        verify::About::property, {box}, {{-1, -1, {{0, {LinearConstraint{{{99, 1}}, {{0, 1}}, 0, false}}}}}}};
    CHECK_THROWS_WITH(verify::decide(s.network, query), Catch::Matchers::ContainsSubstring("a row names input X_99"));
    query.goals[0].cases[0].box = 1;
    CHECK_THROWS_WITH(verify::decide(s.network, query), "a case names box 1; there are 1");
    CHECK_THROWS_WITH(verify::class_query({1, 2000}, {0}, std::vector<Box>(1000, box)),
                      "1000 regions with 1999 class differences each are more than 1000000 cases");
}

TEST_CASE("a point at which the network has no value is no witness") {
    Network<Float64> n;
    const int x = n.graph.add_input("x", {1, 1}), one = n.graph.add_parameter("one", {1});
    n.parameters = {{{1}, {1.0}}};
    const int q = append(n.graph, "q", "Div", op::Elementwise{Binary::divide}, {one, x});
    n.graph.outputs = {append(n.graph, "r", "Relu", op::Relu{}, {q})};
    n.graph.output_names = {"y"};
    const auto answer = [&](const std::string& box) {
        return verify::decide(
            n, verify::query_of(parse_vnnlib(
                   "(declare-const X_0 Real)(declare-const Y_0 Real)" + box + "(assert (>= Y_0 0))", "p")));
    };
    const auto around = answer("(assert (>= X_0 0))(assert (<= X_0 1))");  // 1/0 at the lower end, not at the middle
    REQUIRE(around.goals[0].witness);
    CHECK(around.goals[0].witness->x == Point{RationalNumber(1, 2)});
    CHECK_FALSE(around.goals[0].witness->everywhere);
    CHECK(around.undefined == q);
    const auto beside = answer("(assert (>= X_0 1))(assert (<= X_0 2))");
    CHECK(beside.verdict == Verdict::violated);
    CHECK(beside.goals[0].witness->everywhere);
    CHECK(beside.undefined < 0);
}

TEST_CASE("what is proved of a box in which the network has no value at some points says so") {
    Network<Float64> n;
    const int x = n.graph.add_input("x", {1, 1});
    const int r = append(n.graph, "r", "Sqrt", op::Sqrt{}, {x});
    n.graph.outputs = {r};
    n.graph.output_names = {"y"};
    const auto said = [&](const std::string& box) {
        const auto query = verify::query_of(
            parse_vnnlib("(declare-const X_0 Real)(declare-const Y_0 Real)" + box + "(assert (<= Y_0 -1))", "p"));
        return sentences(query, verify::decide(n, query)).at(0);
    };
    CHECK(said("(assert (>= X_0 -1))(assert (<= X_0 4))") ==
          "proved: no point of the box satisfies the property's constraints, wherever the network has a value (unsat)");
    CHECK(said("(assert (>= X_0 0))(assert (<= X_0 4))") ==
          "proved: no point of the box satisfies the property's constraints (unsat)");
    const auto conditions = verify::domain_conditions(n);
    REQUIRE(conditions.size() == 1);
    using Values = std::vector<Interval>;
    CHECK(conditions[0].holds<Interval64>(Values{Interval(0, 4), Interval(2)}));
    CHECK_FALSE(conditions[0].holds<Interval64>(Values{Interval(1, 4), Interval(-0x1p-1074, 1)}));
}

TEST_CASE("functions of one variable say where they have a value, to the last double") {
    constexpr double infinity = std::numeric_limits<double>::infinity(), least = 0x1p-1074;
    constexpr double below_1 = 1 - 0x1p-53, beyond_1 = 1 + 0x1p-52;
    const auto has = [](const Operator& op, const Interval& v) {
        Network<Float64> n;
        n.graph.outputs = {append(n.graph, "f", "F", op, {n.graph.add_input("x", {1})})};
        n.graph.output_names = {"y"};
        const auto conditions = verify::domain_conditions(n);
        REQUIRE(conditions.size() == 1);
        return conditions[0].holds<Interval64>(std::vector<Interval>{v});
    };
    CHECK(has(op::Log{}, Interval(least, 4)));
    CHECK_FALSE(has(op::Log{}, Interval(0, 4)));
    for (const double side : {1.0, -1.0}) CHECK(has(op::Reciprocal{}, Interval(side * least)));
    CHECK_FALSE(has(op::Reciprocal{}, Interval(-1, least)));
    CHECK_FALSE(has(op::Reciprocal{}, Interval(0, 1)));
    for (const auto& arc : {Operator(op::Asin{}), Operator(op::Acos{})}) {
        CHECK(has(arc, Interval(-1, 1)));
        CHECK_FALSE(has(arc, Interval(-1, beyond_1)));
        CHECK_FALSE(has(arc, Interval(-beyond_1, 0)));
    }
    CHECK(has(op::Atanh{}, Interval(-below_1, below_1)));
    CHECK_FALSE(has(op::Atanh{}, Interval(-below_1, 1)));
    CHECK_FALSE(has(op::Atanh{}, Interval(-1, 0)));
    CHECK(has(op::Acosh{}, Interval(1, infinity)));
    CHECK_FALSE(has(op::Acosh{}, Interval(below_1, 2)));
    CHECK(has(op::Tan{}, Interval(-0x1.921fb54442d18p+0, 0x1.921fb54442d18p+0)));  // pi/2 rounded down
    CHECK(has(op::Tan{}, Interval(0x1.921fb54442d19p+0, 4.7)));
    CHECK_FALSE(has(op::Tan{}, Interval(0x1.921fb54442d18p+0, 0x1.921fb54442d19p+0)));
    CHECK_FALSE(has(op::Tan{}, Interval(-infinity, 0)));
    Network<Float64> everywhere;
    everywhere.graph.outputs = {append(everywhere.graph, "f", "F", op::Gelu{}, {everywhere.graph.add_input("x", {1})})};
    CHECK(verify::domain_conditions(everywhere).empty());
}

TEST_CASE("a denominator that constants make 0, or a parameter that is, leaves no witness") {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1, 1}), c = g.add_parameter("c", {1}), e = g.add_parameter("e", {1});
    n.parameters = {{{1}, {0.1}}, {{1}, {0.2}}};
    const auto binary = [&](const char* name, Binary op, int a, int b) {
        return append(g, name, name, op::Elementwise{op}, {a, b});
    };
    const int zero =
        binary("zero", Binary::subtract, binary("t", Binary::subtract, binary("s", Binary::add, c, e), c), e);
    g.outputs = {append(g, "relu", "Relu", op::Relu{}, {binary("quotient", Binary::divide, x, zero)})};
    g.output_names = {"y"};
    const auto query = verify::query_of(
        parse_vnnlib("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 1))(assert (<= X_0 2))"
                     "(assert (>= Y_0 -1))",
                     "p"));
    CHECK_THROWS_AS(interpret<Rational>(g, {lift<Rational>(n.parameters[0]), lift<Rational>(n.parameters[1])},
                                        {lift<Rational>(AnyTensor<Float64>(Dims{1, 1}, {1}))}),
                    DomainError);
    const auto answer = verify::decide(n, query);
    CHECK(answer.verdict == Verdict::open);
    CHECK_FALSE(answer.goals.at(0).witness);
    // A variance that is a parameter is decided at once: -0.1 + 0.25 is positive, -0.25 + 0.25 is not.
    Network<Float64> norm;
    const int z = norm.graph.add_input("x", {1, 1});
    std::vector<int> in{z};
    for (const char* name : {"scale", "bias", "mean", "variance"}) in.push_back(norm.graph.add_parameter(name, {1}));
    norm.parameters = {{{1}, {1}}, {{1}, {0}}, {{1}, {0}}, {{1}, {-0.1}}};
    norm.graph.outputs = {append(norm.graph, "n", "BatchNormalization", op::BatchNormalization{0.25}, in)};
    norm.graph.output_names = {"y"};
    CHECK(verify::domain_conditions(norm).empty());
    norm.parameters[3].data[0] = -0.25;
    CHECK(verify::domain_conditions(norm).at(0).operand == -1);
}

TEST_CASE("rows too many to be fused are bounded from the outputs") {
    Network<Float64> n;
    const int x = n.graph.add_input("x", {1, 6000});
    n.graph.outputs = {append(n.graph, "n", "Neg", op::Negate{}, {x})};
    n.graph.output_names = {"y"};
    Box box{Point(6000, RationalNumber(0)), Point(6000, RationalNumber(0))};
    box.lower[17] = box.upper[17] = -3;  // class 17 leads by 3, but for class 5, which may lead
    box.lower[5] = -5;
    const auto query = verify::class_query(verify::class_axis(n.graph), {17}, box);
    const auto fused = verify::fuse(n, {{{17, 1}, {5, -1}}});
    CHECK(fused.unfused.empty());
    std::size_t rows = 0;
    const auto answer = verify::decide(n, query, [&](verify::RegionBounds<>&& region) {
        rows = region.rows.size();
        for (const auto& r : region.rows)
            REQUIRE(r.row == (r.constraint->output_terms[0].first == 5 ? Interval(-2, 3) : Interval(3, 3)));
    });
    CHECK(rows == 5999);
    CHECK(answer.verdict == Verdict::open);
}

TEST_CASE("a class is asked where the constraints between inputs hold, and a witness satisfies them") {
    Network<Float64> n;
    n.graph.outputs = {append(n.graph, "r", "Relu", op::Relu{}, {n.graph.add_input("x", {1, 2})})};
    n.graph.output_names = {"y"};
    const auto answer = [&](const std::string& constraint, std::int64_t label) {
        const Property property = parse_vnnlib(
            "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)"
            "(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= X_1 2))(assert (<= X_1 3))" +
                constraint,
            "p");
        return verify::decide(n, verify::class_query(verify::class_axis(n.graph), {label}, property));
    };
    CHECK(answer("", 1).verdict == Verdict::proved);
    CHECK(answer("", 0).goals[0].witness->x == Point{0, 2});
    CHECK(answer("(assert (>= (+ X_0 X_1) 50))", 0).verdict == Verdict::proved);  // no such point
    const auto some = answer("(assert (>= (+ X_0 X_1) 4))", 0);
    REQUIRE(some.goals[0].witness);
    CHECK(some.goals[0].witness->x[0] + some.goals[0].witness->x[1] >= 4);
    CHECK_FALSE(some.goals[0].witness->everywhere);
    // Two disjuncts with one box and other constraints are two parts of it; equal ones are one.
    const std::string parts =
        "(assert (or (and (<= X_0 X_1) (<= Y_0 0)) (and (<= X_0 X_1) (<= Y_1 0)) (and (>= X_0 1) (<= Y_0 0)) (> X_0 "
        "0)))";
    const Property property = parse_vnnlib(
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)"
        "(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= X_1 2))(assert (<= X_1 3))" +
            parts,
        "p");
    const verify::Regions regions(property);
    CHECK(regions.boxes.size() == 2);
    REQUIRE(regions.parts.size() == 3);
    CHECK(regions.parts[1].input_constraints.empty());
}

TEST_CASE("which axis holds the classes, and where there is none") {
    const auto axis = [](Dims in, Dims out, int outputs = 1) {
        Graph g;
        g.add_input("x", in);
        for (int k = 0; k < outputs; ++k) {
            g.outputs.push_back(g.add(std::string("y"), "Any", op::Reshape{}, {0}, out));
            g.output_names.push_back("y");
        }
        return verify::class_axis(g);
    };
    const auto is = [&](const verify::ClassAxis& a, int images, int classes) {
        return a.images == images && a.classes == classes;
    };
    CHECK(is(axis({1, 784}, {1, 10}), 1, 10));
    CHECK(is(axis({784}, {10}), 1, 10));
    CHECK(is(axis({1, 3, 8, 8}, {10}), 1, 10));
    CHECK(is(axis({4, 3, 8, 8}, {4, 10}), 4, 10));
    CHECK(is(axis({4, 3, 8, 8}, {4, 10, 1, 1}), 4, 10));
    for (const Dims& out : {Dims{}, Dims{1}, Dims{1, 1}, Dims{1, 3, 8, 8}, Dims{1, 5, 10}, Dims{2, 10}})
        CHECK_THROWS_AS(axis({1, 3, 8, 8}, out), ShapeError);
    CHECK_THROWS_WITH(axis({5, 3}, {5}),
                      Catch::Matchers::ContainsSubstring("its classes cannot be told from its images"));
    CHECK_THROWS_WITH(axis({2, 3}, {1, 6}),
                      Catch::Matchers::ContainsSubstring("its classes cannot be told from its images"));
    CHECK_THROWS_WITH(axis({1, 3}, {1, 6}, 2), Catch::Matchers::ContainsSubstring("the network has 2"));
}

TEST_CASE("each sentence says what its verdict is, and only that") {
    Random random(93);
    for (int trial = 0; trial < 300; ++trial) {
        const SmallNetwork s = small_network(random, false);
        const SmallDisjunct region = small_box(random, s.inputs(), false);
        const std::vector<std::int64_t> labels(static_cast<std::size_t>(s.images), 0);
        const auto query =
            verify::class_query(verify::class_axis(s.network.graph), labels, Box{region.lower, region.upper});
        const auto answer = verify::decide(s.network, query);
        const auto said = sentences(query, answer);
        REQUIRE(said.size() == answer.goals.size());
        for (std::size_t g = 0; g < said.size(); ++g) {
            const std::string who = said.size() > 1 ? "image " + std::to_string(g) + ": " : "";
            const Verdict v = answer.goals[g].verdict;
            REQUIRE(said[g].starts_with(who + (v == Verdict::proved     ? "proved: "
                                               : v == Verdict::violated ? "violated: "
                                                                        : "not proved: ")));
        }
    }
    CHECK(row_text({{{0, 1}}, {{0, -1}, {3, RationalNumber(1, 2)}}, RationalNumber(1, 3), false}) ==
          "0.5 Y_3 + X_0 - Y_0 - 1/3");
}
