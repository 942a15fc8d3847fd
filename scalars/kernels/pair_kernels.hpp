/// Elementwise loops over intervals as pairs (lower, upper), once for each processor: see pair_loops.hpp.
///
/// All run in upward rounding, which the caller sets. y may be an operand. `step` is 1, or 0 for one pair b that all
/// elements use.
#pragma once

#include <cstdint>

namespace tercet {
enum class Processor;  // processor.hpp, which files with processor flags of their own need not include
}

namespace tercet::pairs {

struct Kernels {
    void (*add)(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y);
    void (*subtract)(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y);
    void (*multiply)(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y);
    void (*max)(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y);
    /// relu(x)
    void (*rectify)(std::int64_t n, const double* x, double* y);
    /// step(x) g
    void (*gate)(std::int64_t n, const double* x, const double* g, double* y);
    /// y_i = the largest of x[at[i cells]], .., x[at[i cells + cells - 1]], for cells >= 1; y is not x
    void (*pool)(std::int64_t n, std::int64_t cells, const double* x, const std::int64_t* at, double* y);
};

extern const Kernels portable_kernels, avx2_kernels, avx512_kernels;

/// Those of a processor, which must be there; those of the one that runs this.
const Kernels& kernels_of(Processor p);
const Kernels& kernels();

}  // namespace tercet::pairs
