/// bench/interval_elementwise: bulk operations of Interval64 on contiguous runs, nanoseconds an interval (both ends),
/// one thread.
///
/// elementwise/<operation>/n:<intervals>. 1024 intervals an operand stay in the first cache, 262144 (4 MiB an operand)
/// do not.
#include <tercet/bench/duel.hpp>

#include <tercet/scalars/interval64.hpp>

#include <random>
#include <string>

using namespace tercet;
using namespace tercet::bench;

namespace {

/// Normal midpoints, radius 0.5: a third of them contains 0.
Storage<Interval64> boxes(std::int64_t n, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    Storage<Interval64> x;
    for (std::int64_t i = 0; i < n; ++i) {
        const double m = normal(random);
        x.push_back(Interval(m - 0.5, m + 0.5));
    }
    return x;
}

template <class F>
void add(const char* name, F f) {
    for (const std::int64_t n : {1024, 262144})
        add_benchmark("elementwise/" + std::string(name) + "/n:" + std::to_string(n), 100,
                      [=](benchmark::State& state) {
                          const Storage<Interval64> a = boxes(n, 1), b = boxes(n, 2);
                          Storage<Interval64> y(a.size());
                          const ConstRun<Interval64> x1{&a, 0, 1}, x2{&b, 0, 1};
                          const double seconds = solo(state, [&] { f(n, x1, x2, Run<Interval64>{&y, 0, 1}); });
                          state.counters["ns_per_interval"] = 1e9 * seconds / static_cast<double>(n);
                      });
}

}  // namespace

int main(int argc, char** argv) {
    add("relu", [](std::int64_t n, auto a, auto, auto y) { rectify<Interval64>(n, a, y); });
    add("max", [](std::int64_t n, auto a, auto b, auto y) { elementwise<Interval64>(Binary::max, n, a, b, y); });
    add("add", [](std::int64_t n, auto a, auto b, auto y) { elementwise<Interval64>(Binary::add, n, a, b, y); });
    add("multiply",
        [](std::int64_t n, auto a, auto b, auto y) { elementwise<Interval64>(Binary::multiply, n, a, b, y); });
    add("gate", [](std::int64_t n, auto a, auto b, auto y) { gate<Interval64>(n, a, b, y); });
    return run_benchmarks(argc, argv);
}
