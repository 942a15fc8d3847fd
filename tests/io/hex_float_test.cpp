#include <tercet/core/error.hpp>
#include <tercet/io/text/hex_float.hpp>

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>

#include "catch.hpp"

using namespace tercet;

TEST_CASE("hex floats spell every bit") {
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(hex_float(0.1875) == "0x1.8p-3");
    CHECK(hex_float(1) == "0x1p+0");
    CHECK(hex_float(-0.0) == "-0x0p+0");
    CHECK(hex_float(0.1) == "0x1.999999999999ap-4");
    CHECK(hex_float(5e-324) == "0x0.0000000000001p-1022");
    CHECK(hex_float(-inf) == "-inf");
    CHECK(hex_float(-std::nan("")) == "nan");
    CHECK(parse_hex_float("0x1.8p-3") == 0.1875);
    CHECK(std::signbit(parse_hex_float("-0x0p+0")));
    CHECK(parse_hex_float("-inf") == -inf);
    CHECK(std::isnan(parse_hex_float("nan")));
    CHECK_THROWS_WITH(parse_hex_float("0x1.00000000000001p+0"), "number \"0x1.00000000000001p+0\" is no double");
    CHECK_THROWS_WITH(parse_hex_float("0x1p+1024"), "number \"0x1p+1024\" is no double");
    CHECK_THROWS_AS(parse_hex_float(""), FormatError);
}

TEST_CASE("hex floats are glibc's %a and read back, in every rounding mode") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20000; ++i) {
        std::uint64_t bits = random();
        if (i % 3 == 0) bits &= ~std::uint64_t{0} << (random() % 52);  // trailing zeros
        if (i % 5 == 0) bits &= ~(std::uint64_t{0x7ff} << 52);         // subnormals
        const double x = std::bit_cast<double>(bits);
        if (!std::isfinite(x)) continue;
        char text[64];
        std::snprintf(text, sizeof text, "%a", x);
        const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
        std::fesetround(modes[i % 4]);
        const std::string ours = hex_float(x);
        const double back = parse_hex_float(ours);
        std::fesetround(FE_TONEAREST);
        REQUIRE(ours == text);
        REQUIRE(std::bit_cast<std::uint64_t>(back) == bits);
    }
}
