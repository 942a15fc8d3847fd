/// A tensor of dyadic numbers holds what is written, over one exponent, and is left as it was where memory is refused.
#include <tercet/layers/linear.hpp>

#include "dyadic_data.hpp"

using namespace tercet;
using namespace tercet::testing;

TEST_CASE("Storage holds what is written, whatever exponents and signs come in whatever order") {
    Random random(602);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 40; ++repeat) {
        const auto n = static_cast<std::size_t>(random.integer(0, 9));
        DyadicStorage x(n);
        std::vector<DyadicNumber> want(n);
        for (int write = 0; write < 30 && n > 0; ++write) {
            const auto i = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(n) - 1));
            want[i] = any_number(random, random.integer(0, 130), random.integer(-140, 140));
            x[i] = want[i];
            for (std::size_t k = 0; k < n; ++k) REQUIRE(std::as_const(x)[k] == want[k]);
        }
        check_bounds(x);
        const DyadicStorage copy = x;
        REQUIRE(copy == x);
        if (n == 0) continue;
        DyadicStorage other = x, aligned = x;
        other[0] = other[0] + one<Dyadic>();
        REQUIRE_FALSE(other == x);
        aligned.make_room(x.exponent() - 70, 300, "a test");
        REQUIRE(aligned == x);
        REQUIRE(x == aligned);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < n; ++k) REQUIRE(x.is_less(i, k) == is_less(want[i], want[k]));
    }
}

TEST_CASE("A tensor of doubles is lifted whole, and is those doubles") {
    Random random(603, Data::rough);
    CAPTURE(random.seed);
    for (const std::size_t n : {0, 1, 2, 9}) {
        std::vector<double> values(n);
        for (int repeat = 0; repeat < 20; ++repeat) {
            for (double& v : values)
                v = random.integer(0, 3) == 0 ? 0.0
                                              : std::ldexp(random.real(), static_cast<int>(random.integer(-90, 90)));
            const DyadicStorage x = Dyadic::lift(values);
            for (std::size_t i = 0; i < n; ++i) REQUIRE(to_rational(x[i]) == Rational::exact(values[i]));
            check_bounds(x);
        }
    }
    const auto extreme =
        Dyadic::lift(std::vector<double>{-0x1p63, 0x1p-1074, -0x1.fffffffffffffp1023, 0x1p64, -1.0, 0.0});
    CHECK(to_rational(extreme[0]) == Rational::exact(-0x1p63));
    CHECK(to_rational(extreme[1]) == Rational::exact(0x1p-1074));
    CHECK(to_rational(extreme[2]) == Rational::exact(-0x1.fffffffffffffp1023));
    const auto edge = Dyadic::lift(std::vector<double>{-0x1p63, 1.0});
    CHECK(to_rational(edge[0]) == Rational::exact(-0x1p63));
}

TEST_CASE("What needs more bits than the limit is refused before its memory is taken") {
    DyadicStorage a(2), y(2);
    a[0] = Dyadic::exact(0x1p1000);
    a[1] = Dyadic::exact(0x1p-1000);
    CHECK(size_of(a).bits == 2001);
    CHECK(size_of(a).limbs == 32);
    CHECK(size_of(a).exponent == -1000);
    CHECK(size_of(a).bytes == 512);
    {
        const BitLimit limit(3000);
        CHECK_NOTHROW(elementwise<Dyadic>(Binary::add, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}));
        CHECK_THROWS_WITH(elementwise<Dyadic>(Binary::multiply, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}),
                          "a product can need integers of 4003 bits (1206 decimal digits); the limit is 3000 bits (904 "
                          "decimal digits)");
        CHECK_THROWS_AS(matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, 1, 2, 2, 1}, ConstMatrix<Dyadic>{&a, 0, 2, 1, 1, 1}),
                        DomainError);
        CHECK_THROWS_AS(a[0] * a[1] * a[0] + a[1] * a[1], DomainError);
    }
    CHECK_NOTHROW(elementwise<Dyadic>(Binary::multiply, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}));
    CHECK_THROWS_AS(a[0] = DyadicNumber(1, std::int64_t{1} << 40), DomainError);
    CHECK(BitLimit::current() == BitLimit::start);
}

TEST_CASE("A tensor is as it was after memory for it was refused") {
    DyadicStorage y(std::size_t{1} << 20);
    y[1] = Dyadic::exact(3);
    const BitLimit none(std::int64_t{1} << 45);
    CHECK_THROWS(y.overwrite(0, std::int64_t{1} << 40, "a test"));
    CHECK(to_rational(std::as_const(y)[1]) == 3);
    y[0] = Dyadic::exact(5);
    CHECK(to_rational(std::as_const(y)[0]) == 5);
}
