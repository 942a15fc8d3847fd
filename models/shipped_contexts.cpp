#include <tercet/models/shipped_contexts.hpp>

namespace tercet {

template Trace<Float64> run<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const std::vector<AnyTensor<Float64>>&);
template std::vector<AnyTensor<Float64>> interpret<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                            const std::vector<AnyTensor<Float64>>&);
template GraphGradient<Float64> pullback<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const Trace<Float64>&,
                                                  const std::vector<AnyTensor<Float64>>&, bool);

template Trace<Blas64> run<Blas64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const std::vector<AnyTensor<Blas64>>&);
template std::vector<AnyTensor<Blas64>> interpret<Blas64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                          const std::vector<AnyTensor<Blas64>>&);
template GraphGradient<Blas64> pullback<Blas64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const Trace<Blas64>&,
                                                const std::vector<AnyTensor<Blas64>>&, bool);

template Trace<Float32> run<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&, const std::vector<AnyTensor<Float32>>&);
template std::vector<AnyTensor<Float32>> interpret<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                                            const std::vector<AnyTensor<Float32>>&);
template GraphGradient<Float32> pullback<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&, const Trace<Float32>&,
                                                  const std::vector<AnyTensor<Float32>>&, bool);

template Trace<Interval64> run<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const std::vector<AnyTensor<Interval64>>&);
template std::vector<AnyTensor<Interval64>> interpret<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                                  const std::vector<AnyTensor<Interval64>>&);
template GraphGradient<Interval64> pullback<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&, const Trace<Interval64>&,
                                                        const std::vector<AnyTensor<Interval64>>&, bool);

template Trace<Rational> run<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&, const std::vector<AnyTensor<Rational>>&);
template std::vector<AnyTensor<Rational>> interpret<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                                              const std::vector<AnyTensor<Rational>>&);
template GraphGradient<Rational> pullback<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&, const Trace<Rational>&,
                                                    const std::vector<AnyTensor<Rational>>&, bool);

template Trace<Dyadic> run<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&, const std::vector<AnyTensor<Dyadic>>&);
template std::vector<AnyTensor<Dyadic>> interpret<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                                          const std::vector<AnyTensor<Dyadic>>&);
template GraphGradient<Dyadic> pullback<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&, const Trace<Dyadic>&,
                                                const std::vector<AnyTensor<Dyadic>>&, bool);

template class Plan<Float64>;
template class Plan<Blas64>;
template class Plan<Float32>;
template class Plan<Interval64>;
template class Plan<Rational>;
template class Plan<Dyadic>;

}  // namespace tercet
