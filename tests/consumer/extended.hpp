/// A Context of the user's own in one file: x86's 80-bit long double, which tercet does not ship.
#pragma once

#include <tercet/core/kernels.hpp>

struct Extended {
    using Scalar = long double;
    static constexpr std::string_view name = "extended";
    static constexpr tercet::Claim claim = tercet::Claim::approximate;
    static constexpr tercet::Semantics semantics = tercet::Semantics::rounded;

    static long double exact(double d) { return d; }
    static long double lift(double d) { return d; }
    static long double ratio(std::int64_t p, std::int64_t q) {
        return static_cast<long double>(p) / static_cast<long double>(q);
    }
    static long double max(long double a, long double b) { return a <= b ? b : a; }
    static long double relu(long double a) { return max(a, 0); }
    static long double step(long double a) { return a > 0 ? 1 : 0; }
    static tercet::Truth less(long double a, long double b) { return tercet::truth(a < b); }
    static long double indicator(tercet::Truth t) { return static_cast<long double>(t) / 2; }
    static long double divide(long double a, long double b) { return a / b; }
};
static_assert(tercet::FieldContext<Extended> && !tercet::ElementaryContext<Extended>);
