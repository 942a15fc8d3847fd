/// bench/exact_gradient: a network's full gradient (forward, then every parameter and the input), exact and in OpenBLAS double, one thread.
///
/// mlp: 784-256-256-10. cnn: 1x28x28, conv 16 5x5, pool, conv 32 5x5, pool, linear 10. depth/L: L layers of width 256. Weights, inputs and
/// cotangents are float32 values. `double` calls OpenBLAS on preallocated memory and computes the same gradients; `dyadic` and `rational` run the
/// graph interpreter; `mpq` runs it with one mpq operation an element. Exact results stay in their context: none is converted.
/// Times are CPU seconds of the one thread. x_double is the best exact run over the best of `double`, which runs five times before each.
#include <tercet/models/infer.hpp>
#include <tercet/models/shipped_contexts.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <benchmark/benchmark.h>
#include <cblas.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace tercet;

namespace {

/// Rational without its bulk loops: an mpq operation for every addition and multiplication.
struct Mpq {
    using Scalar = RationalNumber;
    static constexpr std::string_view name = "mpq";
    static constexpr Claim claim = Claim::exact;
    static Scalar exact(double d) { return Rational::exact(d); }
    static Scalar lift(double d) { return exact(d); }
    static Scalar ratio(std::int64_t p, std::int64_t q) { return Rational::ratio(p, q); }
    static Scalar max(const Scalar& a, const Scalar& b) { return Rational::max(a, b); }
    static Scalar relu(const Scalar& a) { return Rational::relu(a); }
    static Scalar step(const Scalar& a) { return Rational::step(a); }
    static Truth less(const Scalar& a, const Scalar& b) { return Rational::less(a, b); }
    static Scalar indicator(Truth t) { return Rational::indicator(t); }
};

/// A graph of convolutions (with pooling) and linear layers, each but the last followed by a ReLU, with its parameters, input and cotangent.
struct Net {
    struct Layer {
        std::int64_t in, out, size;  // channels or features; a convolution 5x5 on size x size, then pooling 2x2, or size 0: linear
    };
    std::int64_t batch;
    std::vector<Layer> layers;
    Graph graph;
    std::vector<AnyTensor<Float64>> parameters;
    AnyTensor<Float64> x, g;

    Net(std::int64_t n, std::vector<Layer> l) : batch(n), layers(std::move(l)) {
        std::mt19937_64 random(20261121);
        const auto floats = [&](Dims dims, double scale) {
            AnyTensor<Float64> t(std::move(dims));
            for (double& v : t.data) v = static_cast<double>(static_cast<float>(scale * std::normal_distribution<double>()(random)));
            return t;
        };
        const Layer& first = layers.front();
        const Dims shape = first.size ? Dims{batch, first.in, first.size, first.size} : Dims{batch, first.in};
        x = AnyTensor<Float64>(shape);
        for (double& v : x.data) v = static_cast<double>(static_cast<float>(static_cast<double>(random() % 256) / 255));
        int node = graph.add_input("x", shape);
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto& [in, out, size] = layers[i];
            const std::string name = "layer" + std::to_string(i);
            const std::int64_t fan = size ? 25 * in : in;
            parameters.push_back(floats(size ? Dims{out, in, 5, 5} : Dims{out, in}, std::sqrt(2.0 / static_cast<double>(fan))));
            parameters.push_back(floats({out}, 0.1));
            const int w = graph.add_parameter(name + ".weight", parameters[2 * i].dims), b = graph.add_parameter(name + ".bias", {out});
            if (!size && graph.nodes[static_cast<std::size_t>(node)].shape.size() == 4) node = append(graph, name + ".flat", "Reshape", op::Reshape{}, {node}, {batch, in});
            node = size ? append(graph, name, "Conv", op::Conv{}, {node, w, b}) : append(graph, name, "Gemm", op::Gemm{.transpose_b = true}, {node, w, b});
            if (i + 1 < layers.size()) node = append(graph, name + ".relu", "Relu", op::Relu{}, {node});
            if (size) node = append(graph, name + ".pool", "MaxPool", op::MaxPool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}}, {node});
        }
        graph.outputs = {node};
        graph.output_names = {"y"};
        g = floats({batch, layers.back().out}, 0.3);
    }
};

/// The same in OpenBLAS double.
class Blas {
public:
    explicit Blas(const Net& net) : net_(net) {
        for (const auto& l : net.layers) {
            const std::int64_t o = l.size ? l.size - 4 : 0, n = net.batch;
            State s;
            s.z.resize(static_cast<std::size_t>(n * l.out * (l.size ? o * o : 1)));
            s.dz = s.z;
            if (l.size) {
                s.columns.resize(static_cast<std::size_t>(25 * l.in * o * o * n));
                s.d_columns.resize(static_cast<std::size_t>(25 * l.in * o * o));
                s.pooled.resize(s.z.size() / 4);
                s.winner.resize(s.pooled.size());
            }
            s.dx.resize(static_cast<std::size_t>(n * l.in * (l.size ? l.size * l.size : 1)));
            s.dw.resize(static_cast<std::size_t>(l.in * l.out * (l.size ? 25 : 1)));
            s.db.resize(static_cast<std::size_t>(l.out));
            states_.push_back(std::move(s));
        }
    }

    void run() {
        const double* x = net_.x.data.data();
        for (std::size_t i = 0; i < states_.size(); ++i) x = forward(i, x);
        const double* g = net_.g.data.data();
        for (std::size_t i = states_.size(); i-- > 0;) g = backward(i, i == 0 ? net_.x.data.data() : input(i), g);
        benchmark::DoNotOptimize(g);
        benchmark::ClobberMemory();
    }

    const std::vector<double>& weight_gradient(std::size_t i) const { return states_[i].dw; }

private:
    struct State {
        std::vector<double> z, dz, columns, d_columns, pooled, dx, dw, db;
        std::vector<std::int64_t> winner;
    };

    const double* input(std::size_t i) const { return net_.layers[i - 1].size ? states_[i - 1].pooled.data() : states_[i - 1].z.data(); }

    const double* forward(std::size_t i, const double* x) {
        const auto& [in, out, size] = net_.layers[i];
        State& s = states_[i];
        const double *w = net_.parameters[2 * i].data.data(), *b = net_.parameters[2 * i + 1].data.data();
        const int m = static_cast<int>(net_.batch), k = static_cast<int>(in), n = static_cast<int>(out);
        const bool last = i + 1 == states_.size();
        if (!size) {
            for (int r = 0; r < m; ++r) std::copy_n(b, n, s.z.data() + r * n);
            if (m == 1) cblas_dgemv(CblasRowMajor, CblasNoTrans, n, k, 1, w, k, x, 1, 1, s.z.data(), 1);
            else cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x, k, w, k, 1, s.z.data(), n);
            if (!last)
                for (double& v : s.z) v = std::max(v, 0.0);
            return s.z.data();
        }
        const std::int64_t o = size - 4, taps = 25 * in;
        for (std::int64_t image = 0; image < net_.batch; ++image) {
            double* columns = s.columns.data() + image * taps * o * o;
            for (std::int64_t c = 0, tap = 0; c < in; ++c)
                for (std::int64_t di = 0; di < 5; ++di)
                    for (std::int64_t dj = 0; dj < 5; ++dj, ++tap)
                        for (std::int64_t r = 0; r < o; ++r)
                            std::copy_n(x + ((image * in + c) * size + r + di) * size + dj, o, columns + (tap * o + r) * o);
            double* z = s.z.data() + image * out * o * o;
            for (std::int64_t c = 0; c < out; ++c) std::fill_n(z + c * o * o, o * o, b[c]);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, static_cast<int>(o * o), static_cast<int>(taps), 1, w, static_cast<int>(taps), columns,
                        static_cast<int>(o * o), 1, z, static_cast<int>(o * o));
        }
        for (double& v : s.z) v = std::max(v, 0.0);
        std::size_t to = 0;
        for (std::int64_t plane = 0; plane < net_.batch * out; ++plane)
            for (std::int64_t r = 0; r < o; r += 2)
                for (std::int64_t c = 0; c < o; c += 2, ++to) {
                    const std::int64_t at = (plane * o + r) * o + c;
                    std::int64_t winner = at;
                    for (const std::int64_t e : {at + 1, at + o, at + o + 1})
                        if (s.z[static_cast<std::size_t>(e)] > s.z[static_cast<std::size_t>(winner)]) winner = e;
                    s.pooled[to] = s.z[static_cast<std::size_t>(winner)];
                    s.winner[to] = winner;
                }
        return s.pooled.data();
    }

    const double* backward(std::size_t i, const double* x, const double* g) {
        const auto& [in, out, size] = net_.layers[i];
        State& s = states_[i];
        const double* w = net_.parameters[2 * i].data.data();
        const int m = static_cast<int>(net_.batch), k = static_cast<int>(in), n = static_cast<int>(out);
        const bool last = i + 1 == states_.size();
        std::fill(s.db.begin(), s.db.end(), 0.0);
        if (!size) {
            for (std::size_t e = 0; e < s.z.size(); ++e) s.dz[e] = last || s.z[e] > 0 ? g[e] : 0.0;
            for (int r = 0; r < m; ++r)
                for (int c = 0; c < n; ++c) s.db[static_cast<std::size_t>(c)] += s.dz[static_cast<std::size_t>(r * n + c)];
            if (m == 1) {
                std::fill(s.dw.begin(), s.dw.end(), 0.0);
                cblas_dger(CblasRowMajor, n, k, 1, s.dz.data(), 1, x, 1, s.dw.data(), k);
                cblas_dgemv(CblasRowMajor, CblasTrans, n, k, 1, w, k, s.dz.data(), 1, 0, s.dx.data(), 1);
            } else {
                cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1, s.dz.data(), n, x, k, 0, s.dw.data(), k);
                cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1, s.dz.data(), n, w, k, 0, s.dx.data(), k);
            }
            return s.dx.data();
        }
        const std::int64_t o = size - 4, taps = 25 * in;
        std::fill(s.dz.begin(), s.dz.end(), 0.0);
        for (std::size_t e = 0; e < s.pooled.size(); ++e)
            if (s.pooled[e] > 0) s.dz[static_cast<std::size_t>(s.winner[e])] = g[e];
        std::fill(s.dx.begin(), s.dx.end(), 0.0);
        for (std::int64_t image = 0; image < net_.batch; ++image) {
            const double *columns = s.columns.data() + image * taps * o * o, *dz = s.dz.data() + image * out * o * o;
            for (std::int64_t c = 0; c < out; ++c)
                for (std::int64_t e = 0; e < o * o; ++e) s.db[static_cast<std::size_t>(c)] += dz[c * o * o + e];
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, static_cast<int>(taps), static_cast<int>(o * o), 1, dz, static_cast<int>(o * o), columns,
                        static_cast<int>(o * o), image > 0, s.dw.data(), static_cast<int>(taps));
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(taps), static_cast<int>(o * o), n, 1, w, static_cast<int>(taps), dz,
                        static_cast<int>(o * o), 0, s.d_columns.data(), static_cast<int>(o * o));
            for (std::int64_t c = 0, tap = 0; c < in; ++c)
                for (std::int64_t di = 0; di < 5; ++di)
                    for (std::int64_t dj = 0; dj < 5; ++dj, ++tap)
                        for (std::int64_t r = 0; r < o; ++r)
                            for (std::int64_t e = 0; e < o; ++e)
                                s.dx[static_cast<std::size_t>(((image * in + c) * size + r + di) * size + dj + e)] += s.d_columns[static_cast<std::size_t>((tap * o + r) * o + e)];
        }
        return s.dx.data();
    }

    const Net& net_;
    std::vector<State> states_;
};

template <Context C>
struct Exact {
    const Net& net;
    std::vector<AnyTensor<C>> parameters;
    AnyTensor<C> x, g;

    explicit Exact(const Net& n) : net(n), x(lift<C>(n.x)), g(lift<C>(n.g)) {
        for (const auto& p : n.parameters) parameters.push_back(lift<C>(p));
    }
    GraphGradient<C> run() const { return pullback<C>(net.graph, parameters, tercet::run<C>(net.graph, parameters, {x}), {g}); }
};

/// Of this thread alone: on a machine with other work the clock on the wall says nothing.
double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

template <class F>
double best_of(int times, F f) {
    double best = 1e300;
    for (int k = 0; k < times; ++k) {
        const double start = cpu_seconds();
        f();
        best = std::min(best, cpu_seconds() - start);
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
            if constexpr (std::same_as<C, Dyadic>) exact = round_nearest(to_rational(std::as_const(d.parameters[2 * i].data)[e]));
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
    if (!agrees<C>(blas, exact.run(), net.layers.size())) state.SkipWithError("the exact gradients are not those of the yardstick");
    double mine = 1e300, yardstick = 1e300;
    for (auto _ : state) {
        yardstick = std::min(yardstick, best_of(5, [&] { blas.run(); }));
        const double seconds = best_of(1, [&] { benchmark::DoNotOptimize(exact.run()); });
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
void add(const std::string& name, std::int64_t batch, const std::vector<Net::Layer>& layers, int iterations) {
    benchmark::RegisterBenchmark((name + "/batch:" + std::to_string(batch) + "/" + std::string(C::name)).c_str(), [=](benchmark::State& state) {
        const Net net(batch, layers);
        exact_gradient<C>(state, net);
    })->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(iterations);
}

}  // namespace

int main(int argc, char** argv) {
    if (!std::getenv("OPENBLAS_NUM_THREADS")) {  // read when the library is loaded: its threads, once there, spin beside what is measured
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    const std::vector<Net::Layer> mlp{{784, 256, 0}, {256, 256, 0}, {256, 10, 0}}, cnn{{1, 16, 28}, {16, 32, 12}, {512, 10, 0}};
    add<Dyadic>("mlp", 1, mlp, 30);
    add<Dyadic>("mlp", 64, mlp, 10);
    add<Dyadic>("cnn", 1, cnn, 30);
    add<Dyadic>("cnn", 16, cnn, 10);
    for (const int layers : {2, 4, 8, 16}) add<Dyadic>("depth/" + std::to_string(layers), 64, deep(layers), layers < 16 ? 10 : 3);
    for (const int layers : {2, 4, 8, 16}) add<Dyadic>("depth/" + std::to_string(layers), 1, deep(layers), 10);
    add<Rational>("mlp", 1, mlp, 2);
    add<Rational>("cnn", 1, cnn, 2);
    add<Mpq>("mlp", 1, mlp, 1);
    add<Mpq>("cnn", 1, cnn, 1);
    add<Rational>("mlp", 64, mlp, 1);
    add<Mpq>("mlp", 64, mlp, 1);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
}
