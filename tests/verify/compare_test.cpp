#include <tercet/io/npy/npy_element.hpp>
#include <tercet/scalars/round_rational.hpp>
#include <tercet/verify/compare.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "catch.hpp"

using namespace tercet;
using namespace tercet::verify;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), no_value = std::numeric_limits<double>::quiet_NaN();

RationalNumber r(double x) { return Rational::exact(x); }

Comparison of_one(const RationalNumber& exact, double computed, const Format& format,
                  const std::optional<RationalNumber>& limit = {}) {
    AnyTensor<Rational> t(Dims{1});
    t.data[0] = exact;
    return compare(t, {computed}, format, limit);
}

/// Every finite number >= 0 of a 16-bit type, ascending, from its bit patterns.
std::vector<double> numbers_of(const NpyDtype& type) {
    std::vector<double> all;
    for (unsigned bits = 0; bits < 0x8000; ++bits) {
        const char bytes[] = {static_cast<char>(bits & 0xff), static_cast<char>(bits >> 8)};
        if (const double x = npy_element(bytes, type); std::isfinite(x)) all.push_back(x);
    }
    return all;
}

}  // namespace

TEST_CASE(
    "An ulp is the distance of the two numbers of the type around the exact value, in float16 and bfloat16 "
    "exhaustively") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (const auto& [format, dtype] :
         {std::pair{float16, NpyDtype{'f', 2, false}}, std::pair{bfloat16, NpyDtype{'V', 2, false}}}) {
        const std::vector<double> numbers = numbers_of(dtype);
        REQUIRE(std::is_sorted(numbers.begin(), numbers.end()));
        for (std::size_t k = 0; k + 1 < numbers.size(); ++k) {
            const RationalNumber low = r(numbers[k]), gap = r(numbers[k + 1]) - low;
            const auto n = 1 + random() % ((1u << 20) - 1);
            const RationalNumber part(Integer(n), Integer(1) << 20), x = low + gap * part;  // strictly between the two
            const bool up = random() % 2;
            const double computed = numbers[k + up], sign = random() % 2 ? 1 : -1;
            const RationalNumber error = up ? RationalNumber(1 - part) : part;
            const auto c = of_one(x * r(sign), computed * sign, format, error);
            REQUIRE(r(c.largest_ulp) == error);  // 20 bits: no rounding
            REQUIRE(c.beyond == 0);
            REQUIRE(of_one(x * r(sign), computed * sign, format, error - Rational::ratio(1, 1 << 30) * error).beyond ==
                    1);
            REQUIRE(of_one(low, numbers[k], format, RationalNumber(0)).largest_ulp == 0);
        }
    }
}

TEST_CASE("The limit is decided exactly where the printed error is rounded") {
    const RationalNumber tiny(Integer(1), Integer(1) << 200);
    const auto c = of_one(RationalNumber(1) + (RationalNumber(Integer(1), Integer(2)) + tiny) * r(0x1p-52), 1, float64,
                          Rational::ratio(1, 2));
    CHECK(c.largest_ulp == 0.5);
    CHECK(c.beyond == 1);
    CHECK(of_one(RationalNumber(1) + Rational::ratio(1, 2) * r(0x1p-52), 1, float64, Rational::ratio(1, 2)).beyond ==
          0);
    CHECK(of_one(Rational::ratio(1, 3), 1.0 / 3, float64, Rational::ratio(1, 2)).beyond == 0);
    CHECK(of_one(Rational::ratio(1, 3), static_cast<double>(1.0f / 3), float32, Rational::ratio(1, 2)).beyond == 0);
    CHECK(of_one(Rational::ratio(1, 3), static_cast<double>(1.0f / 3), float64, Rational::ratio(1, 2)).beyond == 1);
}

TEST_CASE("Every type has its own ulp of 1, its own least number and its own overflow") {
    for (const Format& f : {float64, float32, float16, bfloat16}) {
        CAPTURE(f.name);
        const double eps = std::ldexp(1, 1 - f.precision), least = std::ldexp(1, f.least);
        CHECK(of_one(1, 1 + eps, f).largest_ulp == 1);
        CHECK(of_one(0, 3 * least, f).largest_ulp == 3);
        CHECK(of_one(r(least) / 4, 0, f).largest_ulp == 0.25);
        CHECK(of_one(r(least) / 4, 0, f).lost == 1);
        // The largest finite number, and half a unit beyond it, from where on the right answer is an infinity.
        const double largest = (2 - eps) * std::ldexp(1, f.largest);
        const RationalNumber unit = r(std::ldexp(1, f.largest - f.precision + 1)), half = r(largest) + unit / 2,
                             below = half - unit / 1024;
        CHECK(of_one(half, inf, f, RationalNumber(0)).largest_ulp == 0);
        CHECK(of_one(-half, -inf, f, RationalNumber(0)).beyond == 0);
        CHECK(of_one(half * 1000, inf, f).infinite == 0);
        CHECK(of_one(below, inf, f).infinite == 1);
        CHECK(of_one(below, inf, f).largest_ulp == inf);
        CHECK(of_one(below, largest, f).largest_ulp == 0.5 - 1.0 / 1024);
        const auto other = of_one(-half, inf, f);
        CHECK(other.wrong_signs == 1);
        CHECK(other.infinite == 1);
        CHECK_FALSE(other.sound());
    }
}

TEST_CASE("NaN and infinities are never 0 ulp, and the worst place names them") {
    AnyTensor<Rational> exact(Dims{5});
    for (int i = 0; i < 5; ++i) exact.data[static_cast<std::size_t>(i)] = RationalNumber(i);
    const auto finite = compare(exact, {0, 1, 2.5, 3, 5}, float32);
    CHECK(finite.worst == 2);  // the first of two equals
    CHECK(finite.largest_ulp == 0x1p21);
    CHECK(finite.mean_ulp == (0x1p21 + 0x1p21) / 5);
    CHECK(finite.sound());
    const auto infinite = compare(exact, {0, 1, -inf, inf, 5}, float32, RationalNumber(Integer(1) << 40));
    CHECK(infinite.worst == 2);
    CHECK(infinite.largest_ulp == inf);
    CHECK(infinite.mean_ulp == inf);
    CHECK(infinite.infinite == 2);
    CHECK(infinite.wrong_signs == 1);
    CHECK(infinite.beyond == 2);
    const auto no_number = compare(exact, {0, 1, inf, no_value, no_value}, float32, RationalNumber(Integer(1) << 40));
    CHECK(no_number.worst == 3);
    CHECK(std::isnan(no_number.largest_ulp));
    CHECK(std::isnan(no_number.mean_ulp));
    CHECK(no_number.nan == 2);
    CHECK(no_number.beyond == 3);
    CHECK_FALSE(no_number.sound());
    CHECK_FALSE(compare(exact, {0, 1, 2, 3, 4}, float64).worst);
    CHECK(compare(exact, {-0.0, 1, 2, 3, 4}, float64, RationalNumber(0)).beyond == 0);
    const auto signs = compare(exact, {1, 0, -2, 3, 4}, float64);
    CHECK(signs.spurious == 1);
    CHECK(signs.lost == 1);
    CHECK(signs.wrong_signs == 1);
    CHECK_THROWS_AS(compare(exact, {0, 1}, float64), ShapeError);
    const auto nothing = compare(AnyTensor<Rational>(Dims{0}), {}, float64);
    CHECK(nothing.sound());
    CHECK(nothing.mean_ulp == 0);
}
