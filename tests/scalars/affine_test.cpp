/// The affine kernels of every processor that is here, and the tiles of eight lanes in emulation, against exact rationals.
#include <tercet/core/error.hpp>
#include <tercet/scalars/affine.hpp>
#include <tercet/scalars/affine_tile.hpp>
#include <tercet/scalars/fp_environment.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/kernel_check.hpp>
#include <tercet/scalars/rational.hpp>

#include <cmath>
#include <cstring>
#include <random>

#include "../catch.hpp"

using namespace tercet;

namespace {

/// AVX-512's tiles without AVX-512: eight lanes as loops, with its tile sizes; std::fma rounds as the mode says.
struct EightLanes {
    struct V {
        double v[8];
    };
    static constexpr int lanes = 8, tall_panels = 4;
    template <affine::Sum sum>
    static constexpr int tile_columns = sum == affine::Sum::plain ? 12 : sum == affine::Sum::midrad ? 6 : 4;
    template <affine::Sum sum>
    static constexpr int tile_panels = 2;

    template <class F>
    static V each(F f) {
        V y;
        for (int i = 0; i < 8; ++i) y.v[i] = f(i);
        return y;
    }
    // volatile: these sums run in the mode that their caller has set
    static V zero() { return each([](int) { return 0.0; }); }
    static V load(const double* p) { return each([&](int i) { return p[i]; }); }
    static V load(const float* p) { return each([&](int i) { return static_cast<double>(p[i]); }); }
    static V broadcast(const double* p) { return each([&](int) { return *p; }); }
    static void store(double* p, const V& a) { std::memcpy(p, a.v, sizeof a.v); }
    static V add(const V& a, const V& b) {
        return each([&](int i) { volatile double x = a.v[i], y = b.v[i], z = x + y; return z; });
    }
    static V subtract(const V& a, const V& b) { return add(a, negate(b)); }
    static V multiply(const V& a, const V& b) {
        return each([&](int i) { volatile double x = a.v[i], y = b.v[i], z = x * y; return z; });
    }
    static V multiply_add(const V& a, const V& b, const V& c) {
        return each([&](int i) { volatile double x = a.v[i], y = b.v[i], z = c.v[i], f = std::fma(x, y, z); return f; });
    }
    static V negated_multiply_add(const V& a, const V& b, const V& c) { return multiply_add(negate(a), b, c); }
    static V negate(const V& a) { return each([&](int i) { return -a.v[i]; }); }
    static V abs(const V& a) { return each([&](int i) { return std::fabs(a.v[i]); }); }
    static V max(const V& a, const V& b) { return each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; }); }
    static V min(const V& a, const V& b) { return each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; }); }
    static V infinity_for_zero(const V& a) { return each([&](int i) { return a.v[i] == 0 ? HUGE_VAL : a.v[i]; }); }
    static void load_some_pairs(const double* p, V& first, V& second) {
        first = each([&](int i) { return p[2 * i]; });
        second = each([&](int i) { return p[2 * i + 1]; });
    }
    static void store_pairs(double* p, std::int64_t stride, const V& first, const V& second) {
        for (int i = 0; i < 8; ++i) {
            p[i * stride] = first.v[i];
            p[i * stride + 1] = second.v[i];
        }
    }
    static void store_some_pairs(double* p, const V& first, const V& second) { store_pairs(p, 2, first, second); }
    static void store_single(double* p, std::int64_t stride, const V& a) {
        for (int i = 0; i < 8; ++i) p[i * stride] = a.v[i];
    }
};
const affine::Kernels eight_lanes = affine::table<EightLanes>("eight lanes");

std::vector<const affine::Kernels*> all_kernels() {
    std::vector<const affine::Kernels*> all{&eight_lanes};
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) all.push_back(&affine::kernels_of(p));
    return all;
}

struct Case {
    std::mt19937_64 engine;
    std::int64_t rows, cols, boxes;
    std::vector<double> w, x, bias;  // x: pairs

    double real(int low, int high) {  // a random mantissa, a random exponent in [low, high]
        const double m = 1 + static_cast<double>(engine() >> 12) * 0x1p-52;
        return std::ldexp(engine() % 2 ? m : -m, low + static_cast<int>(engine() % static_cast<unsigned>(high - low + 1)));
    }

    /// radius: relative to |x|; low, high: exponents of the numbers.
    Case(std::uint64_t seed, std::int64_t m, std::int64_t k, std::int64_t n, double radius, int low = -3, int high = 1)
        : engine(seed), rows(m), cols(k), boxes(n) {
        for (std::int64_t i = 0; i < m * k; ++i) w.push_back(engine() % 9 == 0 ? 0.0 : real(low, high));
        for (std::int64_t i = 0; i < m; ++i) bias.push_back(real(low, high));
        for (std::int64_t i = 0; i < k * n; ++i) {
            const double a = engine() % 9 == 0 ? 0.0 : real(low, high), r = std::fabs(real(low, high)) * radius;
            const bool point = engine() % 7 == 0;
            x.push_back(point ? a : a - r);
            x.push_back(point ? a : a + r);
        }
    }
};

RationalNumber exact(double d) { return Rational::exact(d); }

/// The exact hull of W x + b over a box.
struct Hull {
    RationalNumber lower, upper;
};
Hull hull_of(const Case& c, std::int64_t row, std::int64_t box, bool with_bias, bool rectify) {
    Hull h{0, 0};
    if (with_bias) h.lower = h.upper = exact(c.bias[static_cast<std::size_t>(row)]);
    for (std::int64_t k = 0; k < c.cols; ++k) {
        const RationalNumber w = exact(c.w[static_cast<std::size_t>(row * c.cols + k)]);
        const RationalNumber l = exact(c.x[static_cast<std::size_t>(2 * (box * c.cols + k))]), u = exact(c.x[static_cast<std::size_t>(2 * (box * c.cols + k) + 1)]);
        h.lower += w * (w.sign() > 0 ? l : u);
        h.upper += w * (w.sign() > 0 ? u : l);
    }
    if (rectify) {
        h.lower = Rational::relu(h.lower);
        h.upper = Rational::relu(h.upper);
    }
    return h;
}

bool contains(const double* ends, const Hull& h) {
    const bool below = ends[0] == -HUGE_VAL || exact(ends[0]) <= h.lower, above = ends[1] == HUGE_VAL || h.upper <= exact(ends[1]);
    return below && above;
}

std::vector<double> enclose(const Case& c, const affine::Kernels& with, affine::Bound bound, bool with_bias, bool rectify) {
    std::vector<double> y(static_cast<std::size_t>(2 * c.rows * c.boxes), 777.0);
    affine::enclose(PackedMatrix::pack(c.rows, c.cols, c.w.data(), c.cols, 1), {c.x.data(), c.boxes, c.cols, 1}, with_bias ? c.bias.data() : nullptr, rectify,
                    {y.data(), c.boxes, c.rows, 1}, bound, with);
    return y;
}

}  // namespace

TEST_CASE("Every affine kernel contains the exact hull, and exceeds it by little") {
    const auto bound = GENERATE(affine::Bound::automatic, affine::Bound::tight);
    const double radius = GENERATE(0.0, 0x1p-50, 0x1p-32, 0x1p-7, 4.0);
    std::uint64_t seed = 900;
    for (const auto& [m, k, n] : {std::array<std::int64_t, 3>{1, 1, 1}, {8, 1, 2}, {7, 9, 1}, {17, 33, 3}, {40, 300, 13}, {33, 600, 2}, {9, 256, 7}, {66, 5, 25}, {0, 3, 2}, {3, 0, 2}, {3, 2, 0}})
        for (const bool extras : {false, true}) {
            const Case c(++seed, m, k, n, radius);
            CAPTURE(seed, m, k, n, radius, extras);
            for (const affine::Kernels* with : all_kernels()) {
                CAPTURE(with->name);
                const auto y = enclose(c, *with, bound, extras, extras);
                for (std::int64_t j = 0; j < n; ++j)
                    for (std::int64_t i = 0; i < m; ++i) {
                        const double* ends = &y[static_cast<std::size_t>(2 * (j * m + i))];
                        const Hull h = hull_of(c, i, j, extras, extras);
                        CAPTURE(i, j, ends[0], ends[1]);
                        REQUIRE(contains(ends, h));
                        // excess of the width: midrad inflates by g = (h + 2) u both |w||m| and |w| r, |w|, |m| <= 4: see affine.cpp
                        const double terms = static_cast<double>(k + 1), size = 4 * (4 + 4 * radius) * terms;
                        REQUIRE(exact(ends[1]) - exact(ends[0]) - (h.upper - h.lower) <= exact(8 * terms * 0x1p-53 * size + 64 * 0x1p-53 * size));
                    }
            }
        }
}

TEST_CASE("Kernels that fuse give the same bits, in every batch, in every rounding mode of the caller") {
    const Case c(77, 50, 700, 21, 0x1p-7);
    const bool fma = has_instructions(Processor::avx2);
    const auto want = enclose(c, eight_lanes, affine::Bound::automatic, true, true);
    for (const affine::Kernels* with : all_kernels()) {
        const auto y = enclose(c, *with, affine::Bound::automatic, true, true);
        if (with != &affine::kernels_of(Processor::portable) && fma) CHECK(y == want);
        for (const unsigned mode : {upward_control, downward_control, nearest_control | 0x8040u}) {
            set_fp_control(mode);
            const auto again = enclose(c, *with, affine::Bound::automatic, true, true);
            set_fp_control(nearest_control);
            CHECK(again == y);
        }
        for (std::int64_t j = 0; j < c.boxes; ++j) {
            Case one = c;
            one.boxes = 1;
            one.x.assign(c.x.begin() + 2 * j * c.cols, c.x.begin() + 2 * (j + 1) * c.cols);
            const auto alone = enclose(one, *with, affine::Bound::automatic, true, true);
            CHECK(std::equal(alone.begin(), alone.end(), y.begin() + 2 * j * c.rows));
        }
    }
}

TEST_CASE("The check that AVX-512 must pass: fused kernels agree, another rounding or a wrong product does not") {
    const affine::Kernels& portable = affine::kernels_of(Processor::portable);
    CHECK(kernels_agree(eight_lanes, eight_lanes));
    if (has_instructions(Processor::avx2)) CHECK(kernels_agree(affine::kernels_of(Processor::avx2), eight_lanes));
    CHECK_FALSE(kernels_agree(portable, eight_lanes));
    for (int k = 0; k < 3; ++k) {
        affine::Kernels other = eight_lanes;
        other.sums[k] = portable.sums[k];
        CHECK_FALSE(kernels_agree(other, eight_lanes));
    }
    const pairs::Kernels& pair = pairs::kernels_of(Processor::portable);
    for (const auto p : {Processor::avx2, Processor::avx512})
        if (has_instructions(p)) CHECK(kernels_agree(pairs::kernels_of(p), pair));
    pairs::Kernels wrong = pair;
    wrong.multiply = pair.add;
    CHECK_FALSE(kernels_agree(wrong, pair));
    wrong = pair;
    wrong.gate = [](std::int64_t n, const double* x, const double*, double* y) { std::copy_n(x, 2 * n, y); };
    CHECK_FALSE(kernels_agree(wrong, pair));
}

TEST_CASE("Tiny, huge, subnormal and infinite operands: still contained, never NaN") {
    struct Range {
        int low, high;
        double radius;
    };
    const auto range = GENERATE(Range{-540, -460, 0x1p-7}, Range{-1074, -1022, 0.5}, Range{-600, 400, 2.0}, Range{480, 511, 0x1p-40}, Range{1000, 1022, 0x1p-7}, Range{-1074, 1020, 1.0});
    CAPTURE(range.low, range.high, range.radius);
    for (std::uint64_t seed = 300; seed < 306; ++seed) {
        Case c(seed, 11, 19, 4, range.radius, range.low, range.high);
        if (seed % 3 == 1) c.x[3] = HUGE_VAL;
        if (seed % 3 == 2) c.x[2] = -HUGE_VAL, c.x[3] = HUGE_VAL;
        for (const affine::Kernels* with : all_kernels())
            for (const auto bound : {affine::Bound::automatic, affine::Bound::tight}) {
                const auto y = enclose(c, *with, bound, true, false);
                for (std::int64_t j = 0; j < c.boxes; ++j)
                    for (std::int64_t i = 0; i < c.rows; ++i) {
                        const double* ends = &y[static_cast<std::size_t>(2 * (j * c.rows + i))];
                        CAPTURE(seed, with->name, i, j, ends[0], ends[1]);
                        REQUIRE(ends[0] <= ends[1]);
                        REQUIRE(ends[0] < HUGE_VAL);
                        REQUIRE(ends[1] > -HUGE_VAL);
                        Case finite = c;
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
            for (const affine::Kernels* with : all_kernels()) {
                Case c(1, 3, 17, 1, 0.0);
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
    for (const affine::Kernels* with : all_kernels()) {
        Case c(1, 9, 17, 1, 0.0);
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

TEST_CASE("Zero boxes and zero weights give exactly the bias") {
    Case c(5, 9, 20, 3, 0.5);
    std::fill(c.x.begin() + 2 * c.cols, c.x.begin() + 4 * c.cols, 0.0);
    std::fill(c.w.begin() + 4 * c.cols, c.w.begin() + 5 * c.cols, 0.0);
    for (const affine::Kernels* with : all_kernels()) {
        const auto y = enclose(c, *with, affine::Bound::automatic, true, false);
        for (std::int64_t i = 0; i < c.rows; ++i)
            for (int e = 0; e < 2; ++e) CHECK(y[static_cast<std::size_t>(2 * (c.rows + i) + e)] == c.bias[static_cast<std::size_t>(i)]);
        for (std::int64_t j = 0; j < c.boxes; ++j)
            for (int e = 0; e < 2; ++e) CHECK(y[static_cast<std::size_t>(2 * (j * c.rows + 4) + e)] == c.bias[4]);
    }
}

TEST_CASE("Strided and transposed operands and results") {
    const Case c(6, 21, 34, 5, 0.25);
    std::vector<double> wt(c.w.size()), xt(c.x.size()), y(2 * 21 * 5);
    for (std::int64_t i = 0; i < 21; ++i)
        for (std::int64_t k = 0; k < 34; ++k) wt[static_cast<std::size_t>(k * 21 + i)] = c.w[static_cast<std::size_t>(i * 34 + k)];
    for (std::int64_t j = 0; j < 5; ++j)
        for (std::int64_t k = 0; k < 34; ++k)
            for (int e = 0; e < 2; ++e) xt[static_cast<std::size_t>(2 * (k * 5 + j) + e)] = c.x[static_cast<std::size_t>(2 * (j * 34 + k) + e)];
    for (const affine::Kernels* with : all_kernels()) {
        const auto want = enclose(c, *with, affine::Bound::automatic, true, false);
        affine::enclose(PackedMatrix::pack(21, 34, wt.data(), 1, 21), {xt.data(), 5, 1, 5}, c.bias.data(), false, {y.data(), 5, 1, 5}, affine::Bound::automatic, *with);
        for (std::int64_t j = 0; j < 5; ++j)
            for (std::int64_t i = 0; i < 21; ++i)
                for (int e = 0; e < 2; ++e) CHECK(y[static_cast<std::size_t>(2 * (i * 5 + j) + e)] == want[static_cast<std::size_t>(2 * (j * 21 + i) + e)]);
    }
}

TEST_CASE("The product of doubles is within its a-priori error of the exact one") {
    const Case c(8, 37, 511, 14, 0.0);
    std::vector<double> x;
    for (std::size_t i = 0; i < c.x.size(); i += 2) x.push_back(c.x[i]);
    for (const affine::Kernels* with : all_kernels()) {
        std::vector<double> y(37 * 14);
        affine::multiply(PackedMatrix::pack(37, 511, c.w.data(), 511, 1), {x.data(), 14, 511, 1}, c.bias.data(), false, y.data(), 37, 1, *with);
        for (std::int64_t j = 0; j < 14; ++j)
            for (std::int64_t i = 0; i < 37; ++i) {
                const RationalNumber error = exact(y[static_cast<std::size_t>(j * 37 + i)]) - hull_of(c, i, j, true, false).lower;
                RationalNumber size = abs(exact(c.bias[static_cast<std::size_t>(i)]));
                for (std::int64_t k = 0; k < 511; ++k) size += abs(exact(c.w[static_cast<std::size_t>(i * 511 + k)]) * exact(x[static_cast<std::size_t>(j * 511 + k)]));
                CHECK(abs(error) <= size * exact(262 * 0x1p-53));  // 256 + 2 chunks + 1 roundings and the bias's, each at most 2^-53: gamma_260 <= 262 u
            }
    }
}
