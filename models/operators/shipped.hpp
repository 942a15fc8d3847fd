/// What the library holds of a group of operators: their answers over every context that it ships.
#pragma once

#include <tercet/models/operators/answering.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/integers.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/unordered64.hpp>

namespace tercet {

/// `template struct Shipped<Group>;` in a source of the library compiles them there.
template <class Group>
struct Shipped {
    template <class C>
    using Find = const AnswersOver<C>* (*)(const Operator&);

    static inline const Find<Float64> float64 = answers_in<Float64, Group>;
    static inline const Find<Unordered64> unordered64 = answers_in<Unordered64, Group>;
    static inline const Find<Float32> float32 = answers_in<Float32, Group>;
    static inline const Find<Interval64> interval64 = answers_in<Interval64, Group>;
    static inline const Find<Rational> rational = answers_in<Rational, Group>;
    static inline const Find<Dyadic> dyadic = answers_in<Dyadic, Group>;
    static inline const Find<Integers> integers = answers_in<Integers, Group>;
};

}  // namespace tercet
