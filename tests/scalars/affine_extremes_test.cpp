/// The affine kernels at the ends of the number range: subnormal, huge and infinite operands, and weights that are no numbers.
#include <tercet/scalars/interval64.hpp>

#include "../catch.hpp"
#include "affine_case.hpp"
#include "every_kernel.hpp"

using namespace tercet;
using namespace tercet::testing;

TEST_CASE("Tiny, huge, subnormal and infinite operands: still contained, never NaN") {
    struct Range {
        int low, high;
        double radius;
    };
    const auto range = GENERATE(Range{-540, -460, 0x1p-7}, Range{-1074, -1022, 0.5}, Range{-600, 400, 2.0}, Range{480, 511, 0x1p-40}, Range{1000, 1022, 0x1p-7}, Range{-1074, 1020, 1.0});
    CAPTURE(range.low, range.high, range.radius);
    for (std::uint64_t seed = 300; seed < 306; ++seed) {
        AffineCase c(seed, 11, 19, 4, range.radius, range.low, range.high);
        if (seed % 3 == 1) c.x[3] = HUGE_VAL;
        if (seed % 3 == 2) c.x[2] = -HUGE_VAL, c.x[3] = HUGE_VAL;
        for (const affine::Kernels* with : every_kernel())
            for (const auto bound : {affine::Bound::automatic, affine::Bound::tight}) {
                const auto y = enclose(c, *with, bound, true, false);
                for (std::int64_t j = 0; j < c.boxes; ++j)
                    for (std::int64_t i = 0; i < c.rows; ++i) {
                        const double* ends = &y[static_cast<std::size_t>(2 * (j * c.rows + i))];
                        CAPTURE(seed, with->name, i, j, ends[0], ends[1]);
                        REQUIRE(ends[0] <= ends[1]);
                        REQUIRE(ends[0] < HUGE_VAL);
                        REQUIRE(ends[1] > -HUGE_VAL);
                        AffineCase finite = c;
                        for (double& e : finite.x)
                            if (std::fabs(e) == HUGE_VAL) e = std::copysign(0x1p1023, e);  // a point of the box that any bound must reach
                        REQUIRE(contains(ends, hull_of(finite, i, j, true, false)));
                        const double w1 = c.w[static_cast<std::size_t>(i * c.cols + 1)];
                        if (j == 0 && seed % 3 != 0) REQUIRE((w1 == 0 || ends[0] == -HUGE_VAL || ends[1] == HUGE_VAL));
                    }
            }
    }
}

TEST_CASE("Radii near the largest double, beside zero and tiny weights: no 0 inf, no NaN") {
    constexpr double largest = 0x1.fffffffffffffp1023;
    for (const double weight : {0.0, 0x1p-100, 0x1p-1000})
        for (const bool rectify : {false, true})
            for (const affine::Kernels* with : every_kernel()) {
                AffineCase c(1, 3, 17, 1, 0.0);
                std::fill(c.w.begin(), c.w.end(), weight);
                for (std::int64_t i = 0; i < c.rows; ++i) c.w[static_cast<std::size_t>(i * c.cols)] = 0;
                for (std::int64_t k = 0; k < c.cols; ++k) c.x[static_cast<std::size_t>(2 * k)] = 1, c.x[static_cast<std::size_t>(2 * k + 1)] = 2;
                c.x[0] = -largest;
                c.x[1] = largest;
                c.bias.assign(c.bias.size(), 3);
                const auto y = enclose(c, *with, affine::Bound::automatic, true, rectify);
                for (std::int64_t i = 0; i < c.rows; ++i) {
                    CAPTURE(with->name, weight, rectify, y[static_cast<std::size_t>(2 * i)], y[static_cast<std::size_t>(2 * i + 1)]);
                    REQUIRE(!std::isnan(y[static_cast<std::size_t>(2 * i)]));
                    REQUIRE(!std::isnan(y[static_cast<std::size_t>(2 * i + 1)]));
                    REQUIRE(contains(&y[static_cast<std::size_t>(2 * i)], hull_of(c, i, 0, true, rectify)));
                }
            }
}

TEST_CASE("An element [0, -0] does not hide the smallest operand: products that underflow stay enclosed") {
    for (const affine::Kernels* with : every_kernel()) {
        AffineCase c(1, 9, 17, 1, 0.0);
        std::fill(c.w.begin(), c.w.end(), 0x1p-600);
        for (std::int64_t k = 0; k < c.cols; ++k) c.x[static_cast<std::size_t>(2 * k)] = 0x1p-500, c.x[static_cast<std::size_t>(2 * k + 1)] = 0x1p-499;
        c.x[0] = 0.0;
        c.x[1] = -0.0;
        c.x[2] = 1;
        c.x[3] = 2;
        for (std::int64_t i = 0; i < c.rows; ++i) c.w[static_cast<std::size_t>(i * c.cols + 1)] = 0;
        const auto y = enclose(c, *with, affine::Bound::automatic, false, false);
        for (std::int64_t i = 0; i < c.rows; ++i) {
            CAPTURE(with->name, i);
            REQUIRE(contains(&y[static_cast<std::size_t>(2 * i)], hull_of(c, i, 0, false, false)));
        }
    }
}

TEST_CASE("Weights that are no real numbers are refused with their place") {
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        Storage<Float64> w(6, 1.0);
        w[4] = bad;
        CHECK_THROWS_WITH(Interval64::pack(ConstMatrix<Float64>{&w, 0, 2, 3, 3, 1}), Catch::Matchers::ContainsSubstring("weight (1, 1) of [2, 3]"));
    }
}
