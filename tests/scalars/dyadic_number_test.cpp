/// Dyadic numbers against mpq: ring, order, conversions, and what is refused.
#include <limits>

#include "dyadic_data.hpp"

using namespace tercet;
using namespace tercet::testing;

TEST_CASE("Dyadic numbers: ring operations, order and conversions are those of mpq") {
    Random random(601);
    CAPTURE(random.seed);
    for (int k = 0; k < 400; ++k) {
        const auto a = any_number(random, 200, random.integer(-300, 300)),
                   b = any_number(random, 200, random.integer(-300, 300));
        const RationalNumber p = to_rational(a), q = to_rational(b);
        REQUIRE(to_rational(a + b) == p + q);
        REQUIRE(to_rational(a - b) == p - q);
        REQUIRE(to_rational(a * b) == p * q);
        REQUIRE(to_rational(-a) == -p);
        REQUIRE(is_less(a, b) == (p < q));
        REQUIRE((a == b) == (p == q));
        REQUIRE(to_dyadic(p) == a);
        REQUIRE(a + b - b == a);
    }
    for (const double d : {0.0, -0.0, 1.0, -1.5, 0x1p-1074, -0x1.fffffffffffffp1023, 0.1})
        CHECK(to_rational(Dyadic::exact(d)) == Rational::exact(d));
    CHECK(Dyadic::ratio(6, 8) == Dyadic::exact(0.75));
    CHECK(Dyadic::ratio(3, -2) == Dyadic::exact(-1.5));
    CHECK(Dyadic::ratio(9, 3) == Dyadic::exact(3));
    CHECK(Dyadic::indicator(Truth::unknown) == Dyadic::exact(0.5));
    CHECK_THROWS_WITH(Dyadic::ratio(2, 6), "1/3 is no dyadic number: those have denominators 2^k only; use Rational");
    CHECK_THROWS_AS(Dyadic::ratio(1, 0), DomainError);
    CHECK_THROWS_AS(Dyadic::exact(std::numeric_limits<double>::infinity()), DomainError);
    CHECK_THROWS_AS(Dyadic::lift(std::vector<double>{1.0, std::numeric_limits<double>::quiet_NaN()}), DomainError);
}

TEST_CASE("An exponent that no int64 holds is refused") {
    DyadicNumber x(1, -(std::int64_t{1} << 61));
    CHECK_NOTHROW(x * x);
    CHECK_THROWS_AS(x * x * x, DomainError);
}

TEST_CASE("A fraction needs the longer of numerator and denominator, and exponents that overflow are refused") {
    const BitLimit limit(2000);
    const DyadicNumber x = Dyadic::exact(1) + DyadicNumber(Integer(1), -1500);
    CHECK(to_rational(x) == to_rational(Dyadic::exact(1)) + to_rational(DyadicNumber(Integer(1), -1500)));
    CHECK_THROWS_AS(DyadicNumber(Integer(2), std::numeric_limits<std::int64_t>::max()), DomainError);
    const DyadicNumber large(Integer(1), std::int64_t{1} << 62);
    CHECK_THROWS_AS(large * large, DomainError);
}
