/// bench/fma_peak: the least time that a multiply-add of doubles can take on this processor: twelve independent sums in
/// registers, no memory.
///
/// peak/<path>: ns_per_mac, and openblas_share, the part of this peak at which cblas_dgemm 256 x 256 x 512 runs between
/// the samples. A kernel with two fused multiply-adds for each multiply-add of the product takes at least 2
/// openblas_share of OpenBLAS's time.
#include <tercet/bench/duel.hpp>
#include <tercet/bench/layer_case.hpp>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace tercet;
using namespace tercet::bench;

namespace {

#if defined(__x86_64__)
constexpr int sums = 12, steps = 10000;

[[gnu::target("avx2,fma")]] void avx2() {
    __m256d s[sums] = {};
    const __m256d x = _mm256_set1_pd(0.5);
    for (int k = 0; k < steps; ++k)
        for (auto& sum : s) asm volatile("vfmadd231pd %1, %1, %0" : "+x"(sum) : "x"(x));
}

[[gnu::target("avx512f")]] void avx512() {
    __m512d s[sums] = {};
    const __m512d x = _mm512_set1_pd(0.5);
    for (int k = 0; k < steps; ++k)
        for (auto& sum : s) asm volatile("vfmadd231pd %1, %1, %0" : "+v"(sum) : "v"(x));
}

void add(Processor p, void (*f)(), int lanes) {
    if (!has_instructions(p)) return;
    add_benchmark("peak/" + std::string(to_string(p)), 50, [=](benchmark::State& state) {
        LayerCase& c = layer_case(256, 256, 512);
        duel(state, f, [&] { c.yardstick(); });
        const double macs = sums * steps * lanes;
        state.counters["ns_per_mac"] = 1e3 * state.counters["best_us"].value / macs;
        state.counters["openblas_share"] = state.counters["ratio"].value * c.macs() / macs;
    });
}
#endif

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
#if defined(__x86_64__)
    add(Processor::avx2, avx2, 4);
    add(Processor::avx512, avx512, 8);
#endif
    return run_benchmarks(argc, argv);
}
