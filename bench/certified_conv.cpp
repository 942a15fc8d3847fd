/// bench/certified_conv: bounds of a convolution, 64 channels of 32 x 32 into 64, 3 x 3, padding 1: a product [64, 576]
/// x [576, 1024].
///
/// conv/64x576x1024/<what>/<path>, against cblas_dgemm of the product alone, its columns laid out already. automatic
/// and tight: affine::enclose_convolution from the image of intervals. double: affine::multiply_convolution.
/// im2col_dgemm: the columns, then cblas_dgemm.
#include <tercet/bench/duel.hpp>
#include <tercet/bench/layer_case.hpp>

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/scalars/kernels/affine_conv.hpp>

using namespace tercet;
using namespace tercet::bench;

namespace {

constexpr std::int64_t channels = 64, side = 32, taps = 9 * channels, positions = side * side;

struct ConvCase {
    Conv2dSizes sizes =
        Conv2dSizes::make({channels, side, side}, {channels, channels, 3, 3}, Geometry2d::same(1, 1), 1);
    std::vector<double> kernel, image, ends, columns, y, y_ends;
    std::vector<PackedMatrix> packed;

    ConvCase() : columns(taps * positions), y(channels * positions), y_ends(2 * y.size()) {
        std::mt19937_64 random(20261121);
        std::normal_distribution<double> normal;
        for (std::int64_t i = 0; i < channels * taps; ++i)
            kernel.push_back(static_cast<double>(static_cast<float>(normal(random) / 24)));
        for (std::int64_t i = 0; i < channels * positions; ++i) {
            image.push_back(normal(random));
            ends.push_back(image.back() - 0x1p-7);
            ends.push_back(image.back() + 0x1p-7);
        }
        lay_out_columns();
        packed.push_back(PackedMatrix::pack(channels, taps, kernel.data(), taps, 1));
    }
    /// im2col; the padding stays 0.
    void lay_out_columns() {
        for_each_tap_run(sizes, 0, [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
            std::copy_n(image.data() + at, count, columns.data() + tap * positions + column);
        });
    }
    void yardstick() {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, channels, positions, taps, 1, kernel.data(), taps,
                    columns.data(), positions, 0, y.data(), positions);
    }

    /// As LayerCase::excess: the exact width is sum |w| (u - l) over the taps that read inside the image.
    double excess() const {
        std::vector<long double> exact(y.size());
        for_each_tap_run(sizes, 0, [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
            for (std::int64_t oc = 0; oc < channels; ++oc)
                for (std::int64_t i = 0; i < count; ++i)
                    exact[static_cast<std::size_t>(oc * positions + column + i)] +=
                        std::abs(static_cast<long double>(kernel[static_cast<std::size_t>(oc * taps + tap)])) *
                        (static_cast<long double>(ends[static_cast<std::size_t>(2 * (at + i) + 1)]) -
                         ends[static_cast<std::size_t>(2 * (at + i))]);
        });
        long double worst = -1;
        for (std::size_t i = 0; i < exact.size(); ++i)
            worst =
                std::max(worst, (static_cast<long double>(y_ends[2 * i + 1]) - y_ends[2 * i] - exact[i]) / exact[i]);
        return static_cast<double>(worst);
    }
};

ConvCase& conv_case() {
    static ConvCase c;
    return c;
}

template <class F>
void add(const std::string& name, bool encloses, F f) {
    add_benchmark("conv/64x576x1024/" + name, 30, [=](benchmark::State& state) {
        ConvCase& c = conv_case();
        const auto candidate = [&] { f(c); };
        duel(state, candidate, [&] { c.yardstick(); });
        state.counters["ns_per_mac"] =
            1e3 * state.counters["best_us"].value / static_cast<double>(channels * taps * positions);
        if (encloses) state.counters["excess"] = c.excess();
    });
}

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    for (const Processor p : {Processor::avx512, Processor::avx2, Processor::portable}) {
        if (!has_instructions(p)) continue;
        const affine::Kernels* with = &affine::kernels_of(p);
        const std::string path(to_string(p));
        for (const auto& [name, bound] :
             {std::pair{"automatic/", affine::Bound::automatic}, {"tight/", affine::Bound::tight}})
            add(name + path, true, [with, bound = bound](ConvCase& c) {
                affine::enclose_convolution(c.packed, c.sizes, 1, c.ends.data(), nullptr, false, c.y_ends.data(), bound,
                                            *with);
            });
        add("double/" + path, false, [with](ConvCase& c) {
            affine::multiply_convolution(c.packed, c.sizes, 1, c.image.data(), nullptr, false, c.y.data(), *with);
        });
    }
    add("im2col_dgemm", false, [](ConvCase& c) {
        c.lay_out_columns();
        c.yardstick();
    });
    return run_benchmarks(argc, argv);
}
