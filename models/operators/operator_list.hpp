/// A list of operator types, and what an Operator of one of them is.
#pragma once

#include <tercet/models/operators/operator.hpp>

namespace tercet {

template <class... Ops>
struct OperatorList {
    /// f.operator()<Op>() for each.
    template <class F>
    static void for_each_type(F f) {
        (f.template operator()<Ops>(), ...);
    }

    /// f(the operator as what it is).
    template <class F>
    static auto visit(const Operator& op, F f) {
        using Result = std::common_type_t<decltype(f(std::declval<const Ops&>()))...>;
        if constexpr (std::is_void_v<Result>) {
            if (!((op.as<Ops>() ? (f(*op.as<Ops>()), true) : false) || ...))
                throw UnsupportedOp("an operator that is not in the list");
        } else {
            std::optional<Result> result;
            if (!((op.as<Ops>() ? (result.emplace(f(*op.as<Ops>())), true) : false) || ...))
                throw UnsupportedOp("an operator that is not in the list");
            return std::move(*result);
        }
    }
};

namespace detail {
template <class A, class B>
struct JoinedLists;
template <class... As, class... Bs>
struct JoinedLists<OperatorList<As...>, OperatorList<Bs...>> {
    using type = OperatorList<As..., Bs...>;
};
}  // namespace detail

template <class A, class B>
using Joined = typename detail::JoinedLists<A, B>::type;

}  // namespace tercet
