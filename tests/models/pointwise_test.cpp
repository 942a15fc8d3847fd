/// Every function of one variable in the list: exact values and slopes against dual numbers, intervals around them.
#include <tercet/models/exact.hpp>
#include <tercet/models/infer.hpp>
#include <tercet/scalars/dual.hpp>

#include "../catch.hpp"

using namespace tercet;

namespace {

const std::vector<double> points{-7, -0.75, -0x1p-40, 0, 0x1p-1074, 0.25, 1, 3.5};

template <class Op>
struct IsPointwise : std::false_type {};
template <class F>
struct IsPointwise<Pointwise<F>> : std::true_type {
    static Pointwise<F> example() {
        Pointwise<F> op;
        for (const auto& a : F::attributes()) op.f.*a.member = 0.25;
        return op;
    }
};

/// f.operator()<F>(its graph of one node over n numbers) for each.
template <class Test>
int for_each_function(std::int64_t n, Test test) {
    int count = 0;
    Operators::for_each_type([&]<class Op>() {
        if constexpr (IsPointwise<Op>::value) {
            Network<Float64> network;
            const int x = network.graph.add_input("x", {n});
            network.graph.outputs = {append(network.graph, "f", "F", IsPointwise<Op>::example(), {x})};
            network.graph.output_names = {"y"};
            test.template operator()<Op>(network);
            ++count;
        }
    });
    return count;
}

struct Exact {
    std::vector<RationalNumber> values, slopes;
};
Exact exact(const Graph& graph, const std::vector<double>& at) {
    AnyTensor<Rational> x(Dims{static_cast<std::int64_t>(at.size())}), ones(x.dims);
    for (std::size_t i = 0; i < at.size(); ++i) x.data[i] = Rational::exact(at[i]), ones.data[i] = 1;
    const auto trace = run<Rational>(graph, {}, {x});
    return {trace.values.back().data, pullback<Rational>(graph, {}, trace, {ones}).inputs.at(0).data};
}

}  // namespace

TEST_CASE("Functions of one variable: exact slopes are dual numbers', intervals hold values and slopes") {
    const auto n = static_cast<std::int64_t>(points.size());
    int compared = 0;
    for_each_function(n, [&]<class Op>(const Network<Float64>& network) {
        const Graph& graph = network.graph;
        if (!refusals<Rational>(graph).empty()) return;
        ++compared;
        const Exact expected = exact(graph, points);
        using D = Dual<Rational>;
        AnyTensor<D> x(Dims{n});
        for (std::size_t i = 0; i < points.size(); ++i) {
            x.data[i] = D::exact(points[i]);
            x.data[i].derivative = 1;
        }
        const auto y = interpret<D>(graph, {}, {x}).at(0);
        for (std::size_t i = 0; i < points.size(); ++i) {
            CAPTURE(typeid(Op).name(), points[i]);
            CHECK(y.data[i].value == expected.values[i]);
            CHECK(y.data[i].derivative == expected.slopes[i]);
            for (std::size_t j = i; j < points.size(); ++j) {
                AnyTensor<Interval64> box(Dims{n}), ones(Dims{n});
                for (auto& v : box.data) v = Interval(points[i], points[j]);
                for (auto& v : ones.data) v = Interval(1);
                const auto trace = run<Interval64>(graph, {}, {box});
                const Interval values = trace.values.back().data[0],
                               slopes = pullback<Interval64>(graph, {}, trace, {ones}).inputs[0].data[0];
                for (std::size_t k = i; k <= j; ++k) {
                    CHECK((Rational::exact(values.lower()) <= expected.values[k] && expected.values[k] <= Rational::exact(values.upper())));
                    CHECK((Rational::exact(slopes.lower()) <= expected.slopes[k] && expected.slopes[k] <= Rational::exact(slopes.upper())));
                }
            }
        }
    });
    CHECK(compared == 4);  // Neg, Abs, Relu, LeakyRelu
}

TEST_CASE("Abs over an interval is the hull, its slope too") {
    Graph g;
    g.outputs = {append(g, "abs", "Abs", op::Abs{}, {g.add_input("x", {4})})};
    AnyTensor<Interval64> x(Dims{4}), ones(Dims{4});
    x.data = {Interval(-1, 2), Interval(-3, -2), Interval(0, 5), Interval(-4, 1)};
    for (auto& v : ones.data) v = Interval(1);
    const auto trace = run<Interval64>(g, {}, {x});
    CHECK(trace.values.back().data == Storage<Interval64>{Interval(0, 2), Interval(2, 3), Interval(0, 5), Interval(0, 4)});
    CHECK(pullback<Interval64>(g, {}, trace, {ones}).inputs[0].data ==
          Storage<Interval64>{Interval(-1, 1), Interval(-1), Interval(0, 1), Interval(-1, 1)});
    CHECK(count_kinks<Interval64>(g, trace).relu == 3);
}
