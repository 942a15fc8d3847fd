/// A list of operator types.
#pragma once

namespace tercet {

template <class... Ops>
struct OperatorList {
    /// f.operator()<Op>() for each.
    template <class F>
    static void for_each_type(F f) {
        (f.template operator()<Ops>(), ...);
    }
};

/// Lists one after another.
template <class... Lists>
struct Joined {
    template <class F>
    static void for_each_type(F f) {
        (Lists::for_each_type(f), ...);
    }
};

}  // namespace tercet
