/// The affine kernels of every processor that is here, and the tiles of eight lanes in emulation, against exact
/// rationals.
#include <tercet/scalars/machine/fp_environment.hpp>

#include "../catch.hpp"
#include "affine_case.hpp"
#include "every_kernel.hpp"

using namespace tercet;
using namespace tercet::testing;

TEST_CASE("Every affine kernel contains the exact hull, and exceeds it by little") {
    const auto bound = GENERATE(affine::Bound::automatic, affine::Bound::tight);
    const double radius = GENERATE(0.0, 0x1p-50, 0x1p-32, 0x1p-7, 4.0);
    std::uint64_t seed = 900;
    for (const auto& [m, k, n] : {std::array<std::int64_t, 3>{1, 1, 1},
                                  {8, 1, 2},
                                  {7, 9, 1},
                                  {17, 33, 3},
                                  {40, 300, 13},
                                  {33, 600, 2},
                                  {9, 256, 7},
                                  {66, 5, 25},
                                  {0, 3, 2},
                                  {3, 0, 2},
                                  {3, 2, 0}})
        for (const bool extras : {false, true}) {
            const AffineCase c(++seed, m, k, n, radius);
            CAPTURE(seed, m, k, n, radius, extras);
            for (const affine::Kernels* with : every_kernel()) {
                CAPTURE(with->name);
                const auto y = enclose(c, *with, bound, extras, extras);
                for (std::int64_t j = 0; j < n; ++j)
                    for (std::int64_t i = 0; i < m; ++i) {
                        const double* ends = &y[static_cast<std::size_t>(2 * (j * m + i))];
                        const Hull h = hull_of(c, i, j, extras, extras);
                        CAPTURE(i, j, ends[0], ends[1]);
                        REQUIRE(contains(ends, h));
                        // excess of the width: midrad inflates by g = (h + 2) u both |w||m| and |w| r, |w|, |m| <= 4:
                        // see affine.cpp
                        const double terms = static_cast<double>(k + 1), size = 4 * (4 + 4 * radius) * terms;
                        REQUIRE(exact(ends[1]) - exact(ends[0]) - (h.upper - h.lower) <=
                                exact(8 * terms * 0x1p-53 * size + 64 * 0x1p-53 * size));
                    }
            }
        }
}

TEST_CASE("Thin boxes and short sums are bounded as tightly as asked for, others by midpoint and radius") {
    const auto same = [](const AffineCase& c, const affine::Kernels& with) {
        return enclose(c, with, affine::Bound::automatic, true, false) ==
               enclose(c, with, affine::Bound::tight, true, false);
    };
    for (const affine::Kernels* with : every_kernel()) {
        CAPTURE(with->name);
        CHECK(same(AffineCase(10, 20, 300, 3, 0x1p-40), *with));
        CHECK(same(AffineCase(11, 20, 16, 3, 0x1p-7), *with));
        CHECK_FALSE(same(AffineCase(12, 20, 300, 3, 0x1p-7), *with));
    }
}

TEST_CASE("Kernels that fuse give the same bits, in every batch, in every rounding mode of the caller") {
    const AffineCase c(77, 50, 700, 21, 0x1p-7);
    const bool fma = has_instructions(Processor::avx2);
    const auto want = enclose(c, eight_lanes, affine::Bound::automatic, true, true);
    for (const affine::Kernels* with : every_kernel()) {
        const auto y = enclose(c, *with, affine::Bound::automatic, true, true);
        if (with != &affine::kernels_of(Processor::portable) && fma) CHECK(y == want);
        for (const unsigned mode : {upward_control, downward_control, nearest_control | 0x8040u}) {
            set_fp_control(mode);
            const auto again = enclose(c, *with, affine::Bound::automatic, true, true);
            set_fp_control(nearest_control);
            CHECK(again == y);
        }
        for (std::int64_t j = 0; j < c.boxes; ++j) {
            AffineCase one = c;
            one.boxes = 1;
            one.x.assign(c.x.begin() + 2 * j * c.cols, c.x.begin() + 2 * (j + 1) * c.cols);
            const auto alone = enclose(one, *with, affine::Bound::automatic, true, true);
            CHECK(std::equal(alone.begin(), alone.end(), y.begin() + 2 * j * c.rows));
        }
    }
}

TEST_CASE("Zero boxes and zero weights give exactly the bias") {
    AffineCase c(5, 9, 20, 3, 0.5);
    std::fill(c.x.begin() + 2 * c.cols, c.x.begin() + 4 * c.cols, 0.0);
    std::fill(c.w.begin() + 4 * c.cols, c.w.begin() + 5 * c.cols, 0.0);
    for (const affine::Kernels* with : every_kernel()) {
        const auto y = enclose(c, *with, affine::Bound::automatic, true, false);
        for (std::int64_t i = 0; i < c.rows; ++i)
            for (int e = 0; e < 2; ++e)
                CHECK(y[static_cast<std::size_t>(2 * (c.rows + i) + e)] == c.bias[static_cast<std::size_t>(i)]);
        for (std::int64_t j = 0; j < c.boxes; ++j)
            for (int e = 0; e < 2; ++e) CHECK(y[static_cast<std::size_t>(2 * (j * c.rows + 4) + e)] == c.bias[4]);
    }
}

TEST_CASE("Strided and transposed operands and results") {
    const AffineCase c(6, 21, 34, 5, 0.25);
    std::vector<double> wt(c.w.size()), xt(c.x.size()), y(2 * 21 * 5);
    for (std::int64_t i = 0; i < 21; ++i)
        for (std::int64_t k = 0; k < 34; ++k)
            wt[static_cast<std::size_t>(k * 21 + i)] = c.w[static_cast<std::size_t>(i * 34 + k)];
    for (std::int64_t j = 0; j < 5; ++j)
        for (std::int64_t k = 0; k < 34; ++k)
            for (int e = 0; e < 2; ++e)
                xt[static_cast<std::size_t>(2 * (k * 5 + j) + e)] = c.x[static_cast<std::size_t>(2 * (j * 34 + k) + e)];
    for (const affine::Kernels* with : every_kernel()) {
        const auto want = enclose(c, *with, affine::Bound::automatic, true, false);
        affine::enclose(PackedMatrix::pack(21, 34, wt.data(), 1, 21), {xt.data(), 5, 1, 5}, c.bias.data(), false,
                        {y.data(), 5, 1, 5}, affine::Bound::automatic, *with);
        for (std::int64_t j = 0; j < 5; ++j)
            for (std::int64_t i = 0; i < 21; ++i)
                for (int e = 0; e < 2; ++e)
                    CHECK(y[static_cast<std::size_t>(2 * (i * 5 + j) + e)] ==
                          want[static_cast<std::size_t>(2 * (j * 21 + i) + e)]);
    }
}

TEST_CASE("The product of doubles is within its a-priori error of the exact one") {
    const AffineCase c(8, 37, 511, 14, 0.0);
    std::vector<double> x;
    for (std::size_t i = 0; i < c.x.size(); i += 2) x.push_back(c.x[i]);
    for (const affine::Kernels* with : every_kernel()) {
        std::vector<double> y(37 * 14);
        affine::multiply(PackedMatrix::pack(37, 511, c.w.data(), 511, 1), {x.data(), 14, 511, 1}, c.bias.data(), false,
                         y.data(), 37, 1, *with);
        for (std::int64_t j = 0; j < 14; ++j)
            for (std::int64_t i = 0; i < 37; ++i) {
                const RationalNumber error =
                    exact(y[static_cast<std::size_t>(j * 37 + i)]) - hull_of(c, i, j, true, false).lower;
                RationalNumber size = abs(exact(c.bias[static_cast<std::size_t>(i)]));
                for (std::int64_t k = 0; k < 511; ++k)
                    size += abs(exact(c.w[static_cast<std::size_t>(i * 511 + k)]) *
                                exact(x[static_cast<std::size_t>(j * 511 + k)]));
                // 256 + 2 chunks + 1 roundings and the bias's, each at most 2^-53: gamma_260 <= 262 eps
                CHECK(abs(error) <= size * exact(262 * 0x1p-53));
            }
    }
}
