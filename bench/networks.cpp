/// bench/networks: whole networks of ../shared/vnncomp, plans made once and run many times, against the same forward
/// pass in OpenBLAS double.
///
/// network/<name>/batch:<n>/<what>. bounds: Interval64 over n boxes of radius 2^-6. unordered64, float64: the forward
/// passes of these contexts. bounds_over_unordered64: Interval64 with Unordered64's forward pass as the yardstick.
/// threads:2: Interval64 in an arena of two threads against an arena of one, by wall clock (ratio 0.5 would be
/// perfect); the others have one thread and count its CPU time.
/// The folder is TERCET_SHARED_DIR of the environment, or the one known when this was compiled; without it nothing runs
/// and the exit code is 0.
#include <tercet/bench/duel.hpp>
#include <tercet/bench/openblas_forward.hpp>

#include <tercet/io/onnx/read.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/graph/with_batch.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>

using namespace tercet;
using namespace tercet::bench;

namespace {

std::filesystem::path folder() {
    const char* named = std::getenv("TERCET_SHARED_DIR");
    return std::filesystem::path(named ? named : TERCET_SHARED_DIR) / "vnncomp";
}

Network<Float64> read(const std::string& file, std::int64_t batch) {
    Network<Float64> network = read_onnx(folder() / file).network;
    network.graph = with_batch(network.graph, batch);
    return network;
}

/// A network for one batch size, with random midpoints of its boxes.
struct Net {
    Network<Float64> network;
    AnyTensor<Float64> x;
    OpenBlasForward yardstick;
    double macs;

    Net(const std::string& file, std::int64_t batch)
        : network(read(file, batch)),
          x(network.graph.nodes[static_cast<std::size_t>(network.graph.inputs[0])].shape),
          yardstick(network),
          macs(macs_of(network.graph)) {
        std::mt19937_64 random(20261121);
        for (double& v : x.data) v = std::uniform_real_distribution<double>(0, 1)(random);
    }
};

/// Read once for each file and batch.
Net& net_of(const std::string& file, std::int64_t batch) {
    static std::map<std::pair<std::string, std::int64_t>, std::unique_ptr<Net>> nets;
    auto& net = nets[{file, batch}];
    if (!net) net = std::make_unique<Net>(file, batch);
    return *net;
}

template <Context C>
struct Runner {
    std::vector<AnyTensor<C>> x;
    Plan<C> plan;

    explicit Runner(const Net& n) : x(1, lift<C>(n.x)), plan(n.network.graph, n.network.parameters) {
        if constexpr (EnclosingContext<C>)
            for (std::size_t i = 0; i < n.x.data.size(); ++i)
                x[0].data[i] = Interval(n.x.data[i] - 0x1p-6, n.x.data[i] + 0x1p-6);
    }
    void run() { plan.run(x); }

    /// Do the outputs agree with the yardstick's: within 1e-9 of the largest, or around it?
    bool agrees(const std::vector<double>& other) const {
        const auto& y = plan.output(0).data;
        double largest = 0;
        for (const double v : other) largest = std::max(largest, std::abs(v));
        for (std::size_t i = 0; i < other.size(); ++i) {
            double lower, upper;
            if constexpr (EnclosingContext<C>) lower = C::lower(y[i]), upper = C::upper(y[i]);
            else lower = upper = y[i];
            if (!(lower - 1e-9 * largest <= other[i] && other[i] <= upper + 1e-9 * largest)) return false;
        }
        return true;
    }
};

template <class F>
void add(const std::string& name, const std::string& file, std::int64_t batch, const std::string& what, int iterations,
         F f) {
    add_benchmark("network/" + name + "/batch:" + std::to_string(batch) + "/" + what, iterations,
                  [=](benchmark::State& state) {
                      try {
                          Net& net = net_of(file, batch);
                          f(state, net);
                          const double us = state.counters["best_us"].value;
                          state.counters["ns_per_mac"] = 1e3 * us / net.macs;
                          state.counters["boxes_per_s"] = 1e6 * static_cast<double>(batch) / us;
                      } catch (const std::exception& e) {
                          state.SkipWithError(e.what());
                      }
                  });
}

template <Context C>
void forward(benchmark::State& state, Net& net) {
    Runner<C> runner(net);
    duel(
        state, [&] { runner.run(); }, [&] { net.yardstick.run(net.x.data); });
    if (!runner.agrees(net.yardstick.run(net.x.data)))
        state.SkipWithError("the outputs are not those of the yardstick");
}

void over_unordered64(benchmark::State& state, Net& net) {
    Runner<Interval64> bounds(net);
    Runner<Unordered64> unordered64(net);
    duel(
        state, [&] { bounds.run(); }, [&] { unordered64.run(); });
}

void two_threads(benchmark::State& state, Net& net) {
    Runner<Interval64> one(net), two(net);
    oneapi::tbb::task_arena single(1), pair(2);
    const auto in = [](oneapi::tbb::task_arena& arena, Runner<Interval64>& runner) {
        return [&] { arena.execute([&] { runner.run(); }); };
    };
    duel(state, in(pair, two), in(single, one), wall_seconds);
}

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    if (!std::filesystem::exists(folder())) {
        std::fprintf(stderr, "bench/networks: skipped: no folder %s (name its parent in TERCET_SHARED_DIR)\n",
                     folder().c_str());
        return 0;
    }
    const auto mnist = [](int layers) { return "mnist_fc/onnx/mnist-net_256x" + std::to_string(layers) + ".onnx"; };
    for (const int layers : {2, 4, 6})
        for (const std::int64_t batch : {1, 512})
            add("mnist_256x" + std::to_string(layers), mnist(layers), batch, "bounds", batch == 1 ? 100 : 15,
                forward<Interval64>);
    for (const std::int64_t batch : {64, 128, 256, 1024})
        add("mnist_256x4", mnist(4), batch, "bounds", 15, forward<Interval64>);
    for (const std::int64_t batch : {1, 512})
        add("mnist_256x4", mnist(4), batch, "unordered64", 15, forward<Unordered64>);
    add("mnist_256x4", mnist(4), 512, "threads:2", 40, two_threads);
    for (const std::int64_t batch : {1, 512})
        add("acasxu_1_1", "acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx", batch, "bounds", 100, forward<Interval64>);
    add("acasxu_1_1", "acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx", 512, "threads:2", 300, two_threads);
    for (const char* size : {"base", "deep", "wide"}) {
        const std::string name = "cifar_" + std::string(size),
                          file = "oval21/onnx/cifar_" + std::string(size) + "_kw.onnx";
        add(name, file, 1, "bounds", 50, forward<Interval64>);
        add(name, file, 1, "bounds_over_unordered64", 50, over_unordered64);
        add(name, file, 1, "unordered64", 50, forward<Unordered64>);
        add(name, file, 1, "float64", 5, forward<Float64>);
    }
    add("cifar_base", "oval21/onnx/cifar_base_kw.onnx", 64, "bounds", 5, forward<Interval64>);
    return run_benchmarks(argc, argv);
}
