/// Which context is what, and which is not: positive and negative tests of every concept.
#include <tercet/core/functions.hpp>
#include <tercet/layers/chain.hpp>
#include <tercet/models/autoencoder.hpp>

#include <string>

#include "../catch.hpp"
#include "random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// Is all that a context is, but for its slope.
struct Slopeless {
    using Scalar = double;
    static constexpr std::string_view name = "slopeless";
    static constexpr Claim claim = Claim::approximate;
    static constexpr Semantics semantics = Semantics::rounded;
    static double exact(double d) { return d; }
    static double ratio(std::int64_t p, std::int64_t q) { return static_cast<double>(p) / static_cast<double>(q); }
    static double max(double a, double b) { return a < b ? b : a; }
    static double relu(double a) { return max(a, 0); }
    static Truth less(double a, double b) { return truth(a < b); }
    static double indicator(Truth) { return 0; }
};

/// Compares with a bool.
struct TwoValued : Slopeless {
    static double step(double a) { return a > 0; }
    static bool less(double a, double b) { return a < b; }
};

/// The smallest context.
struct Smallest : Slopeless {
    static double step(double a) { return a > 0; }
};

template <class C, bool Elementary, bool Enclosing, bool Exact>
constexpr bool is_classified = Context<C>&& FieldContext<C>&& ElementaryContext<C> == Elementary&& RootContext<C> ==
                               Elementary&& EnclosingContext<C> == Enclosing&& ExactContext<C> == Exact;

static_assert(is_classified<Float64, true, false, false>);
static_assert(is_classified<Unordered64, true, false, false>);
static_assert(keeps_order<Float64> && !keeps_order<Unordered64> && !keeps_order<Interval64> && !keeps_order<Rational>);
static_assert(is_classified<Float32, true, false, false>);
static_assert(is_classified<Interval64, true, true, false>);
static_assert(is_classified<IntervalWeights64, true, true, false>);
static_assert(is_classified<Rational, false, false, true>);
static_assert(is_classified<DualRational, false, false, true>);
static_assert(is_classified<DualFloat64, true, false, false>);

// A ring: exact, without division.
static_assert(ExactContext<Dyadic> && !FieldContext<Dyadic> && !ElementaryContext<Dyadic> && !RootContext<Dyadic> &&
              !EnclosingContext<Dyadic>);
static_assert(ExactContext<DualDyadic> && !FieldContext<DualDyadic>);

static_assert(!Context<Slopeless> && !Context<TwoValued>);
static_assert(Context<Smallest> && !FieldContext<Smallest> && !ElementaryContext<Smallest> && !RootContext<Smallest>);
static_assert(RingOperators<double> && RingOperators<Interval> && !RingOperators<std::string>);

// Parameters are points, gradients of interval layers are interval layers.
static_assert(std::same_as<Parameters<Interval64>, Float64> && std::same_as<Parameters<IntervalWeights64>, Interval64>);
static_assert(std::same_as<Gradients<Interval64>, IntervalWeights64> && std::same_as<Gradients<Rational>, Rational>);
static_assert(std::same_as<Linear<Interval64>::Gradient, Linear<IntervalWeights64>>);

// lift exists only where nothing is lost.
static_assert(LiftsFrom<Dyadic, Float64> && LiftsFrom<Dyadic, Float32> && LiftsFrom<DualDyadic, Dyadic>);
static_assert(!LiftsFrom<Dyadic, Rational> && !LiftsFrom<Dyadic, Interval64> && !LiftsFrom<Float64, Dyadic>);
static_assert(LiftsFrom<Rational, Float64> && LiftsFrom<Interval64, Float64> && LiftsFrom<Float64, Float32> &&
              LiftsFrom<DualRational, Rational>);
static_assert(LiftsFrom<IntervalWeights64, Interval64> && LiftsFrom<Float64, Float64>);
static_assert(!LiftsFrom<Float64, Interval64> && !LiftsFrom<Float64, Rational> && !LiftsFrom<Rational, Interval64>);
static_assert(!LiftsFrom<Interval64, Rational> && !LiftsFrom<Rational, DualRational>);
template <class D, class C>
concept Narrows = requires(double x) {
    D::lift(x);
};
static_assert(!Narrows<Float32, Float64>, "a double is not a float without loss");

// Shapes: known to unknown is silent, unknown to known explicit, known 3 to known 2 nothing.
using V3 = Tensor<Float64, 3>;
using V2 = Tensor<Float64, 2>;
using V = Tensor<Float64, dyn>;
static_assert(std::convertible_to<V3, V> && !std::convertible_to<V, V3> && std::constructible_from<V3, V>);
static_assert(!std::constructible_from<V2, V3> && !std::constructible_from<Tensor<Float64, 3, 1>, V3> &&
              !std::constructible_from<Tensor<Rational, 3>, V3>);
static_assert(ShapesAgree<V, V3> && ShapesAgree<V3, V> && !ShapesAgree<V2, V3> &&
              !ShapesAgree<Tensor<Rational, 3>, V3>);

static_assert(HasMembers<Linear<Float64>> && HasMembers<Relu<Rational>> && !HasMembers<V3> && !HasMembers<double>);
static_assert(Composite<std::tuple<int>> && Composite<Linear<Float64>> && !Composite<V3> && !Composite<int>);
static_assert(std::is_aggregate_v<Linear<Float64>> && std::is_aggregate_v<Conv2d<Float64>> &&
              std::is_aggregate_v<Chain<Relu<Float64>>>);
static_assert(!std::is_convertible_v<Truth, bool>);

template <class T>
concept Ordered = requires(const T a, const T b) {
    a < b;
};
static_assert(!Ordered<Interval> && !Ordered<DualNumber<double>> && Ordered<double> && Ordered<RationalNumber>);

// Functions, one by one.
namespace fn = function;
template <class C>
constexpr bool has_smooth = Has<C, fn::All<fn::Exp, fn::Expm1, fn::Log, fn::Log1p, fn::Erf, fn::Sin, fn::Tan>>&&
    Has<C, fn::All<fn::Asin, fn::Acos, fn::Atan, fn::Sinh, fn::Asinh, fn::Acosh, fn::Atanh>>;
template <class C>
constexpr bool has_rounding = Has<C, fn::All<fn::Floor, fn::RoundEven>>;
static_assert(has_smooth<Float64> && has_smooth<Float32> && has_smooth<Unordered64> && has_smooth<DualFloat64>);
static_assert(has_smooth<Interval64> && has_smooth<IntervalWeights64> && has_smooth<Dual<Interval64>>);
static_assert(has_smooth<Dual<Dual<Interval64>>>);
static_assert(has_rounding<Float64> && has_rounding<Float32> && has_rounding<Unordered64> && has_rounding<DualFloat64>);
static_assert(has_rounding<Interval64> && has_rounding<IntervalWeights64> && has_rounding<Dual<Interval64>>);
static_assert(has_rounding<Rational> && has_rounding<Dyadic> && has_rounding<DualRational> && has_rounding<DualDyadic>);
static_assert(Has<Smallest, fn::None> && !Has<Slopeless, fn::None> && !has_rounding<Smallest>);
static_assert(Has<Rational, fn::Divide> && !Has<Dyadic, fn::Divide>);
static_assert(!Has<Rational, fn::Sin> && !Has<Dyadic, fn::Erf>);
static_assert(!Has<DualRational, fn::Expm1> && !Has<DualDyadic, fn::Atan>);
static_assert(std::string_view(missing<Rational, fn::All<fn::Divide, fn::Erf, fn::Exp>>) == "erf");
static_assert(missing<Float64, fn::All<fn::Erf, fn::Exp>> == nullptr);

// Does C compile as the scalar of a layer whose reach is stated by has_exp?
static_assert(ElementaryContext<Float64> && ElementaryContext<Interval64> && !ElementaryContext<Rational> && !ElementaryContext<DualRational>);

}  // namespace

TEMPLATE_TEST_CASE("A default scalar is 0, and indicator answers a Truth", "", Float64, Unordered64, Float32,
                   Interval64, IntervalWeights64, Rational, Dyadic, DualRational, DualDyadic, DualFloat64, Smallest) {
    using C = TestType;
    CHECK((Scalar<C>{} == C::exact(0.0)));
    CHECK((zero<C>() == C::ratio(0, 5)));
    CHECK((one<C>() == C::ratio(3, 3)));
    CHECK((Tensor<C, 2>{}[1] == zero<C>()));
    if constexpr (!std::same_as<C, Smallest>) {
        CHECK((C::indicator(Truth::no) == zero<C>()));
        CHECK((C::indicator(Truth::yes) == one<C>()));
        if constexpr (EnclosingContext<C>) CHECK((C::indicator(Truth::unknown) == C::hull(zero<C>(), one<C>())));
    }
}
