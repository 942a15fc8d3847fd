/// Running graphs in the contexts that tercet ships: plans, reverses and operators are compiled once, in the library.
#pragma once

#include <tercet/models/graph/run.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/unordered64.hpp>

namespace tercet {

extern template const AnswersOver<Float64>& answers_over<Float64>(const Operator&);
extern template class Plan<Float64>;
extern template class Reverse<Float64>;
extern template Trace<Float64> run<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                            const std::vector<AnyTensor<Float64>>&);
extern template std::vector<AnyTensor<Float64>> interpret<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                                   const std::vector<AnyTensor<Float64>>&);
extern template LinearForms<Float64> pull<Float64, Derivative>(Reverse<Float64>&, LinearForms<Float64>,
                                                               const Derivative&);
extern template GraphGradient<Float64> pullback<Float64>(Reverse<Float64>&, const std::vector<AnyTensor<Float64>>&);
extern template GraphGradient<Float64> pullback<Float64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                         const Trace<Float64>&, const std::vector<AnyTensor<Float64>>&,
                                                         bool);

extern template const AnswersOver<Unordered64>& answers_over<Unordered64>(const Operator&);
extern template class Plan<Unordered64>;
extern template class Reverse<Unordered64>;
extern template Trace<Unordered64> run<Unordered64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                    const std::vector<AnyTensor<Unordered64>>&);
extern template std::vector<AnyTensor<Unordered64>> interpret<Unordered64>(const Graph&,
                                                                           const std::vector<AnyTensor<Float64>>&,
                                                                           const std::vector<AnyTensor<Unordered64>>&);
extern template LinearForms<Unordered64> pull<Unordered64, Derivative>(Reverse<Unordered64>&, LinearForms<Unordered64>,
                                                                       const Derivative&);
extern template GraphGradient<Unordered64> pullback<Unordered64>(Reverse<Unordered64>&,
                                                                 const std::vector<AnyTensor<Unordered64>>&);
extern template GraphGradient<Unordered64> pullback<Unordered64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                                 const Trace<Unordered64>&,
                                                                 const std::vector<AnyTensor<Unordered64>>&, bool);

extern template const AnswersOver<Float32>& answers_over<Float32>(const Operator&);
extern template class Plan<Float32>;
extern template class Reverse<Float32>;
extern template Trace<Float32> run<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                            const std::vector<AnyTensor<Float32>>&);
extern template std::vector<AnyTensor<Float32>> interpret<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                                                   const std::vector<AnyTensor<Float32>>&);
extern template LinearForms<Float32> pull<Float32, Derivative>(Reverse<Float32>&, LinearForms<Float32>,
                                                               const Derivative&);
extern template GraphGradient<Float32> pullback<Float32>(Reverse<Float32>&, const std::vector<AnyTensor<Float32>>&);
extern template GraphGradient<Float32> pullback<Float32>(const Graph&, const std::vector<AnyTensor<Float32>>&,
                                                         const Trace<Float32>&, const std::vector<AnyTensor<Float32>>&,
                                                         bool);

extern template const AnswersOver<Interval64>& answers_over<Interval64>(const Operator&);
extern template class Plan<Interval64>;
extern template class Reverse<Interval64>;
extern template Trace<Interval64> run<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                  const std::vector<AnyTensor<Interval64>>&);
extern template std::vector<AnyTensor<Interval64>> interpret<Interval64>(const Graph&,
                                                                         const std::vector<AnyTensor<Float64>>&,
                                                                         const std::vector<AnyTensor<Interval64>>&);
extern template LinearForms<Interval64> pull<Interval64, Derivative>(Reverse<Interval64>&, LinearForms<Interval64>,
                                                                     const Derivative&);
extern template GraphGradient<Interval64> pullback<Interval64>(Reverse<Interval64>&,
                                                               const std::vector<AnyTensor<Interval64>>&);
extern template GraphGradient<Interval64> pullback<Interval64>(const Graph&, const std::vector<AnyTensor<Float64>>&,
                                                               const Trace<Interval64>&,
                                                               const std::vector<AnyTensor<Interval64>>&, bool);

extern template const AnswersOver<Rational>& answers_over<Rational>(const Operator&);
extern template class Plan<Rational>;
extern template class Reverse<Rational>;
extern template Trace<Rational> run<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                              const std::vector<AnyTensor<Rational>>&);
extern template std::vector<AnyTensor<Rational>> interpret<Rational>(const Graph&,
                                                                     const std::vector<AnyTensor<Rational>>&,
                                                                     const std::vector<AnyTensor<Rational>>&);
extern template LinearForms<Rational> pull<Rational, Derivative>(Reverse<Rational>&, LinearForms<Rational>,
                                                                 const Derivative&);
extern template GraphGradient<Rational> pullback<Rational>(Reverse<Rational>&, const std::vector<AnyTensor<Rational>>&);
extern template GraphGradient<Rational> pullback<Rational>(const Graph&, const std::vector<AnyTensor<Rational>>&,
                                                           const Trace<Rational>&,
                                                           const std::vector<AnyTensor<Rational>>&, bool);

extern template const AnswersOver<Dyadic>& answers_over<Dyadic>(const Operator&);
extern template class Plan<Dyadic>;
extern template class Reverse<Dyadic>;
extern template Trace<Dyadic> run<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                          const std::vector<AnyTensor<Dyadic>>&);
extern template std::vector<AnyTensor<Dyadic>> interpret<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                                                 const std::vector<AnyTensor<Dyadic>>&);
extern template LinearForms<Dyadic> pull<Dyadic, Derivative>(Reverse<Dyadic>&, LinearForms<Dyadic>, const Derivative&);
extern template GraphGradient<Dyadic> pullback<Dyadic>(Reverse<Dyadic>&, const std::vector<AnyTensor<Dyadic>>&);
extern template GraphGradient<Dyadic> pullback<Dyadic>(const Graph&, const std::vector<AnyTensor<Dyadic>>&,
                                                       const Trace<Dyadic>&, const std::vector<AnyTensor<Dyadic>>&,
                                                       bool);

}  // namespace tercet
