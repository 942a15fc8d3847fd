#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <cstdlib>
#include <string>

namespace tercet {

bool has_instructions(Processor p) {
#if defined(__x86_64__)
    switch (p) {
        case Processor::portable: return true;
        case Processor::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case Processor::avx512:
            return has_instructions(Processor::avx2) && __builtin_cpu_supports("avx512f") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512ifma");
    }
    return false;
#else
    return p == Processor::portable;
#endif
}

namespace {

Processor choose() {
    constexpr Processor all[] = {Processor::avx512, Processor::avx2, Processor::portable};
    const char* forced = std::getenv("TERCET_PROCESSOR");
    for (const Processor p : all) {
        if (!forced && has_instructions(p)) return p;
        if (forced && forced == to_string(p)) {
            if (has_instructions(p)) return p;
            throw UnsupportedOp("TERCET_PROCESSOR asks for " + std::string(forced) +
                                ", which this processor does not have");
        }
    }
    throw UnsupportedOp("TERCET_PROCESSOR is '" + std::string(forced) + "'; it can be portable, avx2 or avx512");
}

}  // namespace

Processor processor() {
    static const Processor chosen = choose();  // where choose throws, the next call tries again
    return chosen;
}

}  // namespace tercet
