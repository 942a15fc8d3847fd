/// opaque(x) is x, hidden from the optimiser: the value comes from a register that the compiler knows nothing about.
///
/// A product that passes through it cannot be contracted with a later sum into one fma, whatever flags the includer
/// sets (-ffp-contract=fast, -O3 -march=native): the bits of Float64 and Float32 do not depend on them. A sign that
/// passes through it is not moved through a product, which a directed rounding would then round the wrong way. It costs
/// no instruction.
#pragma once

namespace tercet {

/// For doubles, floats and vectors of them. Always inlined: files with processor flags of their own share no code
/// through it.
template <class T>
[[gnu::always_inline]] inline T opaque(T x) {
#if defined(__x86_64__)
    asm("" : "+x"(x));
#elif defined(__aarch64__)
    asm("" : "+w"(x));
#else
    asm("" : "+m"(x));
#endif
    return x;
}

}  // namespace tercet
