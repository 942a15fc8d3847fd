/// A Context says what a number is, what it claims about the real number it stands for, and how its bulk loops run.
///
/// It is a struct of static functions beside a value type. Layers and models are templates over it and never compare
/// scalars:
/// order comes back as a Truth, and relu, max, step are primitives.
#pragma once

#include <tercet/core/truth.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tercet {

/// What a value asserts about the real number it stands for: nothing proven, that it contains it, that it is it.
enum class Claim { approximate, enclosing, exact };

/// What the claim is about: the real result of an operation over the operands' real numbers, or one run of it in
/// rounded arithmetic.
enum class Semantics { real, rounded };

constexpr const char* to_string(Semantics s) { return s == Semantics::real ? "real" : "rounded"; }

template <class C>
using Scalar = typename C::Scalar;

namespace detail {
template <class C>
struct StorageOf {
    using type = std::vector<Scalar<C>>;
};
template <class C>
requires requires { typename C::Storage; }
struct StorageOf<C> {
    using type = typename C::Storage;
};
template <class C>
struct ParametersOf {
    using type = C;
};
template <class C>
requires requires { typename C::Parameters; }
struct ParametersOf<C> {
    using type = typename C::Parameters;
};
template <class C>
struct GradientsOf {
    using type = C;
};
template <class C>
requires requires { typename C::Gradients; }
struct GradientsOf<C> {
    using type = typename C::Gradients;
};
}  // namespace detail

/// How the elements of a tensor lie in memory: `C::Storage`, else a vector of scalars. A storage is constructed from a
/// count (all zero), copies, and has `size()` and `operator[]`.
template <class C>
using Storage = typename detail::StorageOf<C>::type;

/// Does a tensor of C lie in a std::vector, whose memory can be used again?
template <class C>
inline constexpr bool has_vector_storage = std::same_as<Storage<C>, std::vector<Scalar<C>>>;

/// The context of a layer's weights: `C::Parameters`, else C itself. The weights of a network are known exactly, also
/// when its activations are intervals, so Interval64 names Float64 here.
template <class C>
using Parameters = typename detail::ParametersOf<C>::type;

/// The context over which the gradient of a layer over C is a layer: its parameters are scalars of C. `C::Gradients`,
/// else C itself.
template <class C>
using Gradients = typename detail::GradientsOf<C>::type;

template <class T>
concept RingOperators = requires(const T a, const T b) {
    { a + b } -> std::convertible_to<T>;
    { a - b } -> std::convertible_to<T>;
    { a* b } -> std::convertible_to<T>;
    { -a } -> std::convertible_to<T>;
};

/// A default-constructed scalar is the number 0.
template <class C>
concept Context = std::regular<Scalar<C>> && RingOperators<Scalar<C>> &&
    requires(const Scalar<C> a, const Scalar<C> b, double d, std::int64_t p, std::int64_t q, Truth t) {
    { C::name } -> std::convertible_to<std::string_view>;  // as printed and as typed on the command line
    { C::claim } -> std::convertible_to<Claim>;
    { C::semantics } -> std::convertible_to<Semantics>;
    { C::exact(d) } -> std::same_as<Scalar<C>>;     // the real number d; nothing lost, but in a narrower float
    { C::ratio(p, q) } -> std::same_as<Scalar<C>>;  // the real number p/q, as well as C can say it
    { C::max(a, b) } -> std::same_as<Scalar<C>>;
    { C::relu(a) } -> std::same_as<Scalar<C>>;
    { C::step(a) } -> std::same_as<Scalar<C>>;  // slope of relu at a, 0 at 0
    { C::less(a, b) } -> std::same_as<Truth>;
    { C::indicator(t) } -> std::same_as<Scalar<C>>;  // no 0, yes 1, unknown [0, 1]
};

template <class C>
concept FieldContext = Context<C> && requires(const Scalar<C> a, const Scalar<C> b) {
    { C::divide(a, b) } -> std::same_as<Scalar<C>>;
};

/// exp, log, tanh and sigmoid, as well as C claims.
template <class C>
concept ElementaryContext = FieldContext<C> && requires(const Scalar<C> a) {
    { C::exp(a) } -> std::same_as<Scalar<C>>;
    { C::log(a) } -> std::same_as<Scalar<C>>;
    { C::tanh(a) } -> std::same_as<Scalar<C>>;
    { C::sigmoid(a) } -> std::same_as<Scalar<C>>;
};

/// sqrt is not in ElementaryContext: batch normalisation needs it and nothing else.
template <class C>
concept RootContext = FieldContext<C> && requires(const Scalar<C> a) {
    { C::sqrt(a) } -> std::same_as<Scalar<C>>;
};

/// `C::Bound` is the type of an end: a number that C::point makes a scalar again, where it is one.
template <class C>
concept EnclosingContext = Context<C> && C::claim == Claim::enclosing&& requires(const Scalar<C> a, const Scalar<C> b) {
    { C::lower(a) } -> std::same_as<typename C::Bound>;
    { C::upper(a) } -> std::same_as<typename C::Bound>;
    { C::bounded(a) } -> std::same_as<bool>;  // no end is infinite
    { C::point(C::lower(a)) } -> std::same_as<Scalar<C>>;
    { C::hull(a, b) } -> std::same_as<Scalar<C>>;
};
template <class C>
concept ExactContext = Context<C> && C::claim == Claim::exact;

/// Does C promise the reference order of sums, and with it its bits? An approximate context does, unless it says
/// `any_order`.
template <class C>
inline constexpr bool keeps_order = C::claim == Claim::approximate && !requires {
    C::any_order;
};

/// A parameter as a scalar: the identity where the parameter context is C itself, else `C::exact`.
template <class C, class P>
Scalar<C> as_scalar(const P& parameter) {
    if constexpr (std::same_as<P, Scalar<C>>) return parameter;
    else return C::exact(parameter);
}

template <Context C>
Scalar<C> zero() {
    return C::exact(0.0);
}
template <Context C>
Scalar<C> one() {
    return C::exact(1.0);
}

}  // namespace tercet
