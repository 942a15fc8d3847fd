#include <tercet/models/exact.hpp>

namespace tercet {

std::vector<AnyTensor<Rational>> exact_outputs(const Network<Float64>& network,
                                               const std::vector<AnyTensor<Float64>>& inputs) {
    return with_exact(network.graph, [&]<Context C>() {
        return in_rationals(interpret<C>(network.graph, lift<C>(network.parameters), lift<C>(inputs)));
    });
}

GraphGradient<Rational> exact_gradients(const Network<Float64>& network, const std::vector<AnyTensor<Float64>>& inputs,
                                        const std::vector<AnyTensor<Float64>>& cotangents, bool with_parameters) {
    return with_exact(network.graph, [&]<Context C>() {
        const auto parameters = lift<C>(network.parameters);
        const auto trace = run<C>(network.graph, parameters, lift<C>(inputs));
        return in_rationals(pullback<C>(network.graph, parameters, trace, lift<C>(cotangents), with_parameters));
    });
}

}  // namespace tercet
