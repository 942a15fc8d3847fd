/// Weights that are float32 numbers are stored as such: which they are, and that no result depends on it.
#include <tercet/scalars/kernels/affine.hpp>
#include <tercet/scalars/kernels/affine_conv.hpp>

#include <cfloat>
#include <cmath>
#include <limits>
#include <random>

#include "../catch.hpp"
#include "hostile.hpp"

using namespace tercet;
using Width = PackedMatrix::Width;

namespace {

bool stored_short(double w) { return !PackedMatrix::pack(1, 1, &w, 1, 1).short_lines.empty(); }

std::vector<const affine::Kernels*> all_kernels() {
    std::vector<const affine::Kernels*> all;
    for (const Processor p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) all.push_back(&affine::kernels_of(p));
    return all;
}

std::vector<double> random_floats(std::int64_t n, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::vector<double> x;
    for (std::int64_t i = 0; i < n; ++i)
        x.push_back(i % 11 == 5 ? 0.0 : static_cast<double>(static_cast<float>(normal(random))));
    return x;
}

/// Boxes about normal midpoints: wide ones, points, and where asked one with an infinite end.
std::vector<double> random_ends(std::int64_t n, bool infinite, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::vector<double> ends;
    for (std::int64_t i = 0; i < n; ++i) {
        const double m = normal(random), r = i % 3 == 0 ? 0.0 : 0x1p-7;
        ends.push_back(m - r);
        ends.push_back(infinite && i == n / 2 ? std::numeric_limits<double>::infinity() : m + r);
    }
    return ends;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
               return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
           });
}

}  // namespace

TEST_CASE("zeros and normal float32 numbers are stored in four bytes, all others in eight", "[scalars][affine]") {
    for (const double w : {0.0, -0.0, 1.0, -1.5, 0x1.fffffep127, -0x1p-126, 0x1.000002p0, static_cast<double>(0.1f)})
        CHECK(stored_short(w));
    for (const double w :
         {0.1, 0x1p128, -0x1.ffffffp127, 0x1p-127, 0x1.8p-149, 0x1.000001p0, DBL_MAX, DBL_TRUE_MIN, -DBL_MIN})
        CHECK_FALSE(stored_short(w));
    for (const double w : {HUGE_VAL, -HUGE_VAL, std::nan("")}) CHECK_FALSE(stored_short(w));
    const double one_double[] = {1.0, 2.0, 0.1, 4.0};
    const PackedMatrix mixed = PackedMatrix::pack(2, 2, one_double, 2, 1);
    CHECK(mixed.short_lines.empty());
    CHECK(mixed.panel(0)[8 * 0 + 1] == 0.1);  // row 1, column 0
    CHECK(mixed.short_panel(0) == nullptr);
    CHECK(PackedMatrix::pack(2, 2, one_double + 3, 0, 0).short_panel(0)[8 + 1] == 4.0f);
    CHECK(PackedMatrix::pack(2, 2, one_double + 3, 0, 0, Width::of_double).short_lines.empty());
}

TEST_CASE("subnormal weights keep their values where the caller flushes them", "[scalars][affine]") {
    const double w[] = {DBL_TRUE_MIN, 0x1p-1030, 0x1p-140};
    for (const unsigned state : testing::mxcsr_states()) {
        PackedMatrix packed;
        {
            const testing::Hostile caller(state);
            packed = PackedMatrix::pack(1, 3, w, 3, 1);
        }
        REQUIRE(packed.short_lines.empty());
        for (int k = 0; k < 3; ++k) CHECK(packed.panel(0)[8 * k] == w[k]);
    }
}

TEST_CASE("results do not depend on how the weights are stored", "[scalars][affine]") {
    std::mt19937_64 random(7);
    for (const affine::Kernels* with : all_kernels())
        for (const auto& [rows, cols] : {std::pair{1, 1}, {3, 17}, {8, 40}, {40, 60}, {9, 257}, {37, 300}, {70, 530}})
            for (const std::int64_t boxes : {1, 2, 3, 7, 95})
                for (const bool infinite : {false, true}) {
                    CAPTURE(with->name, rows, cols, boxes, infinite);
                    const auto w = random_floats(rows * cols, random), bias = random_floats(rows, random),
                               x = random_ends(boxes * cols, infinite, random);
                    const auto narrow = PackedMatrix::pack(rows, cols, w.data(), cols, 1),
                               wide = PackedMatrix::pack(rows, cols, w.data(), cols, 1, Width::of_double);
                    REQUIRE(!narrow.short_lines.empty());
                    REQUIRE(!wide.lines.empty());
                    CHECK((narrow.magnitudes.lowest == wide.magnitudes.lowest &&
                           narrow.magnitudes.highest == wide.magnitudes.highest));
                    for (const auto bound : {affine::Bound::automatic, affine::Bound::tight}) {
                        std::vector<double> y(static_cast<std::size_t>(2 * rows * boxes)), z(y.size());
                        affine::enclose(narrow, {x.data(), boxes, cols, 1}, bias.data(), true,
                                        {y.data(), boxes, rows, 1}, bound, *with);
                        affine::enclose(wide, {x.data(), boxes, cols, 1}, bias.data(), true, {z.data(), boxes, rows, 1},
                                        bound, *with);
                        CHECK(same_bits(y, z));
                    }
                    std::vector<double> y(static_cast<std::size_t>(rows * boxes)), z(y.size());
                    affine::multiply(narrow, {x.data(), boxes, 2 * cols, 2}, bias.data(), false, y.data(), rows, 1,
                                     *with);
                    affine::multiply(wide, {x.data(), boxes, 2 * cols, 2}, bias.data(), false, z.data(), rows, 1,
                                     *with);
                    CHECK(same_bits(y, z));
                }
}

TEST_CASE("convolutions do not depend on how the weights are stored", "[scalars][affine]") {
    std::mt19937_64 random(8);
    const Conv2dSizes plan = Conv2dSizes::make({4, 9, 7}, {6, 2, 3, 3}, Geometry2d::same(1, 1), 2);
    const std::int64_t rows = plan.group_out(), taps = plan.taps();
    const auto kernel = random_floats(2 * rows * taps, random), bias = random_floats(6, random);
    std::vector<PackedMatrix> narrow, wide;
    for (std::int64_t q = 0; q < 2; ++q) {
        narrow.push_back(PackedMatrix::pack(rows, taps, kernel.data() + q * rows * taps, taps, 1));
        wide.push_back(PackedMatrix::pack(rows, taps, kernel.data() + q * rows * taps, taps, 1, Width::of_double));
        REQUIRE(!narrow.back().short_lines.empty());
    }
    for (const affine::Kernels* with : all_kernels())
        for (const bool infinite : {false, true})
            for (const auto bound : {affine::Bound::automatic, affine::Bound::tight}) {
                CAPTURE(with->name, infinite);
                const auto x = random_ends(2 * 4 * 9 * 7, infinite, random);
                std::vector<double> y(static_cast<std::size_t>(2 * 2 * 6 * plan.positions())), z(y.size());
                affine::enclose_convolution(narrow, plan, 2, x.data(), bias.data(), true, y.data(), bound, *with);
                affine::enclose_convolution(wide, plan, 2, x.data(), bias.data(), true, z.data(), bound, *with);
                CHECK(same_bits(y, z));
            }
}
