/// Refuses the compiler flags under which a bound, or a reproducible bit, would mean nothing.
#pragma once

#if defined(__FAST_MATH__)
#error \
    "tercet: -ffast-math lets the compiler change results, so no bound or bit would hold: compile what includes tercet without it"
#endif
#if defined(__ASSOCIATIVE_MATH__)
#error \
    "tercet: -fassociative-math reorders sums, so no bound or bit would hold: compile what includes tercet without it"
#endif
#if defined(__RECIPROCAL_MATH__)
#error \
    "tercet: -freciprocal-math rounds a division twice, so no bound or bit would hold: compile what includes tercet without it"
#endif
#if defined(__NO_SIGNED_ZEROS__)
#error \
    "tercet: -fno-signed-zeros drops the sign of zero, so machines would differ: compile what includes tercet without it"
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ == 1
#error \
    "tercet: -ffinite-math-only removes the tests for infinite bounds and NaN: compile what includes tercet without it"
#endif
#if defined(__FLT_EVAL_METHOD__) && \
    (__FLT_EVAL_METHOD__ == 1 || __FLT_EVAL_METHOD__ == 2 || (__FLT_EVAL_METHOD__ < 0 && !defined(__clang__)))
#error \
    "tercet: -mfpmath=387 rounds doubles twice, so no bit pattern would hold: compile what includes tercet without it"
#endif
