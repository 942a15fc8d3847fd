/// The fastest exact context of a graph: Dyadic, whose numbers are Rational's without a gcd, where nothing divides;
/// else Rational.
#pragma once

#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

namespace tercet {

/// Does the graph run over Dyadic?
inline bool runs_in_dyadic(const Graph& graph) { return refusals<Dyadic>(graph).empty(); }

/// f.operator()<C>() over that context.
template <class F>
decltype(auto) with_exact(const Graph& graph, F&& f) {
    return runs_in_dyadic(graph) ? f.template operator()<Dyadic>() : f.template operator()<Rational>();
}

/// The same numbers as fractions; about 100 bytes each. Throws LimitError.
inline AnyTensor<Rational> in_rationals(const AnyTensor<Dyadic>& x) {
    require_memory(x.data.size(), bytes_of_scalar<Rational>, "its exact numbers as fractions");
    AnyTensor<Rational> q(x.dims);
    for (std::size_t i = 0; i < q.data.size(); ++i) q.data[i] = to_rational(x.data[i]);
    return q;
}
inline AnyTensor<Rational> in_rationals(AnyTensor<Rational> x) { return x; }

template <ExactContext C>
std::vector<AnyTensor<Rational>> in_rationals(std::vector<AnyTensor<C>> all) {
    std::vector<AnyTensor<Rational>> q;
    q.reserve(all.size());
    for (auto& x : all) q.push_back(in_rationals(std::exchange(x, {})));
    return q;
}

template <ExactContext C>
GraphGradient<Rational> in_rationals(GraphGradient<C> d) {
    return {in_rationals(std::move(d.inputs)), in_rationals(std::move(d.parameters))};
}

/// The exact outputs of a network. Throws as interpret does.
std::vector<AnyTensor<Rational>> exact_outputs(const Network<Float64>& network,
                                               const std::vector<AnyTensor<Float64>>& inputs);

/// Exact gradients of <cotangent, output>, cotangents of exact doubles. Throws as pullback does.
GraphGradient<Rational> exact_gradients(const Network<Float64>& network, const std::vector<AnyTensor<Float64>>& inputs,
                                        const std::vector<AnyTensor<Float64>>& cotangents, bool with_parameters = true);

}  // namespace tercet
