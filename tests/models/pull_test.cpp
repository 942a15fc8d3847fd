/// The backward sweep with many rows of forms: each row is what it would be alone, adjoints made ready can be used
/// again, and plans share packed weights.
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include "../catch.hpp"
#include "../support/wired_graphs.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

template <Context C>
struct Prepared {
    const Graph& graph;
    std::vector<AnyTensor<Parameters<C>>> parameters;
    Plan<C> plan;

    Prepared(const Wired& w, Random& random)
        : graph(w.graph), parameters(random_parameters(w, random)), plan(graph, parameters, Keep::all) {
        again(random);
    }
    static std::vector<AnyTensor<Parameters<C>>> random_parameters(const Wired& w, Random& random) {
        std::vector<AnyTensor<Parameters<C>>> all;
        for (const Dims& d : w.shapes) all.push_back(random_tensor<Parameters<C>>(random, d));
        return all;
    }
    void again(Random& random) {
        std::vector<AnyTensor<C>> x;
        for (const int id : graph.inputs)
            x.push_back(random_tensor<C>(random, graph.nodes[static_cast<std::size_t>(id)].shape));
        trace = &plan.run(x);
    }
    std::vector<AnyTensor<C>> cotangents(Random& random) const {
        std::vector<AnyTensor<C>> all;
        for (const int id : graph.outputs)
            all.push_back(random_tensor<C>(random, graph.nodes[static_cast<std::size_t>(id)].shape));
        return all;
    }
    const Trace<C>* trace = nullptr;
};

template <Context C>
void check_rows(const Wired& w, Random& random) {
    CAPTURE(C::name);
    Prepared<C> run(w, random);
    const Graph& graph = run.graph;
    Reverse<C> reverse(graph, run.parameters, *run.trace, depends_on(graph, leaves(graph, true)));
    for (int time = 0; time < 2; ++time) {  // the second time with other values
        if (time == 1) run.again(random);
        constexpr std::int64_t rows = 3;
        LinearForms<C> forms(graph, rows);
        std::vector<std::vector<AnyTensor<C>>> single;
        for (std::int64_t r = 0; r < rows; ++r) single.push_back(run.cotangents(random));
        for (std::size_t k = 0; k < graph.outputs.size(); ++k) {
            const std::int64_t n = single[0][k].size();
            Storage<C> all(static_cast<std::size_t>(rows * n));
            for (std::int64_t r = 0; r < rows; ++r)
                copy<C>(n, ConstRun<C>{&single[static_cast<std::size_t>(r)][k].data, 0, 1}, Run<C>{&all, r * n, 1});
            forms.add(graph.outputs[k], std::move(all));
        }
        forms = pull(reverse, std::move(forms), Derivative{});
        for (std::int64_t r = 0; r < rows; ++r) {
            const auto alone = pullback<C>(graph, run.parameters, *run.trace, single[static_cast<std::size_t>(r)]);
            const auto compare = [&](const std::vector<int>& nodes, const std::vector<AnyTensor<C>>& expected) {
                for (std::size_t k = 0; k < nodes.size(); ++k) {
                    const auto& of = forms.of[static_cast<std::size_t>(nodes[k])];
                    for (std::int64_t i = 0; i < expected[k].size(); ++i) {
                        const Scalar<C> here =
                            of ? Scalar<C>((*of)[static_cast<std::size_t>(r * expected[k].size() + i)]) : zero<C>();
                        REQUIRE(here == Scalar<C>(expected[k].data[static_cast<std::size_t>(i)]));
                    }
                }
            };
            compare(graph.inputs, alone.inputs);
            compare(graph.parameters, alone.parameters);
        }
    }
}

}  // namespace

TEST_CASE("Rows of forms are what each is alone, and adjoints can be used again") {
    Random random(91);
    for (const Wired& w : {Wired::perceptron(), Wired::convolutional()}) {
        check_rows<Float64>(w, random);
        check_rows<Float32>(w, random);
        check_rows<Interval64>(w, random);
        check_rows<Rational>(w, random);
    }
    check_rows<Dyadic>(Wired::perceptron(), random);
    check_rows<Float64>(Wired::assorted(true, true), random);
    check_rows<Interval64>(Wired::assorted(true, true), random);
    check_rows<Rational>(Wired::assorted(false, false), random);
}

TEST_CASE("A cut leaves the forms at nodes that are not affine") {
    Graph g;
    const int x = g.add_input("x", {2}), y = g.add("y", "Relu", op::Relu{}, {x}, {2}),
              z = g.add("z", "Add", op::Elementwise{Binary::add}, {y, y}, {2});
    g.outputs = {z};
    g.output_names = {"z"};
    const auto trace = run<Rational>(g, {}, {AnyTensor<Rational>(Dims{2})});
    Reverse<Rational> reverse(g, {}, trace, depends_on(g, leaves(g)));
    LinearForms<Rational> forms(g, 2);
    forms.add(z, {1, 0, 0, 5});
    forms = pull(reverse, std::move(forms), Cut{});
    CHECK(*forms.of[static_cast<std::size_t>(y)] == Storage<Rational>{2, 0, 0, 10});
    CHECK(!forms.of[static_cast<std::size_t>(x)]);
    CHECK(!forms.of[static_cast<std::size_t>(z)]);
}

TEST_CASE("Every affine step is seen, with the forms before and after") {
    struct Seen : Cut {
        mutable std::vector<std::size_t> nodes;
        mutable RationalNumber before_sum, after_sum;

        void straight(std::size_t node, std::int64_t rows, const Storage<Rational>& before,
                      const std::vector<Storage<Rational>>& after) const {
            nodes.push_back(node);
            CHECK(rows == 1);
            for (const auto& v : before) before_sum += v;
            for (const auto& part : after)
                for (const auto& v : part) after_sum += v;
        }
    };
    Graph g;
    const int x = g.add_input("x", {2}), y = g.add("y", "Add", op::Elementwise{Binary::add}, {x, x}, {2});
    g.outputs = {y};
    g.output_names = {"y"};
    const auto trace = run<Rational>(g, {}, {AnyTensor<Rational>(Dims{2})});
    Reverse<Rational> reverse(g, {}, trace, depends_on(g, leaves(g)));
    LinearForms<Rational> forms(g, 1);
    forms.add(y, {1, 2});
    const Seen seen;
    forms = pull(reverse, std::move(forms), seen);
    CHECK(seen.nodes == std::vector<std::size_t>{static_cast<std::size_t>(y)});
    CHECK(seen.before_sum == 3);
    CHECK(seen.after_sum == 6);
    CHECK(*forms.of[static_cast<std::size_t>(x)] == Storage<Rational>{2, 4});
}

TEST_CASE("Plans of one network share packed weights, and their adjoints too") {
    Random random(92);
    const Wired w = Wired::convolutional();
    std::vector<AnyTensor<Float64>> parameters;
    for (const Dims& d : w.shapes) parameters.push_back(random_tensor<Float64>(random, d));
    const auto store = std::make_shared<PackedWeights<Interval64>>();
    const Plan<Interval64> first(w.graph, parameters, std::vector<int>{}, store);
    const std::size_t packed = store->size();
    CHECK(packed > 0);
    const Plan<Interval64> second(w.graph, parameters, std::vector<int>{}, store);
    CHECK(store->size() == packed);
}

TEST_CASE("The hook between steps may replace a kept value before others read it") {
    Graph g;
    const int x = g.add_input("x", {1}), y = g.add("y", "Relu", op::Relu{}, {x}, {1}),
              z = g.add("z", "Add", op::Elementwise{Binary::add}, {y, x}, {1});
    g.outputs = {z};
    g.output_names = {"z"};
    Plan<Interval64> plan(g, {}, std::vector<int>{y});
    std::vector<int> seen;
    plan.run({AnyTensor<Interval64>(Dims{1}, {Interval(-1, 1)})}, [&](int node, AnyTensor<Interval64>& value) {
        seen.push_back(node);
        if (node == y) value.data[0] = Interval(0.25, 0.5);
    });
    CHECK(seen == std::vector<int>{y, z});
    CHECK(plan.output(0).data[0] == Interval(-0.75, 1.5));
}
