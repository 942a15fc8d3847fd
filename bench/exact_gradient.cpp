/// bench/exact_gradient: a network's full gradient (forward, then every parameter and the input), exact and in OpenBLAS
/// double, one thread.
///
/// mlp: 784-256-256-10. cnn: 1x28x28, conv 16 5x5, pool, conv 32 5x5, pool, linear 10. depth/L: L layers of width 256.
/// Weights, inputs and cotangents are float32 values. `double` calls OpenBLAS on preallocated memory and computes the
/// same gradients; `dyadic` and `rational` run the graph interpreter; `mpq` runs it with one mpq operation an element.
/// Exact results stay in their context: none is converted. Times are CPU seconds of the one thread. x_double is the
/// best exact run over the best of `double`; three runs of each take turns.
#include "openblas_gradient.hpp"

#include <tercet/bench/duel.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/operators/answering.hpp>
#include <tercet/models/operators/groups/move_operators.hpp>
#include <tercet/models/operators/groups/piecewise_functions.hpp>
#include <tercet/models/operators/groups/product_operators.hpp>
#include <tercet/models/operators/groups/window_operators.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <benchmark/benchmark.h>
#include <cblas.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace tercet;
using namespace tercet::bench;

namespace {

/// Rational without its bulk loops: an mpq operation for every addition and multiplication.
struct Mpq {
    using Scalar = RationalNumber;
    static constexpr std::string_view name = "mpq";
    static constexpr Claim claim = Claim::exact;
    static constexpr Semantics semantics = Semantics::real;
    static Scalar exact(double d) { return Rational::exact(d); }
    static Scalar lift(double d) { return exact(d); }
    static Scalar ratio(std::int64_t p, std::int64_t q) { return Rational::ratio(p, q); }
    static Scalar max(const Scalar& a, const Scalar& b) { return Rational::max(a, b); }
    static Scalar relu(const Scalar& a) { return Rational::relu(a); }
    static Scalar step(const Scalar& a) { return Rational::step(a); }
    static Truth less(const Scalar& a, const Scalar& b) { return Rational::less(a, b); }
    static Scalar indicator(Truth t) { return Rational::indicator(t); }
};

}  // namespace

/// The networks here are made of the other groups.
namespace tercet {
template <>
const AnswersOver<Mpq>* answers_in<Mpq, ElementOperators>(const Operator&) {
    return nullptr;
}
template <>
const AnswersOver<Mpq>* answers_in<Mpq, RowOperators>(const Operator&) {
    return nullptr;
}
template <>
const AnswersOver<Mpq>* answers_in<Mpq, ExponentialFunctions>(const Operator&) {
    return nullptr;
}
template <>
const AnswersOver<Mpq>* answers_in<Mpq, CircularFunctions>(const Operator&) {
    return nullptr;
}
}  // namespace tercet

namespace {

template <Context C>
struct Exact {
    const Net& net;
    std::vector<AnyTensor<C>> parameters;
    AnyTensor<C> x, g;

    explicit Exact(const Net& n) : net(n), x(lift<C>(n.x)), g(lift<C>(n.g)) {
        for (const auto& p : n.parameters) parameters.push_back(lift<C>(p));
    }
    GraphGradient<C> run() const {
        return pullback<C>(net.graph, parameters, tercet::run<C>(net.graph, parameters, {x}), {g});
    }
};

template <class F>
double best_of(int times, F f) {
    double best = 1e300;
    for (int k = 0; k < times; ++k) {
        const double start = thread_seconds();
        f();
        best = std::min(best, thread_seconds() - start);
    }
    return best;
}

/// Every weight gradient agrees with double to 1e-6 of its largest entry: the yardstick computes the same thing.
template <Context C>
bool agrees(const Blas& blas, const GraphGradient<C>& d, std::size_t layers) {
    for (std::size_t i = 0; i < layers; ++i) {
        const auto& w = blas.weight_gradient(i);
        double largest = 0, error = 0;
        for (std::size_t e = 0; e < w.size(); e += 1 + w.size() / 500) {
            double exact;
            if constexpr (std::same_as<C, Dyadic>)
                exact = round_nearest(to_rational(std::as_const(d.parameters[2 * i].data)[e]));
            else exact = round_nearest(d.parameters[2 * i].data[e]);
            largest = std::max(largest, std::abs(exact));
            error = std::max(error, std::abs(exact - w[e]));
        }
        if (error > 1e-6 * largest) return false;
    }
    return true;
}

template <Context C>
void exact_gradient(benchmark::State& state, const Net& net) {
    const Exact<C> exact(net);
    Blas blas(net);
    blas.run();
    if (!agrees<C>(blas, exact.run(), net.layers.size()))
        state.SkipWithError("the exact gradients are not those of the yardstick");
    double mine = 1e300, yardstick = 1e300;
    for (auto _ : state) {
        yardstick = std::min(yardstick, best_of(3, [&] { blas.run(); }));
        const auto run = [&] { benchmark::DoNotOptimize(exact.run()); };
        double seconds = best_of(1, run);
        if (seconds < 0.2)
            seconds = std::min(seconds, best_of(2, run));  // three of each in turn, but for peers that take seconds
        mine = std::min(mine, seconds);
        state.SetIterationTime(seconds);
    }
    state.counters["x_double"] = mine / yardstick;
    state.counters["double_ms"] = 1e3 * yardstick;
    state.counters["best_ms"] = 1e3 * mine;
}

std::vector<Net::Layer> deep(int layers) {
    std::vector<Net::Layer> l(static_cast<std::size_t>(layers), {256, 256, 0});
    l.back().out = 10;
    return l;
}

template <Context C>
void add(const std::string& name, std::int64_t batch, const std::vector<Net::Layer>& layers, int iterations,
         const std::string& weights = "") {
    benchmark::RegisterBenchmark((name + "/batch:" + std::to_string(batch) + "/" + std::string(C::name)).c_str(),
                                 [=](benchmark::State& state) {
                                     Net net(batch, layers);
                                     if (!weights.empty()) net.take_weights(weights);
                                     exact_gradient<C>(state, net);
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(iterations);
}

}  // namespace

int main(int argc, char** argv) {
    // Read when the library is loaded: its threads, once there, spin beside what is measured.
    if (!std::getenv("OPENBLAS_NUM_THREADS")) {
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    const std::vector<Net::Layer> mlp{{784, 256, 0}, {256, 256, 0}, {256, 10, 0}},
        cnn{{1, 16, 28}, {16, 32, 12}, {512, 10, 0}};
    add<Dyadic>("mlp", 1, mlp, 30);
    add<Dyadic>("mlp", 64, mlp, 10);
    add<Dyadic>("cnn", 1, cnn, 30);
    add<Dyadic>("cnn", 16, cnn, 10);
    for (const int layers : {2, 4, 8, 16})
        add<Dyadic>("depth/" + std::to_string(layers), 64, deep(layers), layers < 16 ? 10 : 3);
    for (const int layers : {2, 4, 8, 16}) add<Dyadic>("depth/" + std::to_string(layers), 1, deep(layers), 10);
    add<Rational>("mlp", 1, mlp, 2);
    add<Rational>("cnn", 1, cnn, 2);
    add<Mpq>("mlp", 1, mlp, 1);
    add<Mpq>("cnn", 1, cnn, 1);
    add<Rational>("mlp", 64, mlp, 1);
    add<Mpq>("mlp", 64, mlp, 1);
    const std::string file = std::string(TERCET_SHARED_DIR) + "/vnncomp/mnist_fc/onnx/mnist-net_256x6.onnx";
    std::vector<Net::Layer> six(6, {256, 256, 0});
    six.front().in = 784;
    six.push_back({256, 10, 0});
    if (std::filesystem::exists(file)) {
        add<Dyadic>("mnist_256x6", 1, six, 20, file);
        add<Dyadic>("mnist_256x6", 64, six, 5, file);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
}
