/// What follows for every layer and model from its two declarations, `with<D>` (the same layer over another context)
/// and `members()`.
///
/// lift, +, scale, zero_like, count and the visits below are written once, here. A member is a tensor of parameters, a
/// layer, a tuple or array of layers, or plain data (a slope, a geometry), which is copied as it is.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/core/kernels.hpp>

#include <tuple>

namespace tercet {

template <class L>
concept HasMembers = requires {
    L::members();
};

template <class T>
struct IsTensor : std::false_type {};
template <class C, int... Ds>
struct IsTensor<Tensor<C, Ds...>> : std::true_type {};

template <class T>
struct IsTuple : std::false_type {};
template <class... Ts>
struct IsTuple<std::tuple<Ts...>> : std::true_type {};

/// Is `To` able to say every number of `From` without loss?
template <class To, class From>
concept LiftsFrom = std::same_as<To, From> || std::same_as<Scalar<To>, Scalar<From>> || requires(const Scalar<From> x) {
    { To::lift(x) } -> std::same_as<Scalar<To>>;
};

/// The same number over D. Exists only where nothing is lost; the way back is `round_nearest`.
template <Context D, Context C>
requires LiftsFrom<D, C> Scalar<D> lift_scalar(const Scalar<C>& x) {
    if constexpr (std::same_as<Scalar<D>, Scalar<C>>) return x;
    else return D::lift(x);
}

/// The same numbers over D: `D::lift(storage)` where D lifts a whole tensor at once.
template <Context D, Context C>
requires LiftsFrom<D, C> Storage<D> lift_storage(const Storage<C>& x) {
    if constexpr (std::same_as<Storage<D>, Storage<C>>) {
        return x;
    } else if constexpr (requires {
                             { D::lift(x) } -> std::same_as<Storage<D>>;
                         }) {
        return D::lift(x);
    } else {
        Storage<D> data(x.size());
        for (std::size_t i = 0; i < data.size(); ++i) data[i] = lift_scalar<D, C>(x[i]);
        return data;
    }
}

template <Context D, class C, int... Ds>
requires LiftsFrom<D, C> Tensor<D, Ds...> lift(const Tensor<C, Ds...>& t) {
    return Tensor<D, Ds...>(t.dims(), lift_storage<D, C>(t.storage()));
}

template <Context D, class C>
requires LiftsFrom<D, C> AnyTensor<D> lift(const AnyTensor<C>& t) {
    return AnyTensor<D>(t.dims, lift_storage<D, C>(t.data));
}

namespace detail {
template <class L>
using Bare = std::remove_cvref_t<L>;

template <std::size_t I, class L>
decltype(auto) member(L&& layer) {
    return (layer.*std::get<I>(Bare<L>::members()));
}
template <std::size_t J, class F, class... Ts>
void call_at(F& f, Ts&... tuples) {
    f(std::get<J>(tuples)...);
}
template <class F, std::size_t... I, class... Ls>
void visit_members(F& f, std::index_sequence<I...>, Ls&... layers) {
    [[maybe_unused]] auto at = [&]<std::size_t J>() { f(member<J>(layers)...); };
    (at.template operator()<I>(), ...);
}
}  // namespace detail

/// A list of tensors, each as it is alone.
template <Context D, Context C>
requires LiftsFrom<D, C> std::vector<AnyTensor<D>> lift(const std::vector<AnyTensor<C>>& all) {
    std::vector<AnyTensor<D>> lifted;
    lifted.reserve(all.size());
    for (const auto& t : all) lifted.push_back(lift<D>(t));
    return lifted;
}

/// f(a.m, b.m, ...) for every member m of layers, or element of tuples, of one kind (perhaps over different contexts),
/// in declaration order.
template <class F, class First, class... Rest>
void zip_members(F f, First& first, Rest&... rest) {
    if constexpr (IsTuple<detail::Bare<First>>::value) {
        auto at = [&]<std::size_t... J>(std::index_sequence<J...>) { (detail::call_at<J>(f, first, rest...), ...); };
        at(std::make_index_sequence<std::tuple_size_v<detail::Bare<First>>>{});
    } else {
        constexpr auto n = std::tuple_size_v<decltype(detail::Bare<First>::members())>;
        detail::visit_members(f, std::make_index_sequence<n>{}, first, rest...);
    }
}

/// Made of parts: a layer, or a tuple of them.
template <class T>
concept Composite = HasMembers<T> || IsTuple<T>::value;

/// f(a.t, b.t, ...) for every parameter tensor t, depth first, in declaration order: the flat parameter list.
template <class F, class First, class... Rest>
void zip_parameters(const F& f, First& first, Rest&... rest) {
    using T = detail::Bare<First>;
    if constexpr (IsTensor<T>::value) {
        f(first, rest...);
    } else if constexpr (Composite<T>) {
        zip_members([&](auto&... m) { zip_parameters(f, m...); }, first, rest...);
    }
}

namespace detail {
template <class From, class To>
void assign_lifted(const From& from, To& to) {
    if constexpr (IsTensor<From>::value) to = To(lift<typename To::Context>(from));
    else if constexpr (Composite<From>) zip_members([](const auto& f, auto& t) { assign_lifted(f, t); }, from, to);
    else to = from;
}
}  // namespace detail

/// The same layer with every parameter lifted to the parameters of D; other data is copied.
template <Context D, HasMembers L>
typename L::template with<D> lift(const L& layer) {
    typename L::template with<D> result{};
    detail::assign_lifted(layer, result);
    return result;
}

/// The same layer with every parameter 0.
template <HasMembers L>
L zero_like(L layer) {
    zip_parameters([](auto& t) { t = detail::Bare<decltype(t)>(t.dims()); }, layer);
    return layer;
}

/// Sum of two layers of one shape, parameter by parameter: gradient accumulation.
template <HasMembers L>
L operator+(L a, const L& b) {
    zip_parameters(
        [](auto& x, const auto& y) {
            using C = typename detail::Bare<decltype(x)>::Context;
            if (x.dims() != y.dims())
                throw ShapeError("sum of parameters " + to_string_dims(x.dims()) + " and " + to_string_dims(y.dims()));
            accumulate<C>(x.size(), y.storage(), 0, x.storage(), 0);
        },
        a, b);
    return a;
}

/// Every parameter times s: gradient scaling.
template <HasMembers L, class S>
L scale(L layer, const S& s) {
    zip_parameters(
        [&](auto& t) {
            using C = typename detail::Bare<decltype(t)>::Context;
            Storage<C> factor(1);
            factor[0] = s;
            elementwise<C>(Binary::multiply, t.size(), ConstRun<C>{&t.storage(), 0, 1}, ConstRun<C>{&factor, 0, 0},
                           Run<C>{&t.storage(), 0, 1});
        },
        layer);
    return layer;
}

/// How many numbers the parameters are.
template <HasMembers L>
std::int64_t count_parameters(const L& layer) {
    std::int64_t n = 0;
    zip_parameters([&](const auto& t) { n += t.size(); }, layer);
    return n;
}

/// Equal parameters and equal other data.
template <Composite L>
bool equal(const L& a, const L& b) {
    bool same = true;
    zip_members(
        [&](const auto& x, const auto& y) {
            if constexpr (Composite<detail::Bare<decltype(x)>>) same = same && equal(x, y);
            else same = same && x == y;
        },
        a, b);
    return same;
}

}  // namespace tercet
