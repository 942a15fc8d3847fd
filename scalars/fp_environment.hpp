/// MXCSR, the control word of SSE arithmetic: its rounding mode, flush-to-zero and exception masks, read, described, and set for a scope.
///
/// Layout (Intel SDM vol. 1, 10.2.3): bits 0-5 sticky exception flags, 6 DAZ (subnormal operands read as 0), 7-12 exception masks,
/// 13-14 rounding (0 nearest, 1 down, 2 up, 3 toward zero), 15 FTZ (subnormal results become 0).
#pragma once

#if !defined(__x86_64__)
#error "tercet: directed rounding is written for x86-64 (MXCSR); a portable path comes in a later release"
#endif

#include <string>

namespace tercet {

/// All six exceptions masked (0x1F80), FTZ and DAZ off, no flag raised; only the rounding bits differ.
inline constexpr unsigned mxcsr_nearest = 0x1F80;
inline constexpr unsigned mxcsr_downward = 0x3F80;
inline constexpr unsigned mxcsr_upward = 0x5F80;

inline unsigned mxcsr() {
    unsigned state;
    asm volatile("stmxcsr %0" : "=m"(state) : : "memory");
    return state;
}

inline void set_mxcsr(unsigned state) { asm volatile("ldmxcsr %0" : : "m"(state) : "memory"); }

/// Sets MXCSR to Mode for a scope and puts back what it found, sticky flags included.
///
/// Protects: calls, made inside the scope, to functions that the compiler cannot see into (another translation unit, no LTO).
/// Does not protect: arithmetic that it can see. A sum or a comparison of doubles is no memory access, so the compiler may move it
/// across either end, fold it in nearest, or share it with the same sum outside; it does so also with a call of a noinline function that
/// it finds to be pure. A kernel that needs the mode therefore has its own translation unit, compiled without LTO and with
/// -frounding-math, and takes and returns arrays; a single operation is one of directed.hpp, which needs no guard.
template <unsigned Mode>
class RoundingGuard {
public:
    RoundingGuard() : saved_(mxcsr()) { set_mxcsr(Mode); }
    ~RoundingGuard() { set_mxcsr(saved_); }
    RoundingGuard(const RoundingGuard&) = delete;
    RoundingGuard& operator=(const RoundingGuard&) = delete;

private:
    unsigned saved_;
};

using NearestRounding = RoundingGuard<mxcsr_nearest>;
using UpwardRounding = RoundingGuard<mxcsr_upward>;

/// "round to nearest, FTZ off, DAZ off, all exceptions masked"
inline std::string describe_mxcsr(unsigned state) {
    static constexpr const char* modes[] = {"round to nearest", "round down", "round up", "round toward zero"};
    static constexpr const char* exceptions[] = {"invalid", "denormal", "divide-by-zero", "overflow", "underflow", "inexact"};
    std::string text = modes[state >> 13 & 3];
    text += (state & 0x8000) != 0 ? ", FTZ on" : ", FTZ off";
    text += (state & 0x0040) != 0 ? ", DAZ on" : ", DAZ off";
    std::string trapping;
    for (int i = 0; i < 6; ++i)
        if ((state >> (7 + i) & 1) == 0) trapping += std::string(trapping.empty() ? "" : " ") + exceptions[i];
    return text + (trapping.empty() ? ", all exceptions masked" : ", exceptions that trap: " + trapping);
}

}  // namespace tercet
