/// Functions that a context may have, one by one: `Has<C, function::Erf>` where C gives
/// `static Scalar erf(const Scalar&)`, as well as it claims.
///
/// A context gains a function by one static member; what needs it (an operator, a layer) then runs there.
#pragma once

#include <tercet/core/context.hpp>

namespace tercet {

namespace function {

struct None {
    static constexpr const char* name = "nothing";
    template <class C>
    static constexpr bool in = true;
};
struct Divide {
    static constexpr const char* name = "division";
    template <class C>
    static constexpr bool in = FieldContext<C>;
};

template <class C>
using S = const Scalar<C>&;
struct Exp {
    static constexpr const char* name = "exp";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::exp(x);
    };
};
struct Expm1 {
    static constexpr const char* name = "expm1";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::expm1(x);
    };
};
struct Log {
    static constexpr const char* name = "log";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::log(x);
    };
};
struct Log1p {
    static constexpr const char* name = "log1p";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::log1p(x);
    };
};
struct Sqrt {
    static constexpr const char* name = "a square root";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::sqrt(x);
    };
};
struct Erf {
    static constexpr const char* name = "erf";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::erf(x);
        C::erfc(x);
        C::two_over_sqrt_pi();
    };
};
struct Sigmoid {
    static constexpr const char* name = "exp";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::sigmoid(x);
    };
};
struct Tanh {
    static constexpr const char* name = "exp";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::tanh(x);
    };
};
struct Sin {
    static constexpr const char* name = "sin";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::sin(x);
        C::cos(x);
    };
};
struct Tan {
    static constexpr const char* name = "tan";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::tan(x);
    };
};
struct Asin {
    static constexpr const char* name = "asin";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::asin(x);
    };
};
struct Acos {
    static constexpr const char* name = "acos";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::acos(x);
    };
};
struct Atan {
    static constexpr const char* name = "atan";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::atan(x);
    };
};
struct Sinh {
    static constexpr const char* name = "sinh";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::sinh(x);
        C::cosh(x);
    };
};
struct Asinh {
    static constexpr const char* name = "asinh";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::asinh(x);
    };
};
struct Acosh {
    static constexpr const char* name = "acosh";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::acosh(x);
    };
};
struct Atanh {
    static constexpr const char* name = "atanh";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::atanh(x);
    };
};
struct Floor {
    static constexpr const char* name = "floor";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::floor(x);
    };
};
struct RoundEven {
    static constexpr const char* name = "rounding to integers";
    template <class C>
    static constexpr bool in = requires(S<C> x) {
        C::round_even(x);
    };
};

/// Several at once; the name is that of the first that is missing.
template <class... Fs>
struct All {
    template <class C>
    static constexpr bool in = (Fs::template in<C> && ...);
};

/// The name of what C lacks of F, null where it lacks nothing.
template <class C, class F>
struct Missing {
    static constexpr const char* name = F::template in<C> ? nullptr : F::name;
};
template <class C, class... Fs>
struct Missing<C, All<Fs...>> {
    static constexpr const char* find() {
        const char* found = nullptr;
        ((found = found ? found : Missing<C, Fs>::name), ...);
        return found;
    }
    static constexpr const char* name = find();
};

}  // namespace function

template <class C, class F>
concept Has = Context<C> && F::template in<C>;

/// What C lacks of F, as the sentence of a refusal names it; null where it lacks nothing.
template <class C, class F>
inline constexpr const char* missing = function::Missing<C, F>::name;

}  // namespace tercet
