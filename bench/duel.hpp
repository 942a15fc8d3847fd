/// A benchmark as a duel: candidate and yardstick run in turn in one process, so both see the same machine, clock and
/// neighbours.
///
/// A sample is the mean of as many calls as take 200 us. Three of one side, then three of the other, so that what each
/// finds in the caches is its own; the best of each side counts. Seconds are CPU time of the calling thread: waiting
/// for a processor does not count, what others do to the caches and the clock does.
#pragma once

#include <benchmark/benchmark.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string>
#include <utility>

namespace tercet::bench {

inline double thread_seconds() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

inline double wall_seconds() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// One side: best() is the least seconds a call so far.
template <class F>
class Side {
public:
    explicit Side(F f, double (*clock)() = thread_seconds) : f_(std::move(f)), clock_(clock) {
        f_();  // first touches, which do not count
    }

    /// The first sample is one call and says how many calls the others are.
    double sample() {
        const double start = clock_();
        for (int i = 0; i < calls_; ++i) {
            f_();
            benchmark::ClobberMemory();
        }
        const double seconds = (clock_() - start) / calls_;
        if (best_ == never) calls_ = static_cast<int>(std::clamp(200e-6 / std::max(seconds, 1e-9), 1.0, 1e5));
        best_ = std::min(best_, seconds);
        return seconds;
    }
    double best() const { return best_; }

private:
    static constexpr double never = 1e300;
    F f_;
    double (*clock_)();
    int calls_ = 1;
    double best_ = never;
};

/// Counters best_us, yardstick_us, and ratio = best_us / yardstick_us.
template <class F, class G>
void duel(benchmark::State& state, F candidate, G yardstick, double (*clock)() = thread_seconds) {
    Side mine(std::move(candidate), clock);
    Side other(std::move(yardstick), clock);
    for (auto _ : state) {
        for (int k = 0; k < 3; ++k) other.sample();
        double best = mine.sample();
        for (int k = 0; k < 2; ++k) best = std::min(best, mine.sample());
        state.SetIterationTime(best);
    }
    state.counters["best_us"] = 1e6 * mine.best();
    state.counters["yardstick_us"] = 1e6 * other.best();
    state.counters["ratio"] = mine.best() / other.best();
}

/// Counter best_us.
template <class F>
double solo(benchmark::State& state, F f) {
    Side mine(std::move(f));
    for (auto _ : state) state.SetIterationTime(mine.sample());
    state.counters["best_us"] = 1e6 * mine.best();
    return mine.best();
}

/// Registers f(state), which sets its own times.
template <class F>
void add_benchmark(const std::string& name, std::int64_t iterations, F f) {
    benchmark::RegisterBenchmark(name.c_str(), f)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond)
        ->Iterations(iterations);
}

/// Runs what was registered, with all that calls oneTBB on one thread.
inline int run_benchmarks(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    oneapi::tbb::task_arena(1).execute([] { benchmark::RunSpecifiedBenchmarks(); });
    return 0;
}

/// About half a second of a kernel that takes 0.1 ns per multiply-add; 5 to 200 iterations.
inline std::int64_t iterations_for(double macs) {
    return static_cast<std::int64_t>(std::clamp(2e9 / macs, 5.0, 200.0));
}

}  // namespace tercet::bench
