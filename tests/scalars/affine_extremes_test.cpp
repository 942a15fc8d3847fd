/// The affine kernels at the ends of the number range: subnormal, huge and infinite operands, and what rounding loses.
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
    const auto range =
        GENERATE(Range{-540, -460, 0x1p-7}, Range{-1074, -1022, 0.5}, Range{-600, 400, 2.0}, Range{480, 511, 0x1p-40},
                 Range{508, 511, 0x1p-7}, Range{1000, 1022, 0x1p-7}, Range{-1074, 1020, 1.0});
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
                            if (std::fabs(e) == HUGE_VAL)
                                e = std::copysign(0x1p1023, e);  // a point of the box that any bound must reach
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
                for (std::int64_t k = 0; k < c.cols; ++k)
                    c.x[static_cast<std::size_t>(2 * k)] = 1, c.x[static_cast<std::size_t>(2 * k + 1)] = 2;
                c.x[0] = -largest;
                c.x[1] = largest;
                c.bias.assign(c.bias.size(), 3);
                const auto y = enclose(c, *with, affine::Bound::automatic, true, rectify);
                for (std::int64_t i = 0; i < c.rows; ++i) {
                    CAPTURE(with->name, weight, rectify, y[static_cast<std::size_t>(2 * i)],
                            y[static_cast<std::size_t>(2 * i + 1)]);
                    REQUIRE(!std::isnan(y[static_cast<std::size_t>(2 * i)]));
                    REQUIRE(!std::isnan(y[static_cast<std::size_t>(2 * i + 1)]));
                    REQUIRE(contains(&y[static_cast<std::size_t>(2 * i)], hull_of(c, i, 0, true, rectify)));
                }
            }
}

namespace {

/// 9 rows of 17 terms: the first two terms have weight 0, element 0 is [0, -0] and element 1 is [1, 2] scaled; all
/// others are one weight and one box.
AffineCase hidden(double weight, double lower, double upper, double scale) {
    AffineCase c(1, 9, 17, 1, 0.0);
    std::fill(c.w.begin(), c.w.end(), weight);
    for (std::size_t i = 0; i < c.w.size(); i += 17) c.w[i] = c.w[i + 1] = 0;
    for (std::size_t k = 0; k < c.x.size(); k += 2) c.x[k] = lower, c.x[k + 1] = upper;
    c.x[0] = 0.0;
    c.x[1] = -0.0;
    c.x[2] = scale;
    c.x[3] = 2 * scale;
    return c;
}

void check_contained(const AffineCase& c, bool with_bias) {
    for (const affine::Kernels* with : every_kernel()) {
        const auto y = enclose(c, *with, affine::Bound::automatic, with_bias, false);
        for (std::int64_t i = 0; i < c.rows; ++i) {
            CAPTURE(with->name, i, y[static_cast<std::size_t>(2 * i)], y[static_cast<std::size_t>(2 * i + 1)]);
            REQUIRE(contains(&y[static_cast<std::size_t>(2 * i)], hull_of(c, i, 0, with_bias, false)));
        }
    }
}

}  // namespace

TEST_CASE("Neither [0, -0] nor a midpoint 0 hides the smallest operand: products that underflow stay enclosed") {
    check_contained(hidden(0x1p-600, 0x1p-500, 0x1p-499, 1), false);
    check_contained(hidden(0x1p-600, -0x1p-500, 0x1p-500, 1), false);  // the radius alone is small
}

TEST_CASE(
    "Midpoints whose part g of a radius underflows, under weights that are large: the sums' roundings stay enclosed") {
    AffineCase c = hidden(0, 0, 0, 0x1p-1031);
    for (std::size_t i = 0; i < c.w.size(); ++i)
        if (i % 17 > 1) c.w[i] = std::ldexp(c.real(0, 0), 200);
    for (std::size_t k = 4; k < c.x.size(); k += 2)
        c.x[k] = c.x[k + 1] = std::ldexp(std::trunc(c.real(30, 30)), -1061);  // halves are exact: radius 0
    check_contained(c, false);
}

TEST_CASE("Boxes whose radius is no double: both ends are in the bound") {
    for (const std::int64_t cols : {3, 40})
        for (const bool flip : {false, true}) {
            AffineCase c(1, 9, cols, 1, 0.0);
            for (std::size_t i = 0; i < c.w.size(); ++i) c.w[i] = i % static_cast<std::size_t>(cols) == 2 ? 1 : 0;
            for (std::size_t k = 0; k < c.x.size(); k += 2)
                c.x[k] = flip ? -1 : -0x1p-60, c.x[k + 1] = flip ? 0x1p-60 : 1;
            check_contained(c, false);
        }
}

TEST_CASE("Radii that the sum of radii loses to rounding, one by one, are in the bound") {
    AffineCase c(1, 9, 256, 1, 0.0);
    std::fill(c.w.begin(), c.w.end(), 1);
    for (std::size_t k = 0; k < c.x.size(); k += 2)
        c.x[k + 1] = k == 0 ? 1 : 0x1.ep-54, c.x[k] = -c.x[k + 1];  // each below half an ulp of 1
    check_contained(c, false);
}

TEST_CASE("A sum far below its bias is in the bound: the last rounding is outward too") {
    for (const int sign : {-1, 1}) {
        AffineCase c(1, 9, 40, 1, 0x1p-7, -70, -60);
        for (double& w : c.w) w = std::fabs(w);
        for (double& e : c.x) e = std::fabs(e) * sign;
        for (std::size_t k = 0; k < c.x.size(); k += 2)
            if (c.x[k] > c.x[k + 1]) std::swap(c.x[k], c.x[k + 1]);
        std::fill(c.bias.begin(), c.bias.end(), sign);
        check_contained(c, true);
    }
}
