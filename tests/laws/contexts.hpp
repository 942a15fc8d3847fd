/// The contexts that the laws are run over: a new one is one line here.
#pragma once

#include <tercet/core/functions.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <tuple>

namespace tercet::testing {

using DualRational = Dual<Rational>;
using DualDyadic = Dual<Dyadic>;
using DualFloat64 = Dual<Float64>;

using EveryContext = std::tuple<  //
    Float64,                      //
    Unordered64,                  //
    Float32,                      //
    Interval64,                   //
    IntervalWeights64,            //
    Rational,                     //
    Dyadic,                       //
    DualRational,                 //
    DualDyadic,                   //
    DualFloat64>;

template <class C>
constexpr bool is_dual = requires {
    typename C::Base;
};

namespace detail {
template <auto keep, class... Cs>
auto kept(std::tuple<Cs...>) {
    return std::tuple_cat(std::conditional_t<keep.template operator()<Cs>(), std::tuple<Cs>, std::tuple<>>{}...);
}
}  // namespace detail

/// Those of a list for which keep.operator()<C>() is true. A context stands for itself: its objects have no members.
template <auto keep, class List = EveryContext>
using Kept = decltype(detail::kept<keep>(List{}));

using PrimalContexts = Kept<[]<class C>() { return !is_dual<C>; }>;
using ExactContexts = Kept<[]<class C>() { return ExactContext<C> && !is_dual<C>; }>;
using RingContexts = Kept<[]<class C>() { return ExactContext<C>; }>;
using EnclosingContexts = Kept<[]<class C>() { return EnclosingContext<C>; }>;
/// Numbers, not sets of them.
using PointContexts = Kept<[]<class C>() { return !is_dual<C> && C::claim != Claim::enclosing; }>;
/// Results are those of the definition, to the bit.
using PlainContexts = Kept<[]<class C>() { return keeps_order<C> || ExactContext<C>; }>;
using FloatContexts = Kept<[]<class C>() { return keeps_order<C> && !is_dual<C>; }>;
using SmoothContexts = Kept<[]<class C>() { return ElementaryContext<C>; }>;
using SmoothPrimalContexts = Kept<[]<class C>() { return ElementaryContext<C> && !is_dual<C>; }>;
/// In which tests run graphs: the library's, and those of tests/support/answering.hpp.
using GraphContexts = Kept<[]<class C>() { return !std::same_as<C, DualDyadic>; }>;
/// Of one order of sums: a model's own formula and its graph give the same.
using OrderedContexts = Kept<[]<class C>() { return keeps_order<C> || C::claim != Claim::approximate; }, GraphContexts>;

}  // namespace tercet::testing
