/// Laws of the operators, over the list of all: each has an example; adjoints are dual numbers' derivatives, intervals
/// contain the exact results, a batch is its rows, and what is written to ONNX reads back as the same function.
#include <tercet/io/onnx/read.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph/with_batch.hpp>
#include <tercet/scalars/dual.hpp>

#include <random>

#include "../catch.hpp"
#include "../temporary_folder.hpp"
#include "operator_cases.hpp"

using namespace tercet;
using testing::Case;

namespace {

/// The operator over inputs, one for each operand.
Graph graph_of(const Case& c) {
    Graph g;
    std::vector<int> parents;
    for (std::size_t i = 0; i < c.operands.size(); ++i)
        parents.push_back(g.add_input("o" + std::to_string(i), c.operands[i]));
    g.outputs = {append(g, c.name, c.name, c.op, parents, c.stated)};
    g.output_names = {"y"};
    return g;
}

/// Nonzero numbers, each another one, so that no order is a tie.
std::vector<AnyTensor<Float64>> numbers(const Graph& g, std::mt19937& random) {
    std::vector<AnyTensor<Float64>> all;
    std::vector<int> taken;
    for (const int id : g.inputs) {
        AnyTensor<Float64> t(g.nodes[static_cast<std::size_t>(id)].shape);
        for (double& v : t.data) {
            int n = 0;
            do n = static_cast<int>(random() % 801) - 400;
            while (n == 0 || std::find(taken.begin(), taken.end(), n) != taken.end());
            taken.push_back(n);
            v = n / 64.0;
        }
        all.push_back(std::move(t));
    }
    return all;
}

}  // namespace

TEST_CASE("every operator of the list has an example") {
    const auto all = testing::cases();
    Operators::for_each_type([&]<class Op>() {
        CAPTURE(typeid(Op).name());
        CHECK(std::any_of(all.begin(), all.end(), [](const Case& c) { return c.op.is<Op>(); }));
    });
}

TEST_CASE("adjoints are dual numbers' derivatives, exactly") {
    std::mt19937 random(17);
    int compared = 0;
    using D = Dual<Rational>;
    for (const Case& c : testing::cases()) {
        const Graph g = graph_of(c);
        if (!refusals<Rational>(g).empty()) continue;
        CAPTURE(c.name);
        for (int time = 0; time < 5; ++time) {
            const auto x = numbers(g, random), direction = numbers(g, random);
            const auto exact = lift<Rational>(x);
            const auto trace = run<Rational>(g, {}, exact);
            AnyTensor<Rational> forms(g.nodes.back().shape);
            for (auto& v : forms.data) v = RationalNumber(static_cast<int>(random() % 17) - 8);
            const auto d = pullback<Rational>(g, {}, trace, {forms}).inputs;
            std::vector<AnyTensor<D>> dual;
            RationalNumber pulled = 0, pushed = 0;
            for (std::size_t k = 0; k < x.size(); ++k) {
                auto& t = dual.emplace_back(x[k].dims);
                for (std::size_t i = 0; i < t.data.size(); ++i) {
                    t.data[i] = {exact[k].data[i], Rational::exact(direction[k].data[i])};
                    pulled += d[k].data[i] * t.data[i].derivative;
                }
            }
            const auto y = interpret<D>(g, {}, dual).at(0);
            for (std::size_t i = 0; i < y.data.size(); ++i) {
                REQUIRE(y.data[i].value == trace.values.back().data[i]);
                pushed += forms.data[i] * y.data[i].derivative;
            }
            REQUIRE(pulled == pushed);
            ++compared;
        }
    }
    CHECK(compared >= 150);
}

TEST_CASE("intervals contain the exact results, or say that the box does not decide") {
    std::mt19937 random(18);
    int contained = 0, undecided = 0;
    for (const Case& c : testing::cases()) {
        const Graph g = graph_of(c);
        if (!refusals<Rational>(g).empty()) continue;
        CAPTURE(c.name);
        for (int time = 0; time < 8; ++time) {
            const auto low = numbers(g, random), high = numbers(g, random);
            std::vector<AnyTensor<Interval64>> box;
            std::vector<AnyTensor<Float64>> inside;
            for (std::size_t k = 0; k < low.size(); ++k) {
                auto& b = box.emplace_back(low[k].dims);
                auto& x = inside.emplace_back(low[k].dims);
                for (std::size_t i = 0; i < b.data.size(); ++i) {
                    const double width = time % 2 == 0 ? 0 : std::abs(high[k].data[i]) / 8, l = low[k].data[i];
                    b.data[i] = Interval(l, l + width);
                    x.data[i] = l + width * static_cast<double>(random() % 9) / 8;
                    if (x.data[i] == 0) x.data[i] = l;  // it may divide
                }
            }
            std::vector<AnyTensor<Interval64>> y;
            try {
                y = interpret<Interval64>(g, {}, box);
            } catch (const DomainError& e) {
                CHECK(std::string(e.what()).find("undecided") != std::string::npos);
                CHECK(time % 2 == 1);
                ++undecided;
                continue;
            }
            const auto exact = interpret<Rational>(g, {}, lift<Rational>(inside)).at(0);
            for (std::size_t i = 0; i < exact.data.size(); ++i) {
                const double l = y[0].data[i].lower(), u = y[0].data[i].upper();
                REQUIRE((std::isinf(l) || Rational::exact(l) <= exact.data[i]));
                REQUIRE((std::isinf(u) || exact.data[i] <= Rational::exact(u)));
            }
            ++contained;
        }
    }
    CHECK(contained >= 200);
    CHECK(undecided >= 1);
}

TEST_CASE("a batch is its rows") {
    std::mt19937 random(19);
    int batched = 0;
    for (const Case& c : testing::cases()) {
        Case row = c;
        if (row.operands[0].empty() || row.operands[0][0] != 1) row.operands[0].insert(row.operands[0].begin(), 1);
        if (!row.stated.empty() && row.stated[0] != 1) row.stated.insert(row.stated.begin(), 1);
        CAPTURE(c.name);
        Graph one, two;
        try {
            std::vector<int> parents{one.add_input("o0", row.operands[0])};
            for (std::size_t i = 1; i < row.operands.size(); ++i)
                parents.push_back(one.add_parameter("p" + std::to_string(i), row.operands[i]));
            one.outputs = {append(one, row.name, row.name, row.op, parents, row.stated)};
            two = with_batch(one, 2);
        } catch (const Error&) {
            continue;  // another rank, or rows that meet
        }
        std::vector<AnyTensor<Float64>> parameters;
        for (const int id : one.parameters) {
            auto& p = parameters.emplace_back(one.nodes[static_cast<std::size_t>(id)].shape);
            for (double& v : p.data) v = static_cast<double>(random() % 64 + 1) / 16;
        }
        const auto first = numbers(one, random).at(0), second = numbers(one, random).at(0);
        AnyTensor<Float64> both(two.nodes[0].shape);
        std::copy(first.data.begin(), first.data.end(), both.data.begin());
        std::copy(second.data.begin(), second.data.end(), both.data.begin() + first.size());
        const auto y = interpret<Float64>(two, parameters, {both}).at(0);
        std::vector<double> expected = interpret<Float64>(one, parameters, {first}).at(0).data;
        const auto rest = interpret<Float64>(one, parameters, {second}).at(0).data;
        expected.insert(expected.end(), rest.begin(), rest.end());
        for (std::size_t i = 0; i < expected.size(); ++i)
            REQUIRE((y.data[i] == expected[i] || (std::isnan(y.data[i]) && std::isnan(expected[i]))));
        ++batched;
    }
    CHECK(batched >= 40);
}

TEST_CASE("what is written to ONNX reads back as the same function") {
    std::mt19937 random(20);
    const TemporaryFolder folder;
    int written = 0;
    for (const Case& c : testing::cases()) {
        CAPTURE(c.name);
        const Graph g = graph_of(c);
        write_onnx(g, {}, folder / "m.onnx", {.round_attributes = true});
        const OnnxModel m = read_onnx(folder / "m.onnx");
        const auto x = numbers(g, random);
        const auto y = interpret<Float64>(m.network.graph, m.network.parameters, x).at(0),
                   expected = interpret<Float64>(g, {}, x).at(0);
        REQUIRE(y.dims == expected.dims);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const bool same = y.data[i] == expected.data[i] || (std::isnan(y.data[i]) && std::isnan(expected.data[i]));
            // attributes that are rounded to float32, as an epsilon of 1e-5 is, move a result by less than their own
            // rounding
            REQUIRE((same || std::abs(y.data[i] - expected.data[i]) <= 0x1p-20 * std::abs(expected.data[i])));
        }
        ++written;
    }
    CHECK(written == static_cast<int>(testing::cases().size()));
}
