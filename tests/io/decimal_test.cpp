#include <tercet/core/error.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "catch.hpp"
#include "messages.hpp"

using namespace tercet;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

RationalNumber ratio(long p, long q) { return RationalNumber(p, q); }

double random_double(std::mt19937_64& random) {
    for (;;)
        if (const double x = std::bit_cast<double>(random()); std::isfinite(x)) return x;
}

}  // namespace

TEST_CASE("a decimal is the rational that it spells") {
    CHECK(parse_decimal("0.01") == ratio(1, 100));
    CHECK(parse_decimal("-1.5e-3") == ratio(-3, 2000));
    CHECK(parse_decimal("+3") == 3);
    CHECK(parse_decimal(".5") == ratio(1, 2));
    CHECK(parse_decimal("5.") == 5);
    CHECK(parse_decimal("7/3") == ratio(7, 3));
    CHECK(parse_decimal("-6/4") == ratio(-3, 2));
    CHECK(parse_decimal("1E2") == 100);
    CHECK(parse_decimal("1e+02") == 100);
    CHECK(parse_decimal("-0.0") == 0);
    CHECK(parse_decimal("0010") == 10);  // no octal
    CHECK(parse_decimal("09") == 9);
    CHECK(parse_decimal("0x1.8p-3") == ratio(3, 16));
    CHECK(parse_decimal("-0X.8P1") == -1);
    CHECK(parse_decimal("0xfF") == 255);
    CHECK(parse_decimal("0.1") != exact_rational(0.1));
    CHECK(parse_decimal("1e100000").str().size() == 100001);
    CHECK(parse_decimal("1e-0000000000000007") == ratio(1, 10000000));
}

TEST_CASE("text that is no number is refused with the text") {
    const std::string other = ": expected a decimal such as -1.5e-3, a fraction p/q or a hex float such as 0x1.8p-3";
    for (const char* text : {"", "nan", "-inf", "Infinity", "abc", ".", "-", "+-1", " 1", "e5", "--1",
                             "\x0e"
                             "5"})
        CHECK_THROWS_AS(parse_decimal(text), FormatError);
    CHECK_THROWS_WITH(parse_decimal("nan"), "number \"nan\"" + other);
    CHECK_THROWS_WITH(parse_decimal("0x"), "number \"0x\"" + other);
    CHECK_THROWS_WITH(parse_decimal("1.2.3"), "number \"1.2.3\": unexpected \".3\" after the number");
    CHECK_THROWS_WITH(parse_decimal("1 "), "number \"1 \": unexpected \" \" after the number");
    CHECK_THROWS_WITH(parse_decimal("1\x0e"), "number \"1\\x0e\": unexpected \"\\x0e\" after the number");
    CHECK_THROWS_WITH(parse_decimal("1,5"), "number \"1,5\": unexpected \",5\" after the number");
    CHECK_THROWS_WITH(parse_decimal("1e"), "number \"1e\": its exponent has no digits");
    CHECK_THROWS_WITH(parse_decimal("1/0"), "number \"1/0\": its denominator is 0");
    CHECK_THROWS_WITH(parse_decimal("1/-2"), "number \"1/-2\": a fraction needs digits after the /");
    CHECK_THROWS_WITH(parse_decimal("1e100001"), "number \"1e100001\": its exponent lies outside -100000 to 100000");
    CHECK_THROWS_WITH(parse_decimal("0x1p-99999999999999999999"),
                      Catch::Matchers::ContainsSubstring("its exponent lies outside"));
    CHECK_THROWS_WITH(
        parse_decimal(std::string(200'001, '1')),
        "number \"" + std::string(40, '1') + "...\" (200001 bytes): a number may have at most 200000 bytes");
}

TEST_CASE("random decimals parse to p / 10^k computed another way") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 5000; ++i) {
        const long n = static_cast<long>(random() >> (2 + random() % 60));
        const int k = static_cast<int>(random() % 19), e = static_cast<int>(random() % 41) - 20;
        std::string digits = std::to_string(n);
        if (static_cast<int>(digits.size()) <= k)
            digits.insert(0, static_cast<std::size_t>(k) + 1 - digits.size(), '0');
        digits.insert(digits.size() - static_cast<std::size_t>(k), ".");
        RationalNumber expected = n;
        for (int j = 0; j < k; ++j) expected /= 10;
        for (int j = 0; j < std::abs(e); ++j) e < 0 ? expected /= 10 : expected *= 10;
        REQUIRE(parse_decimal("-" + digits + "e" + std::to_string(e)) == -expected);
        const double x = random_double(random);
        char text[64];
        std::snprintf(text, sizeof text, "%.16e", x);
        REQUIRE(round_nearest(parse_decimal(text)) == std::strtod(text, nullptr));
        std::snprintf(text, sizeof text, "%a", x);
        REQUIRE(parse_decimal(text) == exact_rational(x));
    }
}

TEST_CASE("bounds print outward") {
    CHECK(decimal_down(0.1, 6) == "0.100000");  // the double 0.1 lies above 1/10
    CHECK(decimal_up(0.1, 6) == "0.100001");
    CHECK(decimal_down(-0.1, 6) == "-0.100001");
    CHECK(decimal_up(-0.1, 6) == "-0.100000");
    CHECK(decimal_down(0.5, 3) == "0.500");
    CHECK(decimal_up(0.5, 3) == "0.500");
    CHECK(decimal_up(9.9999, 3) == "10.0");  // into the next decade
    CHECK(decimal_down(9.9999, 3) == "9.99");
    CHECK(decimal_up(999.9, 3) == "1.00e+03");
    CHECK(decimal_down(1234567, 4) == "1.234e+06");
    CHECK(decimal_down(123456, 6) == "123456");
    CHECK(decimal_up(1e-5, 2) == "0.000011");
    CHECK(decimal_down(9.5e-6, 1) == "9e-06");
    CHECK(decimal_down(0.0, 5) == "0");
    CHECK(decimal_up(-0.0, 5) == "0");
    CHECK(decimal_down(inf, 5) == "inf");
    CHECK(decimal_up(-inf, 5) == "-inf");
    CHECK(decimal_up(5e-324, 3) == "4.95e-324");
    CHECK(decimal_down(std::numeric_limits<double>::max(), 3) == "1.79e+308");
    CHECK_THROWS_WITH(decimal_up(std::nan(""), 5), "NaN has no decimal bound");
    CHECK_THROWS_WITH(decimal_up(1, 0), "a decimal of 0 digits: expected 1 to 1000");
}

TEST_CASE("printed bounds agree with glibc's directed printing, in every rounding mode") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 8000; ++i) {
        double x = random_double(random);
        if (i % 3 == 0) x = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 30) - 70);
        if (i % 7 == 0) x = static_cast<double>(random() % 2000) / 1000;
        const int digits = 1 + static_cast<int>(random() % 20);
        char down[64], up[64];
        std::fesetround(FE_DOWNWARD);
        std::snprintf(down, sizeof down, "%.*e", digits - 1, x);
        std::fesetround(FE_UPWARD);
        std::snprintf(up, sizeof up, "%.*e", digits - 1, x);
        const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
        std::fesetround(modes[i % 4]);
        const std::string lower = decimal_down(x, digits), upper = decimal_up(x, digits),
                          near = decimal_nearest_shortest(x);
        std::fesetround(FE_TONEAREST);
        INFO("x = " << near << ", digits = " << digits << ", printed " << lower << " " << upper);
        REQUIRE(parse_decimal(lower) == parse_decimal(down));
        REQUIRE(parse_decimal(upper) == parse_decimal(up));
        REQUIRE(parse_decimal(lower) <= exact_rational(x));
        REQUIRE(exact_rational(x) <= parse_decimal(upper));
        REQUIRE(std::strtod(near.c_str(), nullptr) == x);
        REQUIRE(near.size() <= 24);
    }
}

TEST_CASE("the shortest decimal and the fraction") {
    CHECK(decimal_nearest_shortest(0.1) == "0.1");
    CHECK(decimal_nearest_shortest(-0.0) == "-0");
    CHECK(decimal_nearest_shortest(-inf) == "-inf");
    CHECK(decimal_nearest_shortest(-std::nan("")) == "nan");
    CHECK(fraction(RationalNumber(3)) == "3/1");
    CHECK(fraction(ratio(-14, 4)) == "-7/2");
    CHECK(fraction(RationalNumber(0)) == "0/1");
    CHECK(parse_decimal(fraction(ratio(-355, 113))) == ratio(-355, 113));
}
