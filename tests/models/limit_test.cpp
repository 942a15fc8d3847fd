/// Limits of digits and of memory in graphs: every exact context, run, plan and pullback name the node at which numbers
/// get too long.
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include "../catch.hpp"

using namespace tercet;

namespace {

/// x squared `times` times, then divided by w.
Graph squares(int times) {
    Graph g;
    const int x = g.add_input("x", {2}), w = g.add_parameter("w", {2});
    int y = x;
    for (int i = 0; i < times; ++i)
        y = append(g, "square_" + std::to_string(i), "Mul", op::Elementwise{Binary::multiply}, {y, y});
    g.outputs = {append(g, "quotient", "Div", op::Elementwise{Binary::divide}, {y, w})};
    g.output_names = {"y"};
    return g;
}

template <Context C>
AnyTensor<C> numbers(double a, double b) {
    AnyTensor<C> x(Dims{2});
    x.data[0] = C::exact(a), x.data[1] = C::exact(b);
    return x;
}

/// 3 has 2 bits, 3^(2^k) about 1.585 2^k: 3^64 has 102.
template <Context C>
void stops_at_the_sixth_square() {
    const Graph g = squares(30);
    const std::vector<AnyTensor<C>> w{numbers<C>(1, 1)};
    const BitLimit limit(100);
    const std::string start = "node 'square_5' (Mul): ", limited = "the limit is 100 bits";
    const auto named = [&](const auto& call) {
        CHECK_THROWS_WITH(call(), Catch::Matchers::StartsWith(start) && Catch::Matchers::ContainsSubstring(limited));
    };
    CHECK_THROWS_AS(run<C>(g, w, {numbers<C>(3, 1)}), LimitError);
    named([&] { run<C>(g, w, {numbers<C>(3, 1)}); });
    named([&] { interpret<C>(g, w, {numbers<C>(1, 3)}); });
    Plan<C> plan(g, w);
    named([&] { plan.run({numbers<C>(1, 3)}); });
    CHECK_NOTHROW(plan.run({numbers<C>(1, -1)}));
    CHECK(plan.output(0) == numbers<C>(1, 1));
}

}  // namespace

TEST_CASE(
    "Numbers that double their length stop at the node where they pass the limit, in every context with fractions") {
    stops_at_the_sixth_square<Rational>();
    stops_at_the_sixth_square<Dual<Rational>>();
}

TEST_CASE("Long numbers come out of a stock, so that many of them stop too") {
    Graph g;
    int y = g.add_input("x", {512});
    for (int i = 0; i < 20; ++i)
        y = append(g, "square_" + std::to_string(i), "Mul", op::Elementwise{Binary::multiply}, {y, y});
    g.outputs = {y};
    g.output_names = {"y"};
    const auto stops = [&]<Context C>(int last) {
        AnyTensor<C> x(Dims{512});
        for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = C::exact(3);
        const BitLimit limit(BitLimit::start);
        CHECK_THROWS_WITH(run<C>(g, {}, {x}),
                          Catch::Matchers::StartsWith("node 'square_" + std::to_string(last) + "' (Mul): ") &&
                              Catch::Matchers::ContainsSubstring("the work on integers beyond 65536 bits"));
    };
    // square_k is 3^(2^(k + 1)), of 1.585 2^(k + 1) bits; the first beyond 2^16 is square_15. 512 of each fit into 2^29
    // bits while the sum of 1.585 2^(k + 1) is at most 2^20: to square_17. Fractions are counted twice, by the
    // operation and by the executor: to square_16.
    stops.template operator()<Dyadic>(18);
    stops.template operator()<Rational>(17);
}

TEST_CASE("The derivative of a dual number is limited too, and gradients are: backward") {
    Graph g;
    const int x = g.add_input("x", {2}), w = g.add_parameter("w", {2});
    g.outputs = {append(g, "quotient", "Div", op::Elementwise{Binary::divide}, {x, w})};
    g.output_names = {"y"};
    const double tiny = 0x1p-60;
    {
        const BitLimit limit(100);
        const std::vector<AnyTensor<Rational>> p{numbers<Rational>(1, tiny)};
        const auto trace = run<Rational>(g, p, {numbers<Rational>(1, 1)});  // 2^60; dL/dw = -x / w^2 = -2^120
        CHECK_THROWS_AS(pullback<Rational>(g, p, trace, {numbers<Rational>(1, 1)}), LimitError);
        CHECK_THROWS_WITH(pullback<Rational>(g, p, trace, {numbers<Rational>(1, 1)}),
                          Catch::Matchers::StartsWith("node 'quotient' (Div), backward: "));
        CHECK_NOTHROW(pullback<Rational>(g, p, trace, {numbers<Rational>(1, 1)}, false));
    }
    using D = Dual<Rational>;
    AnyTensor<D> v = numbers<D>(tiny, 1);
    v.data[0].derivative = 1;
    const BitLimit limit(100);
    CHECK_THROWS_WITH(run<D>(g, {v}, {numbers<D>(1, 1)}), Catch::Matchers::StartsWith("node 'quotient' (Div): "));
}

TEST_CASE(
    "A value that does not fit into the memory budget is refused with node, shape and numbers, in every context") {
    Graph g;
    const int x = g.add_input("x", {4096, 1}), w = g.add_parameter("w", {1, 4096});
    g.outputs = {append(g, "outer", "Add", op::Elementwise{Binary::add}, {x, w})};
    g.output_names = {"y"};
    set_memory_budget(32 << 20);
    const auto refused = [&]<Context C>(const std::string& size) {
        const AnyTensor<C> column(Dims{4096, 1});
        const std::vector<AnyTensor<Parameters<C>>> row{AnyTensor<Parameters<C>>(Dims{1, 4096})};
        CHECK_THROWS_AS(interpret<C>(g, row, {column}), LimitError);
        CHECK_THROWS_WITH(
            interpret<C>(g, row, {column}),
            Catch::Matchers::StartsWith("node 'outer' (Add): its value [4096, 4096] would take " + size) &&
                Catch::Matchers::ContainsSubstring("the limit is 32.0 MiB"));
        Plan<C> plan(g, row);
        CHECK_THROWS_WITH(plan.run({column}),
                          Catch::Matchers::StartsWith("node 'outer' (Add): its value [4096, 4096] would take " + size));
    };
    refused.template operator()<Float64>("128 MiB");
    refused.template operator()<Float32>("64.0 MiB");
    refused.template operator()<Interval64>("256 MiB");
    refused.template operator()<Rational>("1.5 GiB");
    AnyTensor<Dyadic> column(Dims{4096, 1}), row(Dims{1, 4096});
    column.data[0] = row.data[0] = Dyadic::exact(1);
    CHECK_THROWS_WITH(interpret<Dyadic>(g, {row}, {column}),
                      Catch::Matchers::StartsWith("node 'outer' (Add): a sum can need 134217728 bytes"));
    set_memory_budget(0);
}
