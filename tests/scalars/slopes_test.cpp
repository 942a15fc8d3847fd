#include <tercet/scalars/interval_elementary.hpp>

#include <algorithm>
#include <vector>

#include <mpfr.h>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// Doubles that a bound is away from the tightest one; -1 where it cuts into the range [l, u].
int excess(const Interval& x, const RationalNumber& l, const RationalNumber& u) {
    if (x.lower() > -infinity && exactly(x.lower()) > l) return -1;
    if (x.upper() < infinity && exactly(x.upper()) < u) return -1;
    double low = x.lower(), high = x.upper();
    int steps = 0;
    for (; !tightest_lower(low, l) && steps < 50; ++steps) low = std::nextafter(low, infinity);
    for (; !tightest_upper(high, u) && steps < 50; ++steps) high = std::nextafter(high, -infinity);
    return steps;
}

std::vector<Interval> boxes(std::uint64_t seed, int n, double scale) {
    std::mt19937_64 bits(seed);
    std::uniform_real_distribution<double> point(-scale, scale);
    std::vector<Interval> all;
    for (int i = 0; i < n; ++i) {
        double x = point(bits), y = bits() % 3 == 0 ? x : bits() % 2 == 0 ? x + 0.01 * point(bits) : point(bits);
        if (bits() % 16 == 0) x = std::ldexp(x, -static_cast<int>(bits() % 1074));
        if (y < x) std::swap(x, y);
        all.emplace_back(x, y);
    }
    return all;
}

/// log sum exp at 1000 bits (exp(-400) beside 1 needs 630) of a corner, or softmax component i with x_i from one corner and the rest from
/// the other.
double reference(const std::vector<double>& x, int component, double own, mpfr_rnd_t mode) {
    mpfr_t sum, e;
    mpfr_inits2(1000, sum, e, mpfr_ptr(nullptr));
    mpfr_set_zero(sum, 1);
    for (std::size_t j = 0; j < x.size(); ++j) {
        if (static_cast<int>(j) == component) continue;
        mpfr_set_d(e, x[j], MPFR_RNDN);
        mpfr_exp(e, e, MPFR_RNDN);
        mpfr_add(sum, sum, e, MPFR_RNDN);
    }
    if (component < 0) mpfr_log(sum, sum, MPFR_RNDN);
    else {
        mpfr_set_d(e, own, MPFR_RNDN);
        mpfr_exp(e, e, MPFR_RNDN);
        mpfr_add(sum, sum, e, MPFR_RNDN);
        mpfr_div(sum, e, sum, MPFR_RNDN);
    }
    const double y = mpfr_get_d(sum, mode);
    mpfr_clears(sum, e, mpfr_ptr(nullptr));
    return y;
}

}  // namespace

TEST_CASE("slopes contain their range, within 2 ulp at each end, in every state of MXCSR") {
    const RationalNumber one = 1, half = RationalNumber(1) / 2, zero = 0;
    for (const unsigned state : mxcsr_states()) {
        std::vector<Interval> in = boxes(state, 300, 1.0), sigmoids, tanhs;
        for (const Interval& x : boxes(state + 1, 100, 5.0)) in.push_back(x);
        for (const double x : {0.0, 0.5, 1.0, -1.0, smallest, 1 - 0x1p-53, 0.5 - 0x1p-54}) in.emplace_back(x);
        {
            const Hostile hostile(state);
            for (const Interval& x : in) sigmoids.push_back(sigmoid_slope(x)), tanhs.push_back(tanh_slope(x));
        }
        for (std::size_t i = 0; i < in.size(); ++i) {
            const RationalNumber l = exactly(in[i].lower()), u = exactly(in[i].upper());
            const RationalNumber at_l = l * (one - l), at_u = u * (one - u), top = u < half ? at_u : l > half ? at_l : half * half;
            INFO(std::hexfloat << in[i].lower() << ", " << in[i].upper() << ", MXCSR " << state);
            CHECK(excess(sigmoids[i], std::min(at_l, at_u), top) >= 0);
            CHECK(excess(sigmoids[i], std::min(at_l, at_u), top) <= 4);
            if (l >= 0 && u <= 1) CHECK(sigmoids[i].lower() >= 0);
            const RationalNumber least = l > 0 ? l : u < 0 ? RationalNumber(-u) : zero, most = std::max(u, RationalNumber(-l));
            CHECK(excess(tanhs[i], one - most * most, one - least * least) >= 0);
            CHECK(excess(tanhs[i], one - most * most, one - least * least) <= 4);
        }
    }
    CHECK(sigmoid_slope(Interval(0, 1)) == Interval(0, 0.25));
    CHECK(sigmoid_slope(Interval(-infinity, infinity)) == Interval(-infinity, 0.25));
    CHECK(tanh_slope(Interval(-1, 1)) == Interval(0, 1));
    CHECK(tanh_slope(Interval(-infinity, infinity)) == Interval(-infinity, 1));
}

TEST_CASE("softmax and log_sum_exp are the tightest, in every state of MXCSR") {
    for (const unsigned state : mxcsr_states())
        for (const std::size_t n : {1U, 2U, 3U, 10U})
            for (const double scale : {0.1, 5.0, 200.0}) {
                const std::vector<Interval> x = boxes(state + n, static_cast<int>(n), scale);
                std::vector<Interval> y = x;
                Interval sum;
                {
                    const Hostile hostile(state);
                    softmax(y, y);  // in place
                    sum = log_sum_exp(x);
                }
                std::vector<double> l, u;
                for (const Interval& xi : x) l.push_back(xi.lower()), u.push_back(xi.upper());
                INFO("n = " << n << ", scale " << scale << ", MXCSR " << std::hex << state);
                for (std::size_t i = 0; i < n; ++i)
                    CHECK(y[i] ==
                          Interval(reference(u, static_cast<int>(i), l[i], MPFR_RNDD), reference(l, static_cast<int>(i), u[i], MPFR_RNDU)));
                CHECK(sum == (n == 1 ? x[0] : Interval(reference(l, -1, 0, MPFR_RNDD), reference(u, -1, 0, MPFR_RNDU))));
            }
}

TEST_CASE("softmax and log_sum_exp at infinite and huge arguments") {
    const Interval line(-infinity, infinity), unit(0, 1);
    std::vector<Interval> x = {Interval(1e300), Interval(1e300), Interval(0.0)}, y(3);
    softmax(x, y);
    CHECK(y[0].lower() == std::nextafter(0.5, 0.0));  // a third term, however small, keeps it below 1/2
    CHECK(y[0].upper() == 0.5);
    CHECK(y[2] == Interval(0, smallest));
    x = {Interval(0.0), Interval(-100.0), Interval(0.0)};  // 1 + exp(-100) is not a number of 128 bits
    softmax(x, y);
    CHECK(y[0] == Interval(std::nextafter(0.5, 0.0), 0.5));
    CHECK(y[2] == y[0]);
    CHECK(log_sum_exp(std::vector<Interval>{Interval(0.0), Interval(-100.0)}) == exp(Interval(-100.0)));  // log(1 + e) = e - e^2/2 + ..
    CHECK(log_sum_exp(std::vector<Interval>{Interval(0.0), Interval(-1e19)}) == Interval(0, smallest));   // exp leaves even MPFR's range
    x = {line, Interval(1.0), Interval(1.0)};
    softmax(x, y);
    CHECK(y[0] == unit);
    CHECK(y[1] == Interval(0, 0.5));
    x = {line, line, line};
    softmax(x, y);
    CHECK(y[2] == unit);
    CHECK(log_sum_exp(x) == line);
    x = {Interval(-infinity, 0), Interval(0, infinity), Interval(0.0)};
    softmax(x, y);
    CHECK(y[0] == Interval(0, std::nextafter(1.0 / 3, 1.0)));
    CHECK(y[1].contains(Interval(0.34, 1)));
    CHECK(log_sum_exp(std::vector<Interval>{Interval(-7, 2)}) == Interval(-7, 2));
    CHECK(log_sum_exp(std::vector<Interval>{Interval(0.0), Interval(-infinity, 0)}) == Interval(0, log_up(2)));
    softmax(std::vector<Interval>{}, std::span<Interval>());
    CHECK_THROWS_AS(log_sum_exp({}), DomainError);
    CHECK_THROWS_WITH(softmax(x, std::span<Interval>(y).first(2)), "softmax: 3 arguments, room for 2 results");
}
