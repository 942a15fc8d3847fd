#include <tercet/core/error.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <mpfr.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <bit>
#include <cfenv>
#include <cmath>
#include <limits>
#include <random>

#include "catch.hpp"

using namespace tercet;

namespace {

using Limits = std::numeric_limits<double>;
constexpr double tiny = Limits::denorm_min(), largest = Limits::max(), inf = Limits::infinity();

RationalNumber power_of_two(long e) {
    Integer n = 1;
    n <<= static_cast<unsigned>(e < 0 ? -e : e);
    return e < 0 ? RationalNumber(1, n) : RationalNumber(n);
}

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

/// The other way: MPFR in the precision and exponent range of the format.
double by_mpfr(const RationalNumber& q, mpfr_rnd_t mode, int precision, long smallest, long largest_exponent) {
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_set_emin(smallest + 1);
    mpfr_set_emax(largest_exponent + 1);
    mpfr_t x;
    mpfr_init2(x, precision);
    const int ternary = mpfr_set_q(x, q.backend().data(), mode);
    mpfr_subnormalize(x, mpfr_check_range(x, ternary, mode), mode);
    const double d = mpfr_get_d(x, MPFR_RNDN);
    mpfr_clear(x);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return d;
}
double double_by_mpfr(const RationalNumber& q, mpfr_rnd_t mode) { return by_mpfr(q, mode, 53, -1074, 1023); }

void check(const RationalNumber& q) {
    INFO("q = " << q);
    CHECK(same(round_nearest(q), double_by_mpfr(q, MPFR_RNDN)));
    CHECK(same(round_down(q), double_by_mpfr(q, MPFR_RNDD)));
    CHECK(same(round_up(q), double_by_mpfr(q, MPFR_RNDU)));
    CHECK(std::bit_cast<std::uint32_t>(round_nearest_float(q)) ==
          std::bit_cast<std::uint32_t>(static_cast<float>(by_mpfr(q, MPFR_RNDN, 24, -149, 127))));
    CHECK(same(round_up(q), q.is_zero() ? 0.0 : -round_down(-q)));
}

double random_double(std::mt19937_64& random) {
    for (;;)
        if (const double x = std::bit_cast<double>(random()); std::isfinite(x)) return x;
}

}  // namespace

TEST_CASE("a rational between two doubles rounds to the one that IEEE 754 names") {
    const RationalNumber m = exact_rational(largest), half_unit = power_of_two(970), s = power_of_two(-1074);
    CHECK(round_down(m) == largest);
    CHECK(round_up(m) == largest);
    CHECK(round_down(m + 1) == largest);
    CHECK(round_up(m + 1) == inf);
    CHECK(round_nearest(m + half_unit - 1) == largest);
    CHECK(round_nearest(m + half_unit) == inf);
    CHECK(round_down(-m - 1) == -inf);
    CHECK(round_up(-m - 1) == -largest);
    CHECK(round_nearest(-m - half_unit) == -inf);
    CHECK(round_down(power_of_two(5000)) == largest);
    CHECK(round_up(power_of_two(-5000)) == tiny);
    CHECK(round_nearest(s / 2) == 0);             // the tie goes to the even significand
    CHECK(round_nearest(s * 3 / 2) == 2 * tiny);  // here too
    CHECK(round_nearest(s / 2 + power_of_two(-5000)) == tiny);
    CHECK(same(round_up(-s / 2), -0.0));
    CHECK(same(round_down(-s / 2), -tiny));
    CHECK(same(round_nearest(RationalNumber(0)), 0.0));
    const RationalNumber binade = power_of_two(53);
    CHECK(round_nearest(binade + 1) == 0x1p53);      // tie, even below
    CHECK(round_nearest(binade + 3) == 0x1p53 + 4);  // tie, even above
    CHECK(round_nearest(binade * 2 - RationalNumber(1, 2)) == 0x1p54);
    CHECK(round_nearest(RationalNumber(1, 3)) == 1.0 / 3);
    CHECK(round_nearest_float(RationalNumber(1, 10)) == 0.1f);
    CHECK(round_nearest_float(1 + power_of_two(-24) + power_of_two(-60)) ==
          1 + 0x1p-23f);  // through a double this would be 1
}

TEST_CASE("rounding agrees with MPFR bit for bit, and does not see the rounding mode") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const int mode = GENERATE(FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO);
    std::fesetround(mode);
    for (int i = 0; i < 2000; ++i) {
        const RationalNumber x = exact_rational(random_double(random));
        check(x);  // a double itself
        check(x * RationalNumber(static_cast<long>(random() >> 1), 1l + static_cast<long>(random() >> 1)));  // anywhere
        check(x + x * power_of_two(-53));  // about half a unit off
        check(x + x * power_of_two(-53) * (1 + power_of_two(-200)));
        check(RationalNumber(static_cast<long>(random() >> 40), 8) *
              power_of_two(-1078 + static_cast<long>(random() % 30)));  // subnormal
        check(RationalNumber(static_cast<long>(random() >> 36), 8) *
              power_of_two(-152 + static_cast<long>(random() % 30)));  // float's
    }
    std::fesetround(FE_TONEAREST);
}

TEST_CASE("exact_rational is the double, in lowest terms") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20000; ++i) {
        double x = random_double(random);
        if (i % 4 == 0) x = std::bit_cast<double>(random() >> 12);  // subnormal
        if (i % 4 == 1) x = std::ldexp(static_cast<double>(random() >> 50), static_cast<int>(random() % 200) - 100);
        RationalNumber by_gmp;
        mpq_set_d(by_gmp.backend().data(), x);
        const RationalNumber q = exact_rational(x);
        REQUIRE(mpz_cmp(mpq_numref(q.backend().data()), mpq_numref(by_gmp.backend().data())) == 0);
        REQUIRE(mpz_cmp(mpq_denref(q.backend().data()), mpq_denref(by_gmp.backend().data())) == 0);
        REQUIRE(round_nearest(q) == x);
    }
    CHECK(exact_rational(-0.0) == 0);
    CHECK_THROWS_AS(exact_rational(inf), DomainError);
    CHECK_THROWS_WITH(exact_rational(-inf), "-inf is not a rational number");
    CHECK_THROWS_WITH(exact_rational(Limits::quiet_NaN()), "NaN is not a rational number");
}

#if defined(__SSE2__)
TEST_CASE("flushing subnormals to zero changes nothing here") {
    const unsigned state = _mm_getcsr();
    _mm_setcsr(state | 0x8040);  // FTZ and DAZ
    const RationalNumber q = exact_rational(std::bit_cast<double>(std::uint64_t{3}));
    const double down = round_down(q * RationalNumber(1, 2)), up = round_up(q * RationalNumber(1, 2));
    const float single = round_nearest_float(RationalNumber(1, Integer(1) << 149));
    _mm_setcsr(state);
    CHECK(q == 3 * power_of_two(-1074));
    CHECK(same(down, tiny));
    CHECK(same(up, 2 * tiny));
    CHECK(std::bit_cast<std::uint32_t>(single) == 1);
}
#endif
