/// floor and round_even of doubles, floats, fractions, dyadic numbers and intervals, against one definition in
/// fractions.
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/unordered64.hpp>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

bool is_integer(const RationalNumber& n) { return denominator(n) == 1; }
bool is_floor(const RationalNumber& n, const RationalNumber& x) { return is_integer(n) && n <= x && x < n + 1; }
bool is_nearest_even(const RationalNumber& n, const RationalNumber& x) {
    const RationalNumber off = abs(n - x), half(1, 2);
    return is_integer(n) && (off < half || (off == half && is_integer(n / 2)));
}

/// Of all magnitudes, the places where something changes, and integers and halves of up to 53 bits.
std::vector<double> doubles(std::uint64_t seed) {
    std::vector<double> x = {0.0, -0.0, smallest, -smallest, 0x1p-1022, -0x1p-1022, 0.25, -0.25,
                             0.5, -0.5, 1.0,      -1.0,      1.5,       -1.5,       2.5,  -2.5};
    for (const double c : {0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 0x1p51, 0x1p52, 0x1p53, largest})
        for (const double s : {c, -c})
            x.insert(x.end(), {s, std::nextafter(s, 0.0), s == -largest ? s : std::nextafter(s, -largest)});
    AnyDouble any{std::mt19937_64(seed)};
    for (int i = 0; i < 2000; ++i) {
        x.push_back(any());
        x.push_back(static_cast<double>(static_cast<std::int64_t>(any.bits()) >> any.bits() % 64) / 2);
    }
    return x;
}

}  // namespace

TEST_CASE("floor and round_even of doubles and floats, in every state of MXCSR") {
    const std::vector<double> x = doubles(7);
    for (const unsigned state : mxcsr_states()) {
        std::vector<double> down, near;
        std::vector<Interval> down_point, near_point;
        {
            const Hostile hostile(state);
            for (const double xi : x) {
                down.push_back(Float64::floor(xi));
                near.push_back(Float64::round_even(xi));
                down_point.push_back(Interval64::floor(Interval(xi)));
                near_point.push_back(Interval64::round_even(Interval(xi)));
            }
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
            INFO(std::hexfloat << x[i] << ": " << down[i] << ", " << near[i] << ", MXCSR " << state);
            CHECK(is_floor(exactly(down[i]), exactly(x[i])));
            CHECK(is_nearest_even(exactly(near[i]), exactly(x[i])));
            CHECK(order(down_point[i].lower()) == order(down[i]));
            CHECK(order(down_point[i].upper()) == order(down[i]));
            CHECK(order(near_point[i].lower()) == order(near[i]));
            CHECK(order(near_point[i].upper()) == order(near[i]));
        }
    }
    for (const double xi : x) {
        CHECK(std::signbit(Float64::round_even(xi)) == std::signbit(xi));
        CHECK(Unordered64::floor(xi) == Float64::floor(xi));
        if (std::abs(xi) > 3e38) continue;
        const auto f = static_cast<float>(xi);
        INFO("float " << std::hexfloat << f);
        CHECK(is_floor(exactly(static_cast<double>(Float32::floor(f))), exactly(static_cast<double>(f))));
        CHECK(is_nearest_even(exactly(static_cast<double>(Float32::round_even(f))), exactly(static_cast<double>(f))));
    }
    for (const double end : {infinity, -infinity}) {
        CHECK(Float64::floor(end) == end);
        CHECK(Float64::round_even(end) == end);
    }
    CHECK(is_nan(Float64::floor(std::numeric_limits<double>::quiet_NaN())));
    CHECK(is_nan(Float64::round_even(std::numeric_limits<double>::quiet_NaN())));
    CHECK(std::signbit(Float64::floor(-0.0)));
}

TEST_CASE("floor and round_even of fractions and dyadic numbers") {
    for (const double xi : doubles(8)) {
        const RationalNumber x = exactly(xi);
        INFO(xi);
        CHECK(is_floor(Rational::floor(x), x));
        CHECK(is_nearest_even(Rational::round_even(x), x));
        CHECK(to_rational(Dyadic::floor(exact_dyadic(xi))) == Rational::floor(x));
        CHECK(to_rational(Dyadic::round_even(exact_dyadic(xi))) == Rational::round_even(x));
    }
    std::mt19937_64 bits(9);
    for (int i = 0; i < 2000; ++i) {
        const auto p = static_cast<std::int64_t>(bits()) >> bits() % 64,
                   q = static_cast<std::int64_t>(bits() >> (1 + bits() % 63)) + 1;
        for (const RationalNumber& x : {RationalNumber(p) / q, RationalNumber(p) / 2, RationalNumber(p) * p * p / q}) {
            INFO(x.str());
            CHECK(is_floor(Rational::floor(x), x));
            CHECK(is_nearest_even(Rational::round_even(x), x));
        }
    }
    const DyadicNumber tiny(-3, -(std::int64_t{1} << 61)),
        huge(-3, std::int64_t{1} << 61);  // no memory could hold them over one exponent
    CHECK(Dyadic::floor(tiny) == DyadicNumber(-1, 0));
    CHECK(Dyadic::round_even(tiny) == DyadicNumber());
    CHECK(Dyadic::floor(huge) == huge);
    CHECK(Dyadic::round_even(huge) == huge);
}

TEST_CASE("floor and round_even of intervals and duals") {
    CHECK(Interval64::floor(Interval(-1.5, 2.5)) == Interval(-2, 2));
    CHECK(Interval64::floor(Interval(-smallest, smallest)) == Interval(-1, 0));
    CHECK(Interval64::floor(Interval(-infinity, infinity)) == Interval(-infinity, infinity));
    CHECK(Interval64::round_even(Interval(-1.5, 2.5)) == Interval(-2, 2));
    CHECK(Interval64::round_even(Interval(0.5, infinity)) == Interval(0, infinity));
    using D = Dual<Rational>;
    CHECK((D::floor({RationalNumber(-7, 2), RationalNumber(5)}) == D::exact(-4)));
    CHECK((D::round_even({RationalNumber(-7, 2), RationalNumber(5)}) == D::exact(-4)));
}
