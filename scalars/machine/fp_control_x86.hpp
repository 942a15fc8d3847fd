/// MXCSR, the control word of SSE arithmetic (Intel SDM vol. 1, 10.2.3).
///
/// Bits 0-5 sticky exception flags, 6 DAZ (subnormal operands read as 0), 7-12 exception masks, 13-14 rounding (0
/// nearest, 1 down, 2 up, 3 toward zero), 15 FTZ (subnormal results become 0).
#pragma once

#if !defined(__x86_64__)
#error "tercet: this file is for x86-64; include <tercet/scalars/machine/fp_environment.hpp>"
#endif

#include <string>

namespace tercet {

using FpControl = unsigned;

/// All six exceptions masked (0x1F80), FTZ and DAZ off, no flag raised; only the rounding bits differ.
inline constexpr FpControl nearest_control = 0x1F80;
inline constexpr FpControl downward_control = 0x3F80;
inline constexpr FpControl upward_control = 0x5F80;

/// The bits that read subnormal operands as 0 and flush subnormal results.
inline constexpr FpControl flushing = 0x8040;

inline FpControl fp_control() {
    FpControl state;
    asm volatile("stmxcsr %0" : "=m"(state) : : "memory");
    return state;
}

inline void set_fp_control(FpControl state) { asm volatile("ldmxcsr %0" : : "m"(state) : "memory"); }

/// "round to nearest, FTZ off, DAZ off, all exceptions masked"
inline std::string describe_fp_control(FpControl state) {
    static constexpr const char* modes[] = {"round to nearest", "round down", "round up", "round toward zero"};
    static constexpr const char* exceptions[] = {"invalid",  "denormal",  "divide-by-zero",
                                                 "overflow", "underflow", "inexact"};
    std::string text = modes[state >> 13 & 3];
    text += (state & 0x8000) != 0 ? ", FTZ on" : ", FTZ off";
    text += (state & 0x0040) != 0 ? ", DAZ on" : ", DAZ off";
    std::string trapping;
    for (int i = 0; i < 6; ++i)
        if ((state >> (7 + i) & 1) == 0) trapping += std::string(trapping.empty() ? "" : " ") + exceptions[i];
    return text + (trapping.empty() ? ", all exceptions masked" : ", exceptions that trap: " + trapping);
}

}  // namespace tercet
