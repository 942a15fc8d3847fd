#include <tercet/models/exact.hpp>

namespace tercet {

namespace {

template <Context C>
std::vector<AnyTensor<C>> lifted(const std::vector<AnyTensor<Float64>>& all) {
    std::vector<AnyTensor<C>> to;
    to.reserve(all.size());
    for (const auto& x : all) to.push_back(lift<C>(x));
    return to;
}

}  // namespace

std::vector<AnyTensor<Rational>> exact_outputs(const Network<Float64>& network,
                                               const std::vector<AnyTensor<Float64>>& inputs) {
    return with_exact(network.graph, [&]<Context C>() {
        return in_rationals(interpret<C>(network.graph, lifted<C>(network.parameters), lifted<C>(inputs)));
    });
}

GraphGradient<Rational> exact_gradients(const Network<Float64>& network, const std::vector<AnyTensor<Float64>>& inputs,
                                        const std::vector<AnyTensor<Float64>>& cotangents, bool with_parameters) {
    return with_exact(network.graph, [&]<Context C>() {
        const auto parameters = lifted<C>(network.parameters);
        const auto trace = run<C>(network.graph, parameters, lifted<C>(inputs));
        return in_rationals(pullback<C>(network.graph, parameters, trace, lifted<C>(cotangents), with_parameters));
    });
}

}  // namespace tercet
