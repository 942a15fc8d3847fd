/// One operation on doubles, rounded down or up: add_down(a, b) = max{ f double : f <= a + b }, add_up(a, b) = min{ f : f >= a + b }.
///
/// The bounds hold in every state of the caller's MXCSR (any rounding mode, FTZ, DAZ, unmasked exceptions) and under all compiler flags,
/// because each function is one block of assembly that (1) saves MXCSR, (2) loads a constant, (3) does the operation, (4) restores MXCSR.
///
/// The block is not volatile. It is a function of its operands alone: what it reads of MXCSR it only puts back. So the compiler may
/// drop an unused one, merge two with equal operands and move one anywhere, also across a change of MXCSR: it takes its own mode along.
/// What it cannot do is see inside: no constant folding in nearest, no sharing with `a + b` in plain code, no contraction to fma,
/// no -ffast-math. `saved` is an early-clobber output ("=&m"): it is written while the operands are still needed.
/// Both dialects of assembly are given ({AT&T|Intel}): under -masm=intel the operands of one alone would silently change places.
///
/// Cost: that of the two ldmxcsr, 5 to 10 ns an operation; bulk kernels set the mode once instead. An emulator that ignores MXCSR
/// (valgrind) breaks the claim: honoured() tells.
#pragma once

#include <tercet/core/no_fast_math.hpp>
#include <tercet/scalars/fp_environment.hpp>

namespace tercet::directed {

namespace detail {

enum class Operation { add, sub, mul, div };

/// a op b under the MXCSR word `mode`. addsd b, a is a := a op b.
template <Operation op>
[[gnu::always_inline]] inline double binary(double a, double b, const unsigned& mode) {
    unsigned saved;
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

[[gnu::always_inline]] inline double root(double a, const unsigned& mode) {
    unsigned saved;
    asm("stmxcsr %[saved]\n\tldmxcsr %[mode]\n\tsqrtsd %[a], %[a]\n\tldmxcsr %[saved]"
        : [a] "+x"(a), [saved] "=&m"(saved)
        : [mode] "m"(mode));
    return a;
}

}  // namespace detail

/// Edge cases are those of IEEE 754: an overflow in add_down gives the largest finite double (exact sum > 0) or -inf (exact sum < 0);
/// inf - inf, 0 * inf, 0/0 and inf/inf give NaN. An exact sum 0 is -0 rounded down, +0 rounded up.
inline double add_down(double a, double b) { return detail::binary<detail::Operation::add>(a, b, mxcsr_downward); }
inline double add_up(double a, double b) { return detail::binary<detail::Operation::add>(a, b, mxcsr_upward); }
inline double sub_down(double a, double b) { return detail::binary<detail::Operation::sub>(a, b, mxcsr_downward); }
inline double sub_up(double a, double b) { return detail::binary<detail::Operation::sub>(a, b, mxcsr_upward); }
inline double mul_down(double a, double b) { return detail::binary<detail::Operation::mul>(a, b, mxcsr_downward); }
inline double mul_up(double a, double b) { return detail::binary<detail::Operation::mul>(a, b, mxcsr_upward); }
inline double div_down(double a, double b) { return detail::binary<detail::Operation::div>(a, b, mxcsr_downward); }
inline double div_up(double a, double b) { return detail::binary<detail::Operation::div>(a, b, mxcsr_upward); }

/// NaN for a < 0; sqrt(-0) = -0.
inline double sqrt_down(double a) { return detail::root(a, mxcsr_downward); }
inline double sqrt_up(double a) { return detail::root(a, mxcsr_upward); }

/// Rounded to nearest, ties to even: for points that need not bound anything (midpoints).
inline double add_nearest(double a, double b) { return detail::binary<detail::Operation::add>(a, b, mxcsr_nearest); }
inline double mul_nearest(double a, double b) { return detail::binary<detail::Operation::mul>(a, b, mxcsr_nearest); }

/// Whether the processor, or what emulates it, rounds as told: 1 + 2^-60 up and down must differ.
inline bool honoured() { return add_up(1.0, 0x1p-60) == 1.0 + 0x1p-52 && add_down(1.0, 0x1p-60) == 1.0; }

}  // namespace tercet::directed
