/// FPCR, the control word of floating-point arithmetic on ARM64 (Arm ARM, C5.2.8).
///
/// Bits 8-12 and 15 enable exception traps, 22-23 rounding (0 nearest, 1 up, 2 down, 3 toward zero), 24 FZ (subnormal
/// operands and results are 0).
#pragma once

#if !defined(__aarch64__)
#error "tercet: this file is for ARM64; include <tercet/scalars/machine/fp_environment.hpp>"
#endif

#include <cstdint>
#include <string>

namespace tercet {

using FpControl = std::uint64_t;

/// No traps, FZ off; only the rounding bits differ.
inline constexpr FpControl nearest_control = 0;
inline constexpr FpControl downward_control = 2u << 22;
inline constexpr FpControl upward_control = 1u << 22;

/// The bit that reads subnormal operands as 0 and flushes subnormal results.
inline constexpr FpControl flushing = 1u << 24;

inline FpControl fp_control() {
    FpControl state;
    asm volatile("mrs %0, fpcr" : "=r"(state) : : "memory");
    return state;
}

inline void set_fp_control(FpControl state) { asm volatile("msr fpcr, %0" : : "r"(state) : "memory"); }

/// "round to nearest, FZ off, no exceptions trap"
inline std::string describe_fp_control(FpControl state) {
    static constexpr const char* modes[] = {"round to nearest", "round up", "round down", "round toward zero"};
    return std::string(modes[state >> 22 & 3]) + ((state & flushing) != 0 ? ", FZ on" : ", FZ off") +
           ((state & 0x9F00) != 0 ? ", exceptions trap" : ", no exceptions trap");
}

}  // namespace tercet
