/// One operation on doubles, rounded down or up: add_down(a, b) = max{ f double : f <= a + b }, add_up(a, b) = min{ f :
/// f >= a + b }.
///
/// The bounds hold in every state of the caller's control word (MXCSR, FPCR: any rounding mode, FTZ, DAZ, unmasked
/// exceptions) and under all compiler flags, because each function is one block of assembly that (1) saves it, (2)
/// loads a constant, (3) does the operation, (4) restores it.
///
/// The block is not volatile. It is a function of its operands alone: what it reads of the control word it only puts
/// back. So the compiler may drop an unused one, merge two with equal operands and move one anywhere, also across a
/// change of that: it takes its own mode along. What it cannot do is see inside: no constant folding in nearest, no
/// sharing with `a + b` in plain code, no contraction to fma, no -ffast-math.
///
/// Cost: that of setting the word twice, 5 to 10 ns an operation; bulk kernels set the mode once instead. An emulator
/// that ignores it (valgrind) breaks the claim: honoured() tells.
#pragma once

#include <tercet/core/no_fast_math.hpp>
#if defined(__aarch64__)
#include <tercet/scalars/machine/directed_arm64.hpp>
#else
#include <tercet/scalars/machine/directed_x86.hpp>
#endif

namespace tercet::directed {

/// Edge cases are those of IEEE 754: an overflow in add_down gives the largest finite double (exact sum > 0) or -inf
/// (exact sum < 0); inf - inf, 0 * inf, 0/0 and inf/inf give NaN. An exact sum 0 is -0 rounded down, +0 rounded up.
inline double add_down(double a, double b) { return detail::binary<Operation::add>(a, b, downward_control); }
inline double add_up(double a, double b) { return detail::binary<Operation::add>(a, b, upward_control); }
inline double sub_down(double a, double b) { return detail::binary<Operation::sub>(a, b, downward_control); }
inline double sub_up(double a, double b) { return detail::binary<Operation::sub>(a, b, upward_control); }
inline double mul_down(double a, double b) { return detail::binary<Operation::mul>(a, b, downward_control); }
inline double mul_up(double a, double b) { return detail::binary<Operation::mul>(a, b, upward_control); }
inline double div_down(double a, double b) { return detail::binary<Operation::div>(a, b, downward_control); }
inline double div_up(double a, double b) { return detail::binary<Operation::div>(a, b, upward_control); }

/// NaN for a < 0; sqrt(-0) = -0.
inline double sqrt_down(double a) { return detail::root(a, downward_control); }
inline double sqrt_up(double a) { return detail::root(a, upward_control); }

/// Rounded to nearest, ties to even: for points that need not bound anything (midpoints).
inline double add_nearest(double a, double b) { return detail::binary<Operation::add>(a, b, nearest_control); }
inline double mul_nearest(double a, double b) { return detail::binary<Operation::mul>(a, b, nearest_control); }

/// Whether the processor, or what emulates it, rounds as told: 1 + 2^-60 up and down must differ.
inline bool honoured() { return add_up(1.0, 0x1p-60) == 1.0 + 0x1p-52 && add_down(1.0, 0x1p-60) == 1.0; }

}  // namespace tercet::directed
