/// Which of the compiled kernels run: chosen once by what the processor has, or forced by the environment variable
/// TERCET_PROCESSOR.
#pragma once

#include <string_view>

namespace tercet {

/// portable: what every processor of the architecture has. avx2: AVX2 and FMA. avx512: AVX-512 F, DQ, VL and IFMA.
enum class Processor { portable, avx2, avx512 };

constexpr std::string_view to_string(Processor p) {
    return p == Processor::portable ? "portable" : p == Processor::avx2 ? "avx2" : "avx512";
}

/// Does this processor have the instructions?
bool has_instructions(Processor p);

/// The best that is there, or what TERCET_PROCESSOR names. Throws UnsupportedOp where it names none, or one whose
/// instructions are missing.
Processor processor();

/// The same, but avx2 where the AVX-512 kernels failed their check (kernel_check.hpp): whose kernels in fact run.
Processor kernel_processor();

}  // namespace tercet
