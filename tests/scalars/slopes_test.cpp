#include <tercet/scalars/elementary/slopes.hpp>

#include <random>
#include <vector>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"
#include "many_bits.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct Slope {
    const char* name;
    Interval (*range)(const Interval&);
    double (*nearest)(double);
    float (*nearest_float)(float);
    Bits200 (*exact)(double);
    double greatest;
};
const Slope slopes[] = {
    {"sigmoid", sigmoid_slope, sigmoid_slope_nearest, sigmoid_slope_nearest, exact_sigmoid_slope, 0.25},
    {"tanh", tanh_slope, tanh_slope_nearest, tanh_slope_nearest, exact_tanh_slope, 1.0}};

/// Both tails: points where the slope is normal, subnormal, below all doubles; and near 0.
std::vector<double> points(std::uint64_t seed) {
    std::vector<double> x = {0.0, -0.0, smallest, -1e-300, 1e-9, 0.5, 16.75, 30,  36.7, 37.4, 40,   85,
                             100, 350,  372,      373,     400,  700, 744,   746, 800,  1e5,  3e18, 1e19};
    std::mt19937_64 bits(seed);
    std::uniform_real_distribution<double> near(0, 5), far(0, 800);
    for (int i = 0; i < 40; ++i) x.insert(x.end(), {near(bits), far(bits)});
    for (std::size_t i = 0, n = x.size(); i < n; ++i) x.push_back(-x[i]);
    return x;
}

double rounded(const Bits200& x, mpfr_rnd_t mode) { return mpfr_get_d(x.backend().data(), mode); }

}  // namespace

TEST_CASE(
    "slopes of sigmoid and tanh at points: the two doubles around 200 bits, the nearest one, in every state of MXCSR") {
    for (const Slope& s : slopes)
        for (const unsigned state : mxcsr_states()) {
            const std::vector<double> x = points(state);
            std::vector<Interval> y;
            std::vector<double> z;
            std::vector<float> at(x.begin(), x.end()), w;
            {
                const Hostile hostile(state);
                for (const double v : x) y.push_back(s.range(Interval(v))), z.push_back(s.nearest(v));
                for (const float v : at) w.push_back(s.nearest_float(v));
            }
            for (std::size_t i = 0; i < x.size(); ++i) {
                INFO(s.name << " at " << std::hexfloat << x[i] << ": [" << y[i].lower() << ", " << y[i].upper() << "], "
                            << z[i] << ", MXCSR " << state);
                if (std::abs(x[i]) > 1e5) {  // 200 bits of cosh have ended
                    CHECK(y[i] == Interval(0, smallest));
                    CHECK(z[i] == 0);
                    continue;
                }
                const Bits200 exact = s.exact(x[i]);
                CHECK(holds(y[i], exact));
                if (std::abs(x[i]) > 1e-8) {  // nearer to 0 even 200 bits of it are a double, for the upper end
                    CHECK(y[i] == Interval(rounded(exact, MPFR_RNDD), rounded(exact, MPFR_RNDU)));
                }
                CHECK(tight(y[i], exact, 1e-14));
                CHECK(ulps(z[i], exact) <= 0.51);
                CHECK(ulps(w[i], s.exact(static_cast<double>(at[i]))) <= 0.51);
            }
        }
}

TEST_CASE("slopes over boxes are the hull of their ends and 0") {
    std::mt19937_64 bits(3);
    std::uniform_real_distribution<double> near(-3, 3), far(-800, 800);
    for (const Slope& s : slopes)
        for (int k = 0; k < 600; ++k) {
            double a = k % 2 == 0 ? near(bits) : far(bits), b = k % 3 == 0 ? near(bits) : far(bits);
            if (k % 5 == 0) b = a + 1e-9 * near(bits);
            if (k % 7 == 0) b = -a;
            if (b < a) std::swap(a, b);
            const Interval y = s.range(Interval(a, b)), l = s.range(Interval(a)), u = s.range(Interval(b));
            INFO(s.name << " over " << std::hexfloat << a << ", " << b);
            CHECK(y.lower() == std::min(l.lower(), u.lower()));
            CHECK(y.upper() == (a <= 0 && 0 <= b ? s.greatest : std::max(l.upper(), u.upper())));
        }
}

TEST_CASE("slopes at the ends of the line, and of NaN") {
    for (const Slope& s : slopes) {
        CHECK(s.range(Interval(0.0)) == Interval(s.greatest));
        CHECK(s.range(Interval(-infinity, infinity)) == Interval(0, s.greatest));
        CHECK(s.range(Interval(1, infinity)) == Interval(0, s.range(Interval(1.0)).upper()));
        CHECK(s.range(Interval(-infinity, -1)) == Interval(0, s.range(Interval(1.0)).upper()));
        CHECK(s.nearest(0) == s.greatest);
        CHECK(s.nearest(infinity) == 0);
        CHECK(s.nearest(-infinity) == 0);
        CHECK(is_nan(s.nearest(std::nan(""))));
        CHECK(s.nearest(-largest) == 0);
    }
}
