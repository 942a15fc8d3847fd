#include <tercet/models/graph/shipped_contexts.hpp>

namespace tercet {

template const AnswersOver<Float64>& answers_over<Float64>(const Operator&);
template class Plan<Float64>;
template class Reverse<Float64>;
template Trace<Float64> run<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                     const std::vector<AnyTensor<Float64>>&);
template std::vector<AnyTensor<Float64>> interpret<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                            const std::vector<AnyTensor<Float64>>&);
template LinearForms<Float64> pull<Float64, Derivative>(Reverse<Float64>&, LinearForms<Float64>, const Derivative&);
template GraphGradient<Float64> pullback<Float64>(Reverse<Float64>&, const std::vector<AnyTensor<Float64>>&);
template GraphGradient<Float64> pullback<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                  const Trace<Float64>&, const std::vector<AnyTensor<Float64>>&, bool);

template const AnswersOver<Unordered64>& answers_over<Unordered64>(const Operator&);
template class Plan<Unordered64>;
template class Reverse<Unordered64>;
template Trace<Unordered64> run<Unordered64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                             const std::vector<AnyTensor<Unordered64>>&);
template std::vector<AnyTensor<Unordered64>> interpret<Unordered64>(const Graph&,
                                                                    const std::vector<AnyTensor<Float64>>&,
                                                                    const std::vector<AnyTensor<Unordered64>>&);
template LinearForms<Unordered64> pull<Unordered64, Derivative>(Reverse<Unordered64>&, LinearForms<Unordered64>,
                                                                const Derivative&);
template GraphGradient<Unordered64> pullback<Unordered64>(Reverse<Unordered64>&,
                                                          const std::vector<AnyTensor<Unordered64>>&);
template GraphGradient<Unordered64> pullback<Unordered64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                          const Trace<Unordered64>&,
                                                          const std::vector<AnyTensor<Unordered64>>&, bool);

template const AnswersOver<Float32>& answers_over<Float32>(const Operator&);
template class Plan<Float32>;
template class Reverse<Float32>;
template Trace<Float32> run<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                     const std::vector<AnyTensor<Float32>>&);
template std::vector<AnyTensor<Float32>> interpret<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                                            const std::vector<AnyTensor<Float32>>&);
template LinearForms<Float32> pull<Float32, Derivative>(Reverse<Float32>&, LinearForms<Float32>, const Derivative&);
template GraphGradient<Float32> pullback<Float32>(Reverse<Float32>&, const std::vector<AnyTensor<Float32>>&);
template GraphGradient<Float32> pullback<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                                  const Trace<Float32>&, const std::vector<AnyTensor<Float32>>&, bool);

template const AnswersOver<Interval64>& answers_over<Interval64>(const Operator&);
template class Plan<Interval64>;
template class Reverse<Interval64>;
template Trace<Interval64> run<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                           const std::vector<AnyTensor<Interval64>>&);
template std::vector<AnyTensor<Interval64>> interpret<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                                  const std::vector<AnyTensor<Interval64>>&);
template LinearForms<Interval64> pull<Interval64, Derivative>(Reverse<Interval64>&, LinearForms<Interval64>,
                                                              const Derivative&);
template GraphGradient<Interval64> pullback<Interval64>(Reverse<Interval64>&,
                                                        const std::vector<AnyTensor<Interval64>>&);
template GraphGradient<Interval64> pullback<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                        const Trace<Interval64>&,
                                                        const std::vector<AnyTensor<Interval64>>&, bool);

template const AnswersOver<Rational>& answers_over<Rational>(const Operator&);
template class Plan<Rational>;
template class Reverse<Rational>;
template Trace<Rational> run<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                       const std::vector<AnyTensor<Rational>>&);
template std::vector<AnyTensor<Rational>> interpret<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                                              const std::vector<AnyTensor<Rational>>&);
template LinearForms<Rational> pull<Rational, Derivative>(Reverse<Rational>&, LinearForms<Rational>, const Derivative&);
template GraphGradient<Rational> pullback<Rational>(Reverse<Rational>&, const std::vector<AnyTensor<Rational>>&);
template GraphGradient<Rational> pullback<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                                    const Trace<Rational>&, const std::vector<AnyTensor<Rational>>&,
                                                    bool);

template const AnswersOver<Dyadic>& answers_over<Dyadic>(const Operator&);
template class Plan<Dyadic>;
template class Reverse<Dyadic>;
template Trace<Dyadic> run<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                   const std::vector<AnyTensor<Dyadic>>&);
template std::vector<AnyTensor<Dyadic>> interpret<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                                          const std::vector<AnyTensor<Dyadic>>&);
template LinearForms<Dyadic> pull<Dyadic, Derivative>(Reverse<Dyadic>&, LinearForms<Dyadic>, const Derivative&);
template GraphGradient<Dyadic> pullback<Dyadic>(Reverse<Dyadic>&, const std::vector<AnyTensor<Dyadic>>&);
template GraphGradient<Dyadic> pullback<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                                const Trace<Dyadic>&, const std::vector<AnyTensor<Dyadic>>&, bool);

}  // namespace tercet
