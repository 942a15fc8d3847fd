/// bench/interval_peers: the same affine layers (bench/certified_affine) in plain loops over interval numbers, against
/// OpenBLAS double.
///
/// boost_default: boost::numeric::interval<double> as its documentation first shows it: rounded_math<double> (the
/// rounding mode set and restored in every operation), checking_strict. boost_unprotected: what its documentation
/// advises for speed, the same interval unprotected, under one rounding object for the whole product. scalar: tercet's
/// Interval, one operation after another, as core/kernels.hpp defines the product. How the compiler lays out the stack
/// frame decides by a factor of three how fast Boost stores and loads control words here: of four copies of each loop,
/// their frames 16 bytes apart, the fastest counts. Weights are doubles, multiplied as double x interval. Compiled with
/// -O3 -frounding-math, which Boost.Interval needs to be sound in GCC.
#include <tercet/bench/duel.hpp>
#include <tercet/bench/layer_case.hpp>

#include <tercet/scalars/interval_number.hpp>

#include <boost/numeric/interval.hpp>

using namespace tercet;
using namespace tercet::bench;

namespace {

using Stock = boost::numeric::interval<double>;
using Unprotected = boost::numeric::interval_lib::unprotect<Stock>::type;

/// y = W x for each box; times(w, x) is one product.
template <int Frame, class I, class F>
[[gnu::noinline]] void loops(const LayerCase& c, const std::vector<I>& x, std::vector<I>& y, F times) {
    char shift[16 * Frame + 1];
    benchmark::DoNotOptimize(&shift[0]);
    for (std::int64_t b = 0; b < c.boxes; ++b)
        for (std::int64_t i = 0; i < c.rows; ++i) {
            I sum(0.0);
            for (std::int64_t k = 0; k < c.terms; ++k)
                sum += times(c.weights[static_cast<std::size_t>(i * c.terms + k)],
                             x[static_cast<std::size_t>(b * c.terms + k)]);
            y[static_cast<std::size_t>(b * c.rows + i)] = sum;
        }
}

template <int Frame, class I>
void product(const LayerCase& c, const std::vector<I>& x, std::vector<I>& y) {
    if constexpr (std::same_as<I, Interval>) {
        loops<Frame>(c, x, y, [](double w, const I& v) { return I(w) * v; });
    } else if constexpr (std::same_as<I, Unprotected>) {
        const Stock::traits_type::rounding rounding;
        loops<Frame>(c, x, y, [](double w, const I& v) { return w * v; });
    } else {
        loops<Frame>(c, x, y, [](double w, const I& v) { return w * v; });
    }
}

template <class I>
using Product = void (*)(const LayerCase&, const std::vector<I>&, std::vector<I>&);

/// The fastest copy, found on a layer of 64 terms.
template <class I>
Product<I> fastest() {
    LayerCase& c = layer_case(16, 64, 1);
    const std::vector<I> x(c.x.size(), I(0.25, 0.5));
    std::vector<I> y(c.y.size());
    Product<I> best = nullptr;
    double least = 1e300;
    for (const Product<I> p : {&product<0, I>, &product<1, I>, &product<2, I>, &product<3, I>}) {
        Side side([&] { p(c, x, y); });
        for (int k = 0; k < 5; ++k) side.sample();
        if (side.best() < least) best = p, least = side.best();
    }
    return best;
}

template <class I>
void run(benchmark::State& state, LayerCase& c) {
    std::vector<I> x, y(c.y.size());
    for (std::size_t i = 0; i < c.x.size(); ++i) x.push_back(I(c.ends[2 * i], c.ends[2 * i + 1]));
    const Product<I> loops = fastest<I>();
    duel(
        state, [&] { loops(c, x, y); }, [&] { c.yardstick(); });
    state.counters["ns_per_mac"] = 1e3 * state.counters["best_us"].value / c.macs();
    for (std::size_t i = 0; i < y.size(); ++i) {
        c.y_ends[2 * i] = y[i].lower();
        c.y_ends[2 * i + 1] = y[i].upper();
    }
    state.counters["excess"] = c.excess();
}

template <class I>
void add(const char* name, std::int64_t rows, std::int64_t terms, std::int64_t boxes) {
    const std::string shape = std::to_string(rows) + "x" + std::to_string(terms) + "/k:" + std::to_string(boxes) + "/";
    add_benchmark("affine/" + shape + name, rows * terms * boxes < 1 << 22 ? 3 : 1,
                  [=](benchmark::State& state) { run<I>(state, layer_case(rows, terms, boxes)); });
}

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    // plain loops take a fixed time for each multiply-add: the larger shapes would add minutes and no figure
    for (const auto& [rows, terms, boxes] :
         {std::tuple{256, 256, 1}, {256, 256, 64}, {1024, 1024, 1}, {64, 576, 1024}}) {
        add<Stock>("boost_default", rows, terms, boxes);
        add<Unprotected>("boost_unprotected", rows, terms, boxes);
        add<Interval>("scalar", rows, terms, boxes);
    }
    return run_benchmarks(argc, argv);
}
