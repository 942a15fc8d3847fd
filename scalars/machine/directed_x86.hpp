/// The blocks of assembly of directed.hpp on x86-64. `saved` is an early-clobber output ("=&m"): it is written while
/// the operands are still needed. Both dialects are given ({AT&T|Intel}): under -masm=intel the operands of one alone
/// would silently change places.
#pragma once

#include <tercet/scalars/machine/fp_environment.hpp>

namespace tercet::directed {

/// The operations of directed.hpp.
enum class Operation { add, sub, mul, div };

namespace detail {

/// a op b under the MXCSR word `mode`. addsd b, a is a := a op b.
template <Operation op>
[[gnu::always_inline]] inline double binary(double a, double b, const FpControl& mode) {
    FpControl saved;
    if constexpr (op == Operation::add)
        asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\taddsd {%[b], %[a]|%[a], %[b]}\n\tldmxcsr %[saved]"
            : [a] "+x"(a), [saved] "=&m"(saved)
            : [b] "x"(b), [mode] "m"(mode));
    else if constexpr (op == Operation::sub)
        asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\tsubsd {%[b], %[a]|%[a], %[b]}\n\tldmxcsr %[saved]"
            : [a] "+x"(a), [saved] "=&m"(saved)
            : [b] "x"(b), [mode] "m"(mode));
    else if constexpr (op == Operation::mul)
        asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\tmulsd {%[b], %[a]|%[a], %[b]}\n\tldmxcsr %[saved]"
            : [a] "+x"(a), [saved] "=&m"(saved)
            : [b] "x"(b), [mode] "m"(mode));
    else
        asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\tdivsd {%[b], %[a]|%[a], %[b]}\n\tldmxcsr %[saved]"
            : [a] "+x"(a), [saved] "=&m"(saved)
            : [b] "x"(b), [mode] "m"(mode));
    return a;
}

[[gnu::always_inline]] inline double root(double a, const FpControl& mode) {
    FpControl saved;
    asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\tsqrtsd %[a], %[a]\n\tldmxcsr %[saved]"
        : [a] "+x"(a), [saved] "=&m"(saved)
        : [mode] "m"(mode));
    return a;
}

}  // namespace detail

}  // namespace tercet::directed
