/// Convolutions on the affine kernels against exact sums over the windows, in every geometry.
#include <tercet/scalars/kernels/affine_conv.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <cmath>
#include <random>

#include "../catch.hpp"
#include "affine_case.hpp"
#include "every_kernel.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct Case {
    Conv2dSizes sizes;
    std::int64_t n;
    std::vector<double> kernel, bias, x;  // x: pairs
    std::vector<PackedMatrix> groups;

    Case(std::uint64_t seed, const Extents<3>& image, const Extents<4>& k, const Geometry2d& g,
         std::int64_t group_count, std::int64_t images, double radius)
        : sizes(Conv2dSizes::make(image, k, g, group_count)), n(images) {
        std::mt19937_64 engine(seed);
        const auto real = [&] {
            return std::ldexp(static_cast<double>(static_cast<std::int64_t>(engine() >> 10)) - 0x1p53, -53);
        };
        for (std::int64_t i = 0; i < element_count(k); ++i) kernel.push_back(real());
        for (std::int64_t i = 0; i < k[0]; ++i) bias.push_back(real());
        for (std::int64_t i = 0; i < n * element_count(image); ++i) {
            const double a = real(), r = std::fabs(real()) * radius;
            x.push_back(a - r);
            x.push_back(a + r);
        }
        pack();
    }
    void pack() {
        const std::int64_t rows = sizes.group_out(), taps = sizes.taps();
        groups.clear();
        for (std::int64_t q = 0; q < sizes.groups; ++q)
            groups.push_back(PackedMatrix::pack(rows, taps, kernel.data() + q * rows * taps, taps, 1));
    }

    /// f(weight, index of the cell in x / 2) for every term of output (image, oc, i, j) that reads inside the image.
    template <class F>
    void terms(std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j, F f) const {
        const Geometry2d& g = sizes.geometry;
        for (std::int64_t c = 0; c < sizes.group_in(); ++c)
            for (std::int64_t di = 0; di < sizes.kernel_h; ++di)
                for (std::int64_t dj = 0; dj < sizes.kernel_w; ++dj) {
                    const std::int64_t h = i * g.stride_h + di * g.dilation_h - g.pad_top,
                                       w = j * g.stride_w + dj * g.dilation_w - g.pad_left;
                    if (h < 0 || h >= sizes.in_h || w < 0 || w >= sizes.in_w) continue;
                    const std::int64_t channel = oc / sizes.group_out() * sizes.group_in() + c;
                    f(kernel[static_cast<std::size_t>(
                          ((oc * sizes.group_in() + c) * sizes.kernel_h + di) * sizes.kernel_w + dj)],
                      ((image * sizes.in_c + channel) * sizes.in_h + h) * sizes.in_w + w);
                }
    }
    template <class F>
    void for_each_output(F f) const {
        std::int64_t at = 0;
        for (std::int64_t image = 0; image < n; ++image)
            for (std::int64_t oc = 0; oc < sizes.out_c; ++oc)
                for (std::int64_t i = 0; i < sizes.out_h; ++i)
                    for (std::int64_t j = 0; j < sizes.out_w; ++j) f(at++, image, oc, i, j);
    }
};

/// The exact range of one output.
Hull hull_of(const Case& c, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
    const RationalNumber bias = exact(c.bias[static_cast<std::size_t>(oc)]);
    Hull h{bias, bias};
    c.terms(image, oc, i, j, [&](double w, std::int64_t cell) {
        h.add(w, c.x[static_cast<std::size_t>(2 * cell)], c.x[static_cast<std::size_t>(2 * cell + 1)]);
    });
    return h;
}

void check_contained(const Case& c, affine::Bound bound) {
    for (const affine::Kernels* with : every_kernel()) {
        std::vector<double> y(static_cast<std::size_t>(2 * c.n * c.sizes.out_c * c.sizes.positions()));
        affine::enclose_convolution(c.groups, c.sizes, c.n, c.x.data(), c.bias.data(), false, y.data(), bound, *with);
        c.for_each_output([&](std::int64_t at, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
            const Hull h = hull_of(c, image, oc, i, j);
            CAPTURE(with->name, oc, i, j);
            REQUIRE(exact(y[static_cast<std::size_t>(2 * at)]) <= h.lower);
            REQUIRE(h.upper <= exact(y[static_cast<std::size_t>(2 * at + 1)]));
        });
    }
}

Case far_apart(double radius);

std::vector<Case> cases(double radius) {
    return {Case(1, {1, 1, 1}, {1, 1, 1, 1}, {}, 1, 1, radius),
            Case(2, {3, 6, 7}, {5, 3, 3, 2}, {}, 1, 2, radius),
            Case(3, {4, 7, 5}, {6, 2, 3, 3}, Geometry2d::same(1, 1), 2, 2, radius),
            Case(4, {2, 9, 8}, {9, 2, 3, 2}, {2, 3, 1, 0, 2, 1, 1, 1}, 1, 3, radius),
            Case(5, {3, 11, 10}, {3, 1, 2, 3}, {1, 2, 0, 3, 1, 0, 3, 2}, 3, 1, radius),
            Case(6, {30, 5, 6}, {17, 30, 3, 3}, Geometry2d::same(2, 1), 1, 1, radius),
            far_apart(radius)};
}

/// Windows that stand so far apart in the padding that they are laid out alone.
Case far_apart(double radius) {
    return Case(10, {4, 20, 3}, {6, 2, 2, 3}, {37, 13, 50, 50, 50, 60, 3, 2}, 2, 2, radius);
}

}  // namespace

TEST_CASE("A convolution of boxes contains the exact hull, and exceeds it by little") {
    const double radius = GENERATE(0.0, 0x1p-40, 0x1p-7, 2.0);
    const auto bound = GENERATE(affine::Bound::automatic, affine::Bound::tight);
    for (const Case& c : cases(radius))
        for (const affine::Kernels* with : every_kernel()) {
            const auto size = static_cast<std::size_t>(2 * c.n * c.sizes.out_c * c.sizes.positions());
            std::vector<double> y(size), rectified(size);
            affine::enclose_convolution(c.groups, c.sizes, c.n, c.x.data(), c.bias.data(), false, y.data(), bound,
                                        *with);
            affine::enclose_convolution(c.groups, c.sizes, c.n, c.x.data(), c.bias.data(), true, rectified.data(),
                                        bound, *with);
            c.for_each_output(
                [&](std::int64_t at, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
                    const Hull h = hull_of(c, image, oc, i, j);
                    const double l = y[static_cast<std::size_t>(2 * at)], u = y[static_cast<std::size_t>(2 * at + 1)];
                    CAPTURE(with->name, radius, c.sizes.out_c, image, oc, i, j, l, u);
                    REQUIRE(exact(l) <= h.lower);
                    REQUIRE(h.upper <= exact(u));
                    // as in affine_test.cpp, with |w| <= 1 and |x| <= 1 + radius
                    const double taps = static_cast<double>(c.sizes.taps() + 1);
                    REQUIRE(exact(u) - exact(l) - (h.upper - h.lower) <=
                            exact((8 * taps + 64) * 0x1p-53 * (1 + radius) * taps));
                    REQUIRE(rectified[static_cast<std::size_t>(2 * at)] == (l > 0 ? l : 0));
                    REQUIRE(rectified[static_cast<std::size_t>(2 * at + 1)] == (u > 0 ? u : 0));
                });
        }
}

TEST_CASE(
    "Neither another row of the image nor another group hides the smallest operand: products that underflow stay "
    "enclosed") {
    Case c(8, {34, 1, 1}, {2, 17, 1, 1}, Geometry2d::same(1, 1), 2, 1, 0.0);  // padded: the image is read in runs
    for (std::size_t k = 0; k < 17; ++k) {
        c.kernel[k] = k % 16 == 0 ? 0.0 : 0x1p-600;
        c.x[2 * k] = k % 16 == 0 ? 1.0 : 0x1p-500;
        c.x[2 * k + 1] = 2 * c.x[2 * k];
    }
    c.x[66] = 1;  // the last channel of the second group, whose weights are as large
    c.x[67] = 2;
    c.bias[0] = 0;
    c.pack();
    check_contained(c, affine::Bound::automatic);
}

TEST_CASE("A convolution of boxes whose radius is no double contains both ends") {
    Case c(9, {3, 4, 4}, {1, 3, 2, 2}, Geometry2d::same(1, 1), 1, 1, 0.0);
    std::fill(c.kernel.begin(), c.kernel.end(), 0.0);
    c.kernel[5] = 1;
    c.bias[0] = 0;
    for (std::size_t k = 0; k < c.x.size(); k += 2) c.x[k] = -0x1p-60, c.x[k + 1] = 1;
    c.pack();
    check_contained(c, affine::Bound::automatic);
    check_contained(c, affine::Bound::tight);
}

TEST_CASE("A convolution of boxes with infinite ends") {
    Case c(7, {4, 7, 5}, {6, 2, 3, 3}, Geometry2d::same(1, 1), 2, 2, 0x1p-7);
    const std::int64_t cell = 2 * (2 * 7 + 3) * 5 + 4;
    c.x[static_cast<std::size_t>(cell + 1)] = HUGE_VAL;
    for (const affine::Kernels* with : every_kernel()) {
        std::vector<double> y(static_cast<std::size_t>(2 * c.n * c.sizes.out_c * c.sizes.positions()));
        affine::enclose_convolution(c.groups, c.sizes, c.n, c.x.data(), c.bias.data(), false, y.data(),
                                    affine::Bound::automatic, *with);
        c.for_each_output([&](std::int64_t at, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
            bool up = false, down = false;
            c.terms(image, oc, i, j, [&](double w, std::int64_t k) {
                if (2 * k == cell - cell % 2) up |= w > 0, down |= w < 0;
            });
            CAPTURE(with->name, image, oc, i, j);
            REQUIRE((y[static_cast<std::size_t>(2 * at)] == -HUGE_VAL) == down);
            REQUIRE((y[static_cast<std::size_t>(2 * at + 1)] == HUGE_VAL) == up);
        });
    }
}

TEST_CASE("Windows far apart, over boxes with infinite ends") {
    Case c = far_apart(0.5);
    for (std::size_t k = 1; k < c.x.size(); k += 2) c.x[k] = HUGE_VAL;
    for (const affine::Kernels* with : every_kernel()) {
        std::vector<double> y(static_cast<std::size_t>(2 * c.n * c.sizes.out_c * c.sizes.positions()));
        affine::enclose_convolution(c.groups, c.sizes, c.n, c.x.data(), c.bias.data(), false, y.data(),
                                    affine::Bound::automatic, *with);
        c.for_each_output([&](std::int64_t at, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
            bool up = false, down = false;
            c.terms(image, oc, i, j, [&](double w, std::int64_t) { up |= w > 0, down |= w < 0; });
            CAPTURE(with->name, image, oc, i, j);
            REQUIRE((y[static_cast<std::size_t>(2 * at)] == -HUGE_VAL) == down);
            REQUIRE((y[static_cast<std::size_t>(2 * at + 1)] == HUGE_VAL) == up);
            if (!up && !down) REQUIRE(y[static_cast<std::size_t>(2 * at)] == c.bias[static_cast<std::size_t>(oc)]);
        });
    }
}

TEST_CASE(
    "Ten billion cells of padding that windows skip take neither memory nor time; those that they read ask the "
    "budget") {
    const std::vector<double> kernel(9, 1.0), bias{0.5}, x(8, 1.0);
    const std::vector<PackedMatrix> groups{PackedMatrix::pack(1, 9, kernel.data(), 9, 1)};
    std::vector<double> y(2 * 49);
    set_memory_budget(std::size_t{1} << 20);
    const auto skips = Conv2dSizes::make({1, 2, 2}, {1, 1, 3, 3}, {32767, 32767, 32767, 32767, 32767, 32767, 1, 1}, 1);
    affine::enclose_convolution(groups, skips, 1, x.data(), bias.data(), false, y.data());
    CHECK(y[0] == 0.5);
    const std::vector<double> image(2 * 256 * 256, 1.0);
    const auto reads = Conv2dSizes::make({1, 256, 256}, {1, 1, 3, 3}, Geometry2d::same(64, 100), 1);
    CHECK_THROWS_AS(affine::enclose_convolution(groups, reads, 1, image.data(), bias.data(), false, y.data()),
                    LimitError);
    set_memory_budget(0);
}

TEST_CASE("An image of no rows, or none of columns or channels, is its padding") {
    const Geometry2d below{1, 1, 0, 2, 1, 2, 1, 1}, above{1, 1, 2, 0, 2, 1, 1, 1};
    for (const Geometry2d& g : {below, above, Geometry2d::same(1, 1)})
        for (const Extents<3>& image : {Extents<3>{2, 0, 3}, {2, 3, 0}, {2, 0, 0}, {0, 2, 3}}) {
            const auto sizes = Conv2dSizes::make(image, {1, image[0], 1, 1}, g, 1);
            const std::vector<double> kernel{1, 2}, bias{0.5}, x(24, 0.0);
            const std::vector<PackedMatrix> groups{PackedMatrix::pack(1, sizes.taps(), kernel.data(), sizes.taps(), 1)};
            for (const affine::Kernels* with : every_kernel()) {
                CAPTURE(with->name, image, g.pad_top);
                std::vector<double> y(static_cast<std::size_t>(2 * sizes.positions())),
                    z(static_cast<std::size_t>(sizes.positions()));
                affine::enclose_convolution(groups, sizes, 1, x.data(), bias.data(), false, y.data(),
                                            affine::Bound::automatic, *with);
                affine::multiply_convolution(groups, sizes, 1, x.data(), bias.data(), false, z.data(), *with);
                CHECK(y == std::vector<double>(y.size(), 0.5));
                CHECK(z == std::vector<double>(z.size(), 0.5));
            }
        }
}

TEST_CASE("A convolution of doubles is within its a-priori error of the exact one") {
    for (const Case& c : cases(0.0))
        for (const affine::Kernels* with : every_kernel()) {
            std::vector<double> x, y(static_cast<std::size_t>(c.n * c.sizes.out_c * c.sizes.positions()));
            for (std::size_t i = 0; i < c.x.size(); i += 2) x.push_back(c.x[i]);
            affine::multiply_convolution(c.groups, c.sizes, c.n, x.data(), c.bias.data(), false, y.data(), *with);
            c.for_each_output(
                [&](std::int64_t at, std::int64_t image, std::int64_t oc, std::int64_t i, std::int64_t j) {
                    RationalNumber sum = exact(c.bias[static_cast<std::size_t>(oc)]), size = abs(sum);
                    c.terms(image, oc, i, j, [&](double w, std::int64_t cell) {
                        sum += exact(w) * exact(x[static_cast<std::size_t>(cell)]);
                        size += abs(exact(w) * exact(x[static_cast<std::size_t>(cell)]));
                    });
                    REQUIRE(abs(exact(y[static_cast<std::size_t>(at)]) - sum) <=
                            size * exact(static_cast<double>(c.sizes.taps() + 6) * 0x1p-53));
                });
        }
}
