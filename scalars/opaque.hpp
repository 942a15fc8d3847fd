/// opaque(x) is x, hidden from the optimiser: the value comes from a register that the compiler knows nothing about.
///
/// A product that passes through it cannot be contracted with a later sum into one fma, whatever flags the includer sets
/// (-ffp-contract=fast, -O3 -march=native): the bits of Float64 and Float32 do not depend on them. It costs no instruction.
#pragma once

namespace tercet {

inline double opaque(double x) {
#if defined(__aarch64__)
    asm("" : "+w"(x));
#else
    asm("" : "+x"(x));
#endif
    return x;
}
inline float opaque(float x) {
#if defined(__aarch64__)
    asm("" : "+w"(x));
#else
    asm("" : "+x"(x));
#endif
    return x;
}

}  // namespace tercet
