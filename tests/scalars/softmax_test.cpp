#include <tercet/scalars/elementary/interval_elementary.hpp>
#include <tercet/scalars/elementary/softmax.hpp>

#include <algorithm>
#include <vector>

#include <mpfr.h>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"
#include "many_bits.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

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

/// Softmax component i at 1000 bits (exp(-400) beside 1 needs 630), x_i from one corner and the rest from the other.
double reference(const std::vector<double>& x, std::size_t component, double own, mpfr_rnd_t mode) {
    mpfr_t sum, e;
    mpfr_inits2(1000, sum, e, mpfr_ptr(nullptr));
    mpfr_set_zero(sum, 1);
    for (std::size_t j = 0; j < x.size(); ++j) {
        mpfr_set_d(e, j == component ? own : x[j], MPFR_RNDN);
        mpfr_exp(e, e, MPFR_RNDN);
        mpfr_add(sum, sum, e, MPFR_RNDN);
    }
    mpfr_set_d(e, own, MPFR_RNDN);
    mpfr_exp(e, e, MPFR_RNDN);
    mpfr_div(sum, e, sum, MPFR_RNDN);
    const double y = mpfr_get_d(sum, mode);
    mpfr_clears(sum, e, mpfr_ptr(nullptr));
    return y;
}

/// The tightest interval around cross entropy over a box: least with x_k at its upper end and the rest at their lower
/// ones.
Interval exact_range(const std::vector<Interval>& x, std::size_t k) {
    std::vector<double> least, most;
    for (const Interval& v : x) least.push_back(v.lower()), most.push_back(v.upper());
    std::swap(least[k], most[k]);
    const Bits4000 l = exact_cross_entropy(least, k), u = exact_cross_entropy(most, k);
    return {mpfr_get_d(l.backend().data(), MPFR_RNDD), mpfr_get_d(u.backend().data(), MPFR_RNDU)};
}

}  // namespace

TEST_CASE("softmax and cross entropy are the tightest, in every state of MXCSR") {
    for (const unsigned state : mxcsr_states())
        for (const std::size_t n : {1U, 2U, 3U, 10U})
            for (const double scale : {0.1, 5.0, 200.0}) {
                const std::vector<Interval> x = boxes(state + n, static_cast<int>(n), scale);
                const std::size_t k = state % n;
                std::vector<Interval> y = x;
                Interval loss;
                {
                    const Hostile hostile(state);
                    softmax(y, y);  // in place
                    loss = cross_entropy(x, static_cast<std::int64_t>(k));
                }
                std::vector<double> l, u;
                for (const Interval& xi : x) l.push_back(xi.lower()), u.push_back(xi.upper());
                INFO("n = " << n << ", scale " << scale << ", MXCSR " << std::hex << state);
                for (std::size_t i = 0; i < n; ++i)
                    CHECK(y[i] == Interval(reference(u, i, l[i], MPFR_RNDD), reference(l, i, u[i], MPFR_RNDU)));
                CHECK(loss == exact_range(x, k));
            }
}

TEST_CASE("softmax and cross entropy at infinite and huge arguments") {
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
    x = {line, Interval(1.0), Interval(1.0)};
    softmax(x, y);
    CHECK(y[0] == unit);
    CHECK(y[1] == Interval(0, 0.5));
    x = {line, line, line};
    softmax(x, y);
    CHECK(y[2] == unit);
    x = {Interval(-infinity, 0), Interval(0, infinity), Interval(0.0)};
    softmax(x, y);
    CHECK(y[0] == Interval(0, std::nextafter(1.0 / 3, 1.0)));
    CHECK(y[1].contains(Interval(0.34, 1)));
    softmax(std::vector<Interval>{}, std::span<Interval>());
    using Row = std::vector<Interval>;
    CHECK(cross_entropy(Row{Interval(0.0), Interval(-100.0)}, 0) ==
          exp(Interval(-100.0)));  // log(1 + e) = e - e^2/2 + ..
    CHECK(cross_entropy(Row{Interval(0.0), Interval(-1e19)}, 0) ==
          Interval(0, smallest));  // exp leaves even MPFR's range
    CHECK(cross_entropy(Row{Interval(0.0), Interval(-1e19)}, 1) == Interval(1e19, std::nextafter(1e19, infinity)));
    CHECK(cross_entropy(Row{line, line, line}, 1) == Interval(0, infinity));
    CHECK(cross_entropy(Row{Interval(-7, 2)}, 0) == Interval(0.0));
    CHECK(cross_entropy(Row{Interval(0.0), Interval(-infinity, 0)}, 0) == Interval(0, log_up(2)));
    CHECK(cross_entropy(Row{Interval(0.0), Interval(0, infinity)}, 0) == Interval(log_down(2), infinity));
    CHECK(cross_entropy(Row{Interval(0.0), Interval(0, infinity)}, 1) == Interval(0, log_up(2)));
    CHECK_THROWS_WITH(cross_entropy(Row{}, 0), "cross entropy: label 0 is not among the 0 classes");
    CHECK_THROWS_WITH(cross_entropy(x, 3), "cross entropy: label 3 is not among the 3 classes");
    CHECK_THROWS_WITH(cross_entropy_gradient(x, -1, y), "cross entropy: label -1 is not among the 3 classes");
    CHECK_THROWS_WITH(softmax(x, std::span<Interval>(y).first(2)), "softmax: 3 arguments, room for 2 results");
}

namespace {

/// Rows in which one number leads by up to 700, rows of like numbers, masked ones, and cotangents: unit vectors, their
/// complements, any.
struct Row {
    std::vector<double> x, g;
};
std::vector<Row> rows_and_cotangents(std::uint64_t seed) {
    std::mt19937_64 bits(seed);
    std::uniform_real_distribution<double> small(-1, 1);
    std::vector<Row> all;
    for (const std::size_t n : {1U, 2U, 3U, 4U, 30U})
        for (const double lead : {0.0, 3.0, 40.0, -40.0, 300.0, 700.0})
            for (int kind = 0; kind < 4; ++kind) {
                Row r{std::vector<double>(n), std::vector<double>(n)};
                for (double& v : r.x) v = small(bits);
                r.x[bits() % n] += lead;
                for (double& v : r.g)
                    v = kind == 0 ? 0.0 : kind == 1 ? 1.0 : kind == 2 ? small(bits) : static_cast<double>(bits() % 3);
                if (kind < 2) r.g[bits() % n] = 1 - r.g[0];
                all.push_back(r);
            }
    return all;
}

template <class T>
std::vector<T> as(const std::vector<double>& x) {
    std::vector<T> y;
    for (const double v : x) y.push_back(static_cast<T>(v));
    return y;
}
template <class T>
std::vector<double> read(const std::vector<T>& x) {
    return {x.begin(), x.end()};
}

template <class T>
void check_float_rows() {
    for (const Row& r : rows_and_cotangents(7)) {
        const std::vector<T> x = as<T>(r.x), g = as<T>(r.g);
        std::vector<T> dx(x.size()), dl(x.size());
        softmax_pullback(std::span<const T>(x), std::span<const T>(g), std::span(dx));
        const auto exact = exact_softmax_pullback(read(x), read(g));
        const std::size_t k = x.size() / 2;
        cross_entropy_gradient(std::span<const T>(x), static_cast<std::int64_t>(k), std::span(dl));
        const auto gradient = exact_cross_entropy_gradient(read(x), k);
        for (std::size_t i = 0; i < x.size(); ++i) {
            INFO("i = " << i << " of " << x.size() << ": " << dx[i] << ", " << dl[i]);
            CHECK(ulps(dx[i], exact[i]) <= 0.51);
            CHECK(ulps(dl[i], gradient[i]) <= 0.51);
        }
        CHECK(ulps(cross_entropy(std::span<const T>(x), static_cast<std::int64_t>(k)),
                   exact_cross_entropy(read(x), k)) <= 0.51);
    }
}

}  // namespace

TEST_CASE("The pullback of softmax, cross entropy and its gradient to nearest, in both tails, in double and float") {
    check_float_rows<double>();
    check_float_rows<float>();
}

TEST_CASE("The pullback of softmax at points is two doubles wide, in every state of MXCSR") {
    for (const unsigned state : mxcsr_states())
        for (const Row& r : rows_and_cotangents(state)) {
            if (state != mxcsr_states().front() && r.x.size() == 30) continue;
            const std::vector<Interval> x = as<Interval>(r.x), g = as<Interval>(r.g);
            std::vector<Interval> dx(x.size()), dl(x.size());
            const std::size_t k = x.size() / 2;
            {
                const Hostile hostile(state);
                softmax_pullback(x, g, dx);
                cross_entropy_gradient(x, static_cast<std::int64_t>(k), dl);
            }
            const auto exact = exact_softmax_pullback(r.x, r.g);
            const auto gradient = exact_cross_entropy_gradient(r.x, k);
            for (std::size_t i = 0; i < x.size(); ++i) {
                INFO("i = " << i << " of " << x.size() << ": [" << dx[i].lower() << ", " << dx[i].upper() << "], MXCSR "
                            << state);
                CHECK(tight(dx[i], exact[i], 0x1p-51));
                CHECK(tight(dl[i], gradient[i], 0x1p-51));
            }
        }
}

TEST_CASE("The pullback of softmax over boxes contains its points and is no wider than y (g - <g, y>)") {
    std::mt19937_64 bits(11);
    for (int round = 0; round < 300; ++round) {
        const std::size_t n = 1 + bits() % 6;
        const double scale = round % 3 == 0 ? 0.1 : round % 3 == 1 ? 3.0 : 60.0;
        const std::vector<Interval> x = boxes(bits(), static_cast<int>(n), scale),
                                    g = boxes(bits(), static_cast<int>(n), 2.0);
        std::vector<Interval> dx(n), y(n), dl(n);
        const std::size_t k = bits() % n;
        softmax_pullback(x, g, dx);
        softmax(x, y);
        cross_entropy_gradient(x, static_cast<std::int64_t>(k), dl);
        Interval inner;
        for (std::size_t j = 0; j < n; ++j) inner += g[j] * y[j];
        for (std::size_t j = 0; j < n; ++j) {
            INFO("round " << round << ", " << j << " of " << n << ": [" << dx[j].lower() << ", " << dx[j].upper()
                          << "]");
            CHECK((y[j] * (g[j] - inner)).contains(dx[j]));
            CHECK((j == k ? y[j] - Interval(1.0) : y[j]).contains(dl[j]));
        }
        for (int point = 0; point < 6; ++point) {
            std::vector<double> at, cotangent;
            const auto pick = [&](const Interval& v) {
                return bits() % 3 == 0 ? v.midpoint() : bits() % 2 == 0 ? v.lower() : v.upper();
            };
            for (const Interval& v : x) at.push_back(pick(v));
            for (const Interval& v : g) cotangent.push_back(pick(v));
            const auto exact = exact_softmax_pullback(at, cotangent);
            const auto gradient = exact_cross_entropy_gradient(at, k);
            for (std::size_t j = 0; j < n; ++j) {
                CHECK(holds(dx[j], exact[j]));
                CHECK(holds(dl[j], gradient[j]));
            }
        }
    }
}

TEST_CASE("The pullback of softmax at infinite ends, masked arguments and NaN") {
    const Interval line(-infinity, infinity), half(-infinity, 0), upward(0, infinity);
    std::vector<Interval> dx(3);
    for (const Interval& a : {line, half, upward})
        for (const Interval& b : {line, half, upward, Interval(1, 2)})
            for (const Interval& c : {line, half, upward, Interval(1.0)}) {
                softmax_pullback(std::vector<Interval>{a, b, c},
                                 std::vector<Interval>{Interval(1.0), Interval(0.0), Interval(0.0)}, dx);
                CHECK(dx[0].contains(Interval(0.0, 0.1)));
                CHECK(dx[0].upper() <= 1);
                softmax_pullback(std::vector<Interval>(3, Interval(0.0)), std::vector<Interval>{a, b, c}, dx);
                const auto point = [&](const Interval& v) {
                    return v == line ? 3.0 : v == half ? -2.0 : v == upward ? 4.0 : v.upper();
                };
                CHECK(holds(dx[0], exact_softmax_pullback({0, 0, 0}, {point(a), point(b), point(c)})[0]));
            }
    std::vector<double> x = {-infinity, 1, 2}, g = {5, 1, 0}, d(3);
    softmax_pullback(std::span<const double>(x), std::span<const double>(g), std::span(d));
    CHECK(d[0] == 0);
    CHECK(ulps(d[1], exact_softmax_pullback({1, 2}, {1, 0})[0]) <= 0.51);
    g[2] = std::nan("");
    softmax_pullback(std::span<const double>(x), std::span<const double>(g), std::span(d));
    for (const double v : d) CHECK(is_nan(v));
    x[1] = std::nan("");
    CHECK(is_nan(cross_entropy(std::span<const double>(x), 0)));
    CHECK_THROWS_WITH(softmax_pullback(std::span<const double>(x), std::span<const double>(g).first(2), std::span(d)),
                      "softmax pullback: 3 arguments, cotangent of 2");
}
