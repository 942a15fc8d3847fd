/// Pullbacks of smooth nodes in a graph, in both tails: Sigmoid, Tanh, and Softmax along any axis or over flattened
/// ones.
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/softmax.hpp>

#include "../catch.hpp"
#include "../scalars/many_bits.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

const Dims shape{2, 3, 2};
const std::vector<double> x = {40, -1, 0.5, 30, -100, 0.25, 700, 0, 2, -40, 1, 85},
                          g = {1, 0, 0, 1, 1, -2, 1, 1, 0, 0.5, 1, 3};

/// d<g, op(x)>/dx through a graph of one node.
template <Context C>
std::vector<Scalar<C>> gradient(Operator op) {
    Graph graph;
    const int in = graph.add_input("x", shape);
    graph.outputs = {graph.add("y", "smooth", std::move(op), {in}, shape)};
    AnyTensor<C> at(shape), cotangent(shape);
    for (std::size_t i = 0; i < x.size(); ++i) at.data[i] = C::exact(x[i]), cotangent.data[i] = C::exact(g[i]);
    const auto trace = run<C>(graph, {}, {at});
    return pullback<C>(graph, {}, trace, {cotangent}).inputs.at(0).data;
}

template <class T, class Exact>
bool accurate(const T& y, const Exact& exact) {
    if constexpr (std::same_as<T, Interval>) return tight(y, exact, 1e-14);
    else return ulps(y, exact) <= 4;
}

/// The places of one softmax: those whose index outside its axes is the same.
void check_softmax_rows(int axis, bool flatten, const std::vector<std::vector<std::size_t>>& rows) {
    const auto floats = gradient<Float64>(op::Softmax{axis, flatten});
    const auto boxes = gradient<Interval64>(op::Softmax{axis, flatten});
    for (const auto& row : rows) {
        std::vector<double> at, cotangent;
        for (const std::size_t i : row) at.push_back(x[i]), cotangent.push_back(g[i]);
        const auto exact = exact_softmax_pullback(at, cotangent);
        for (std::size_t k = 0; k < row.size(); ++k) {
            INFO("axis " << axis << ", element " << row[k] << ": " << floats[row[k]]);
            CHECK(accurate(floats[row[k]], exact[k]));
            CHECK(accurate(boxes[row[k]], exact[k]));
        }
    }
}

}  // namespace

TEST_CASE("Softmax's pullback along each axis, and over flattened ones, keeps its digits in the tails") {
    check_softmax_rows(0, false, {{0, 6}, {1, 7}, {2, 8}, {3, 9}, {4, 10}, {5, 11}});
    check_softmax_rows(1, false, {{0, 2, 4}, {1, 3, 5}, {6, 8, 10}, {7, 9, 11}});
    check_softmax_rows(2, false, {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}, {10, 11}});
    check_softmax_rows(1, true, {{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}});
    check_softmax_rows(0, true, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}});
}

TEST_CASE("The pullbacks of Sigmoid and Tanh nodes keep their digits in the tails") {
    const auto s = gradient<Float64>(op::Sigmoid{}), t = gradient<Float64>(op::Tanh{});
    const auto sb = gradient<Interval64>(op::Sigmoid{}), tb = gradient<Interval64>(op::Tanh{});
    for (std::size_t i = 0; i < x.size(); ++i) {
        INFO("x = " << x[i] << ", g = " << g[i]);
        CHECK(accurate(s[i], Bits200(exact_sigmoid_slope(x[i]) * g[i])));
        CHECK(accurate(sb[i], Bits200(exact_sigmoid_slope(x[i]) * g[i])));
        CHECK(accurate(t[i], Bits200(exact_tanh_slope(x[i]) * g[i])));
        CHECK(accurate(tb[i], Bits200(exact_tanh_slope(x[i]) * g[i])));
    }
}
