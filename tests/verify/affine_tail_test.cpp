/// Which operators are affine, against their own values; and rows fused with tails that exact fractions compute only in
/// part.
#include <tercet/layers/functions/exp.hpp>
#include <tercet/models/exact.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/verify/affine_tail.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include "../catch.hpp"
#include "../laws/operator_cases.hpp"

#include <random>

using namespace tercet;

namespace {

using testing::Case;
using testing::cases;

/// The operator alone over operands of which those in the set `varying` are inputs, the others parameters.
struct Alone {
    Graph graph;
    std::vector<bool> varies;
    std::vector<AnyTensor<Rational>> parameters;

    Alone(const Case& c, unsigned varying, std::mt19937& random) {
        std::vector<int> parents;
        for (std::size_t i = 0; i < c.operands.size(); ++i) {
            const std::string name = "o" + std::to_string(i);
            const bool input = varying >> i & 1;
            parents.push_back(input ? graph.add_input(name, c.operands[i]) : graph.add_parameter(name, c.operands[i]));
            varies.push_back(input);
            if (!input) parameters.push_back(numbers(c.operands[i], random));
        }
        graph.outputs = {append(graph, c.name, c.name, c.op, parents, c.stated)};
        graph.output_names = {"y"};
        varies.push_back(varying != 0);
    }
    static AnyTensor<Rational> numbers(const Dims& dims, std::mt19937& random) {
        AnyTensor<Rational> t(dims);
        for (auto& x : t.data) {
            do x = RationalNumber(static_cast<int>(random() % 41) - 20) / 4;
            while (x.is_zero());  // it may divide
        }
        return t;
    }
    std::vector<AnyTensor<Rational>> point(std::mt19937& random) const {
        std::vector<AnyTensor<Rational>> x;
        for (const int id : graph.inputs) x.push_back(numbers(graph.nodes[static_cast<std::size_t>(id)].shape, random));
        return x;
    }
    AnyTensor<Rational> operator()(const std::vector<AnyTensor<Rational>>& x) const {
        return interpret<Rational>(graph, parameters, x).at(0);
    }
};

/// f((x + y) / 2) == (f(x) + f(y)) / 2 and f(2 x - y) == 2 f(x) - f(y) at random points.
bool looks_affine(const Alone& f, std::mt19937& random) {
    for (int k = 0; k < 30; ++k) {
        const auto x = f.point(random), y = f.point(random);
        for (const auto& t : {RationalNumber(1) / 2, RationalNumber(2)}) {
            auto between = x;
            bool divides = true;
            for (std::size_t i = 0; i < x.size(); ++i)
                for (std::size_t e = 0; e < x[i].data.size(); ++e) {
                    between[i].data[e] = t * x[i].data[e] + (1 - t) * y[i].data[e];
                    divides = divides && !between[i].data[e].is_zero();
                }
            if (!divides) continue;
            const auto fx = f(x), fy = f(y), fb = f(between);
            for (std::size_t e = 0; e < fx.data.size(); ++e)
                if (fb.data[e] != t * fx.data[e] + (1 - t) * fy.data[e]) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("affine_in says of every operator what its exact values say, for every choice of operands that vary") {
    std::mt19937 random(7);
    int affine = 0, others = 0;
    for (const Case& c : cases())
        for (unsigned varying = 1; varying < 1u << c.operands.size(); ++varying) {
            if (c.name.starts_with("Conv") && !(varying & 1)) continue;  // windows do not slide over parameters
            const Alone f(c, varying, random);
            CAPTURE(c.name, varying);
            const bool said = f.graph.nodes.back().op.affine_in({f.graph.nodes.back().inputs, f.varies});
            if (operator_refusal<Rational>(
                    c.op)) {  // exp and roots; a normalisation is affine where its variance is constant
                CHECK(said == (c.name == "BatchNormalization" && !f.varies[4] &&
                               !((f.varies[0] || f.varies[3]) && f.varies[1])));
                continue;
            }
            CHECK(said == looks_affine(f, random));
            ++(said ? affine : others);
        }
    CHECK(affine == 36);
    CHECK(others == 45);
}

TEST_CASE("A tail goes around constants that no fraction holds, which become values of their own") {
    // y = (x + exp(w)) W with W [2, 2]: fused, y_0 - y_1 = (x + exp(w)) . (1, 4), where the bounds of y_0 and y_1 alone
    // are wider.
    Network<Float64> network;
    Graph& g = network.graph;
    const int x = g.add_input("x", {1, 2}), w = g.add_parameter("w", {1, 2}), matrix = g.add_parameter("W", {2, 2});
    network.parameters = {{{1, 2}, {1, -1}}, {{2, 2}, {3, 2, 5, 1}}};
    const int e = append(g, "e", "Exp", op::Exp{}, {w}),
              sum = append(g, "sum", "Add", op::Elementwise{Binary::add}, {x, e});
    g.outputs = {append(g, "y", "MatMul", op::MatMul{}, {sum, matrix})};
    g.output_names = {"y"};
    const verify::OutputForm difference{{0, RationalNumber(1)}, {1, RationalNumber(-1)}};
    const auto rows = verify::fuse(network, {difference});
    CHECK(rows.cut == std::vector<int>{x, e});
    CHECK(rows.coefficients[0].data == Storage<Interval64>{Interval(1), Interval(4)});
    CHECK(rows.coefficients[1].data == Storage<Interval64>{Interval(1), Interval(4)});
    CHECK(rows.constants[0] == Interval(0));
    std::vector<Box> boxes;
    for (int k = 0; k < 3; ++k)
        boxes.push_back({{RationalNumber(k), RationalNumber(-1)}, {RationalNumber(k + 1), RationalNumber(1)}});
    const auto bounds = verify::bound_boxes(network, boxes, rows);
    const Interval constant = Interval64::exp(Interval(1)) + Interval(4) * Interval64::exp(Interval(-1));
    for (int k = 0; k < 3; ++k) {
        const Interval row = bounds.at(static_cast<std::size_t>(k)).rows.at(0),
                       exact = constant + Interval(k - 4, k + 5);
        CHECK(row.lower() <= exact.lower() + 1e-12);
        CHECK(row.lower() >= exact.lower() - 1e-12);
        CHECK(row.upper() <= exact.upper() + 1e-12);
        CHECK(row.upper() >= exact.upper() - 1e-12);
    }
    // A product with such a constant is none with a number: it stops the tail.
    g.nodes[static_cast<std::size_t>(sum)].op = op::Elementwise{Binary::multiply};
    CHECK(verify::fuse(network, {difference}).cut == std::vector<int>{sum});
}

TEST_CASE("Rows of dyadic numbers and of other fractions are the same rows") {
    std::mt19937 random(11);
    Network<Float64> network;
    Graph& g = network.graph;
    const int x = g.add_input("x", {1, 5}), w = g.add_parameter("w", {5, 4}), b = g.add_parameter("b", {4});
    std::normal_distribution<double> normal;
    network.parameters = {{{5, 4}, std::vector<double>(20)}, {{4}, std::vector<double>(4)}};
    for (auto& p : network.parameters)
        for (auto& v : p.data) v = normal(random);
    g.outputs = {append(g, "y", "Gemm", op::Gemm{}, {x, w, b})};
    g.output_names = {"y"};
    std::vector<verify::OutputForm> forms;
    for (int r = 0; r < 7; ++r) {  // more rows than outputs: a basis
        auto& form = forms.emplace_back();
        for (int j = 0; j < 4; ++j) form.emplace_back(j, RationalNumber(static_cast<int>(random() % 9) - 4) / 8);
    }
    for (const std::size_t count : {std::size_t{3}, forms.size()}) {
        const std::vector<verify::OutputForm> some(forms.begin(), forms.begin() + static_cast<std::ptrdiff_t>(count));
        const auto dyadic = verify::fuse(network, some);
        auto all = some;
        all.push_back({{0, RationalNumber(1) / 3}});  // no dyadic number: now all are fractions
        if (count == 3) all.back() = {{3, RationalNumber(1) / 3}};
        std::vector<int> first(count);
        for (std::size_t i = 0; i < count; ++i) first[i] = static_cast<int>(i);
        const auto fractions = verify::select(verify::fuse(network, all), first);
        CHECK(dyadic.cut == fractions.cut);
        CHECK(dyadic.coefficients == fractions.coefficients);
        CHECK(dyadic.constants == fractions.constants);
    }
}
