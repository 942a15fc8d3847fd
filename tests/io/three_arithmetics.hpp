/// A model at a point of small dyadic numbers, where nothing rounds: floats, intervals and fractions agree exactly.
#pragma once

#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include "catch.hpp"
#include "onnx_models.hpp"

namespace onnx_models {

/// The first output over C at a point.
template <tercet::Context C>
tercet::Storage<C> run_over(const tercet::OnnxModel& m, const std::vector<Reals>& xs) {
    using namespace tercet;
    std::vector<AnyTensor<tercet::Parameters<C>>> parameters;
    for (const auto& p : m.network.parameters) parameters.push_back(lift<tercet::Parameters<C>>(p));
    const Graph& g = m.network.graph;
    std::vector<AnyTensor<C>> inputs;
    for (std::size_t i = 0; i < g.inputs.size(); ++i)
        inputs.push_back(lift<C>(tensor(g.nodes[static_cast<std::size_t>(g.inputs[i])].shape, xs.at(i))));
    return interpret<C>(g, parameters, inputs).at(0).data;
}

/// The first output, after a check that it is the same number in the three arithmetics.
inline Reals run_thrice(const tercet::OnnxModel& m, const std::vector<Reals>& xs) {
    const Reals y = run(m, xs);
    const auto exact = run_over<tercet::Rational>(m, xs);
    const auto enclosed = run_over<tercet::Interval64>(m, xs);
    REQUIRE(exact.size() == y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        CAPTURE(i, y[i]);
        CHECK((exact[i] == tercet::Rational::exact(y[i])));
        CHECK((enclosed[i] == tercet::Interval(y[i])));
    }
    return y;
}
inline Reals run_thrice(const tercet::OnnxModel& m, const Reals& x) { return run_thrice(m, std::vector<Reals>{x}); }

}  // namespace onnx_models
