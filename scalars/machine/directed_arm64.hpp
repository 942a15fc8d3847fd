/// The blocks of assembly of directed.hpp on ARM64. `saved` is an early-clobber output ("=&r"): it is written while the
/// operands are still needed.
#pragma once

#include <tercet/scalars/machine/fp_environment.hpp>

namespace tercet::directed {

/// The operations of directed.hpp.
enum class Operation { add, sub, mul, div };

namespace detail {

/// a op b under the control word `mode`.
template <Operation op>
[[gnu::always_inline]] inline double binary(double a, double b, const FpControl& mode) {
    FpControl saved;
    if constexpr (op == Operation::add)
        asm("mrs %[saved], fpcr\n\tmsr fpcr, %[mode]\n\tfadd %d[a], %d[a], %d[b]\n\tmsr fpcr, %[saved]"
            : [a] "+w"(a), [saved] "=&r"(saved)
            : [b] "w"(b), [mode] "r"(mode));
    else if constexpr (op == Operation::sub)
        asm("mrs %[saved], fpcr\n\tmsr fpcr, %[mode]\n\tfsub %d[a], %d[a], %d[b]\n\tmsr fpcr, %[saved]"
            : [a] "+w"(a), [saved] "=&r"(saved)
            : [b] "w"(b), [mode] "r"(mode));
    else if constexpr (op == Operation::mul)
        asm("mrs %[saved], fpcr\n\tmsr fpcr, %[mode]\n\tfmul %d[a], %d[a], %d[b]\n\tmsr fpcr, %[saved]"
            : [a] "+w"(a), [saved] "=&r"(saved)
            : [b] "w"(b), [mode] "r"(mode));
    else
        asm("mrs %[saved], fpcr\n\tmsr fpcr, %[mode]\n\tfdiv %d[a], %d[a], %d[b]\n\tmsr fpcr, %[saved]"
            : [a] "+w"(a), [saved] "=&r"(saved)
            : [b] "w"(b), [mode] "r"(mode));
    return a;
}

[[gnu::always_inline]] inline double root(double a, const FpControl& mode) {
    FpControl saved;
    asm("mrs %[saved], fpcr\n\tmsr fpcr, %[mode]\n\tfsqrt %d[a], %d[a]\n\tmsr fpcr, %[saved]"
        : [a] "+w"(a), [saved] "=&r"(saved)
        : [mode] "r"(mode));
    return a;
}

}  // namespace detail

}  // namespace tercet::directed
