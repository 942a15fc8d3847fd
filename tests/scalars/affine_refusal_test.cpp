/// What the packed layers of Interval64 refuse: shapes that do not fit, results that overlap, weights and biases that
/// are no real numbers.
#include <tercet/core/error.hpp>
#include <tercet/scalars/interval64.hpp>

#include <cmath>

#include "../catch.hpp"

using namespace tercet;

TEST_CASE("Weights that are no real numbers are refused with their place") {
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        Storage<Float64> w(6, 1.0);
        w[4] = bad;
        CHECK_THROWS_WITH(Interval64::pack(ConstMatrix<Float64>{&w, 0, 2, 3, 3, 1}),
                          Catch::Matchers::ContainsSubstring("weight (1, 1) of [2, 3]"));
    }
}

TEST_CASE("Shapes that do not fit, and results that overlap, are refused with their numbers") {
    using Catch::Matchers::ContainsSubstring;
    const auto plan = Conv2dSizes::make({3, 6, 7}, {5, 3, 3, 2}, {}, 1);
    const std::vector<double> kernel(5 * 18, 1.0);
    const std::vector<PackedMatrix> groups{PackedMatrix::pack(5, 18, kernel.data(), 18, 1)};
    Storage<Interval64> x(2 * 3 * 6 * 7 + 600), y(2 * 5 * 4 * 6);
    const View<Interval64, 4> images{&x, 0, {2, 3, 6, 7}}, other{&x, 0, {2, 3, 7, 6}};
    CHECK_THROWS_WITH(Interval64::convolve(other, groups, plan, nullptr, false, y, 0),
                      ContainsSubstring("[2, 3, 6, 7]") && ContainsSubstring("[2, 3, 7, 6]"));
    CHECK_THROWS_WITH(Interval64::convolve(images, groups, plan, nullptr, false, y, 1),
                      ContainsSubstring("240 results from element 1 do not fit 240"));
    CHECK_THROWS_WITH(Interval64::convolve(images, groups, plan, nullptr, false, x, 251), ContainsSubstring("overlap"));
    CHECK_NOTHROW(Interval64::convolve(images, groups, plan, nullptr, false, x, 252));
    const double bad[5] = {0, 0, 0, HUGE_VAL, 0};
    CHECK_THROWS_AS(Interval64::convolve(images, groups, plan, bad, false, y, 0), DomainError);
    const auto w = PackedMatrix::pack(2, 3, kernel.data(), 3, 1);
    CHECK_THROWS_WITH(Interval64::affine({&x, 0, 4, 2, 2, 1}, w, nullptr, false, {&y, 0, 4, 2, 2, 1}),
                      ContainsSubstring("[2, 3]: input [4, 2] into [4, 2]"));
    CHECK_THROWS_WITH(Interval64::affine({&x, 0, 4, 3, 3, 1}, w, nullptr, false, {&x, 11, 4, 2, 2, 1}),
                      ContainsSubstring("overlaps"));
    CHECK_NOTHROW(Interval64::affine({&x, 0, 4, 3, 3, 1}, w, nullptr, false, {&x, 12, 4, 2, 2, 1}));
}
