/// bench/certified_affine: bounds of an affine layer with prepacked weights, for each processor path that runs here,
/// against OpenBLAS double.
///
/// affine/<rows>x<terms>/k:<boxes>/<what>/<path>. automatic and tight: affine::enclose, of weights that are float32
/// numbers, as those of networks are; of_double: automatic, with the same weights stored as doubles. double:
/// affine::multiply, our own product of doubles. The yardstick is cblas_dgemv (k:1) or cblas_dgemm, one thread.
#include <tercet/bench/duel.hpp>
#include <tercet/bench/layer_case.hpp>

using namespace tercet;
using namespace tercet::bench;

namespace {

void add(std::int64_t size, std::int64_t boxes, Processor p) {
    const std::string shape =
        "affine/" + std::to_string(size) + "x" + std::to_string(size) + "/k:" + std::to_string(boxes) + "/";
    const affine::Kernels* with = &affine::kernels_of(p);
    const std::int64_t iterations = iterations_for(static_cast<double>(size * size * boxes));
    const auto benchmark_of = [&](const std::string& what, auto run) {
        add_benchmark(shape + what + "/" + std::string(to_string(p)), iterations, [=](benchmark::State& state) {
            LayerCase& c = layer_case(size, size, boxes);
            duel(
                state, [&] { run(c); }, [&] { c.yardstick(); });
            state.counters["ns_per_mac"] = 1e3 * state.counters["best_us"].value / c.macs();
            if (what != "double") state.counters["excess"] = c.excess();
        });
    };
    benchmark_of("automatic", [=](LayerCase& c) { c.enclose(affine::Bound::automatic, *with); });
    benchmark_of("of_double", [=](LayerCase& c) { c.enclose(c.packed_as_double, affine::Bound::automatic, *with); });
    benchmark_of("tight", [=](LayerCase& c) { c.enclose(affine::Bound::tight, *with); });
    benchmark_of("double", [=](LayerCase& c) { c.multiply(*with); });
}

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    for (const Processor p : {Processor::avx512, Processor::avx2, Processor::portable})
        for (const std::int64_t size : {256, 1024})
            for (const std::int64_t boxes : {1, 64, 512})
                if (has_instructions(p) && (p != Processor::portable || size == 256)) add(size, boxes, p);
    benchmark::AddCustomContext("path", affine::kernels().name);
    benchmark::AddCustomContext("openblas", openblas_get_config());
    return run_benchmarks(argc, argv);
}
