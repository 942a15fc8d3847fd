/// What several tests run graphs in beside the contexts that the library holds: the answers of a group over them.
#pragma once

#include <tercet/models/operators/answering.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include "rational_interval.hpp"

namespace tercet::testing {

template <class Group>
struct Tested {
    template <class C>
    using Find = const AnswersOver<C>* (*)(const Operator&);

    static inline const Find<Dual<Float64>> dual_float64 = answers_in<Dual<Float64>, Group>;
    static inline const Find<Dual<Interval64>> dual_interval64 = answers_in<Dual<Interval64>, Group>;
    static inline const Find<Dual<Rational>> dual_rational = answers_in<Dual<Rational>, Group>;
    static inline const Find<IntervalWeights64> interval_weights64 = answers_in<IntervalWeights64, Group>;
    static inline const Find<RationalInterval> rational_interval = answers_in<RationalInterval, Group>;
};

}  // namespace tercet::testing
