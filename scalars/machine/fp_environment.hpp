/// The processor's floating-point control word (rounding mode, flushing of subnormals, exception masks), read,
/// described, and set for a scope.
#pragma once

#if defined(__x86_64__)
#include <tercet/scalars/machine/fp_control_x86.hpp>
#elif defined(__aarch64__)
#include <tercet/scalars/machine/fp_control_arm64.hpp>
#else
#error \
    "tercet: directed rounding is written for x86-64 and ARM64; another processor needs files like fp_control_arm64.hpp and directed_arm64.hpp"
#endif

namespace tercet {

/// Sets the control word to Mode for a scope and puts back what it found, sticky flags included.
///
/// Protects: calls, made inside the scope, to functions that the compiler cannot see into (another translation unit, no
/// LTO).
/// Does not protect: arithmetic that it can see. A sum or a comparison of doubles is no memory access, so the compiler
/// may move it across either end, fold it in nearest, or share it with the same sum outside; it does so also with a
/// call of a noinline function that it finds to be pure. A kernel that needs the mode therefore has its own translation
/// unit, compiled without LTO and with -frounding-math, and takes and returns arrays; a single operation is one of
/// directed.hpp, which needs no guard.
template <FpControl Mode>
class RoundingGuard {
public:
    RoundingGuard() : saved_(fp_control()) { set_fp_control(Mode); }
    ~RoundingGuard() { set_fp_control(saved_); }
    RoundingGuard(const RoundingGuard&) = delete;
    RoundingGuard& operator=(const RoundingGuard&) = delete;

private:
    FpControl saved_;
};

using NearestRounding = RoundingGuard<nearest_control>;
using UpwardRounding = RoundingGuard<upward_control>;

}  // namespace tercet
