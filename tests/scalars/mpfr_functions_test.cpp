#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <limits>
#include <vector>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "function_formulas.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

using F = MpfrFunction;

/// A function, its formula, and the one place where it is a double. At the other doubles of its domain it is
/// transcendental, by Lindemann and Weierstrass; of erf and erfc the test itself requires that it is no double.
struct Function {
    const char* name;
    F f;
    Bits4000 (*formula)(double);
    double (*float64)(double);
    float (*float32)(float);
    double lowest, highest;  // the domain, without the ends where they are exact
    double at, value;        // exact
};
constexpr double beyond_1 = 1 + 0x1p-52, below_1 = 1 - 0x1p-53;
const Function functions[] = {
    {"expm1", F::expm1, expm1_formula, Float64::expm1, Float32::expm1, -largest, largest, 0, 0},
    {"log1p", F::log1p, log1p_formula, Float64::log1p, Float32::log1p, -below_1, largest, 0, 0},
    {"erf", F::erf, erf_formula, Float64::erf, Float32::erf, -largest, largest, 0, 0},
    {"erfc", F::erfc, erfc_formula, Float64::erfc, Float32::erfc, -largest, largest, 0, 1},
    {"sin", F::sin, sin_formula, Float64::sin, Float32::sin, -largest, largest, 0, 0},
    {"cos", F::cos, cos_formula, Float64::cos, Float32::cos, -largest, largest, 0, 1},
    {"tan", F::tan, tan_formula, Float64::tan, Float32::tan, -largest, largest, 0, 0},
    {"asin", F::asin, asin_formula, Float64::asin, Float32::asin, -below_1, below_1, 0, 0},
    {"acos", F::acos, acos_formula, Float64::acos, Float32::acos, -below_1, below_1, 1, 0},
    {"atan", F::atan, atan_formula, Float64::atan, Float32::atan, -largest, largest, 0, 0},
    {"sinh", F::sinh, sinh_formula, Float64::sinh, Float32::sinh, -largest, largest, 0, 0},
    {"cosh", F::cosh, cosh_formula, Float64::cosh, Float32::cosh, -largest, largest, 0, 1},
    {"asinh", F::asinh, asinh_formula, Float64::asinh, Float32::asinh, -largest, largest, 0, 0},
    {"acosh", F::acosh, acosh_formula, Float64::acosh, Float32::acosh, beyond_1, largest, 1, 0},
    {"atanh", F::atanh, atanh_formula, Float64::atanh, Float32::atanh, -below_1, below_1, 0, 0},
};

/// Arguments of f's domain and other than `at`: of all magnitudes, most of them where functions live.
std::vector<double> arguments(const Function& f, int n, std::uint64_t seed) {
    const double pi = 3.141592653589793;
    const double hard = 6381956970095103 * 0x1p797;  // the double nearest to a multiple of pi/2
    std::vector<double> x = {smallest, -smallest, 0x1p-1022, -0x1.8p-1023, 1e-300,  -1e-160,  1e-20,   -1e-9,   0x1p-27,
                             0.5,      -0.5,      beyond_1,  -beyond_1,    below_1, -below_1, 1,       -1,      5.8,
                             -5.9,     26.6,      -27.3,     36.7,         -37.5,   709.78,   710.475, -710.48, -745.2,
                             1e5,      0x1p53,    1e22,      -1e300,       largest, -largest, hard,    pi / 2,  pi};
    AnyDouble any{std::mt19937_64(seed)};
    std::uniform_real_distribution<double> far(-800, 800), near(-5, 5), unit(-1, 1);
    for (int i = 0; i < n; ++i)
        x.push_back(i % 4 == 0 ? any() : i % 4 == 1 ? far(any.bits) : i % 4 == 2 ? near(any.bits) : unit(any.bits));
    std::erase_if(x, [&](double xi) { return xi < f.lowest || xi > f.highest || xi == f.at; });
    return x;
}

/// The tightest doubles around a number that is known to 2^-2400 of itself.
double rounded(const Bits4000& y, mpfr_rnd_t mode) {
    static const Bits4000 error = ldexp(Bits4000(1), -2400);
    const Bits4000 end = mode == MPFR_RNDD ? y - abs(y) * error : mode == MPFR_RNDU ? y + abs(y) * error : y;
    return mpfr_get_d(end.backend().data(), mode);
}

bool same(double a, double b) { return order(a) == order(b) || (is_nan(a) && is_nan(b)); }

}  // namespace

TEST_CASE("fifteen functions: the tightest and the nearest doubles around 4000 bits, in every state of MXCSR") {
    for (const Function& f : functions) {
        const std::vector<double> x = arguments(f, 150, 20261 + static_cast<std::uint64_t>(f.f));
        std::vector<double> down, up, nearest, nearest_float;
        std::vector<float> xf;
        for (const double xi : x) {
            const Bits4000 y = f.formula(xi);
            down.push_back(rounded(y, MPFR_RNDD));
            up.push_back(rounded(y, MPFR_RNDU));
            nearest.push_back(rounded(y, MPFR_RNDN));
            REQUIRE(order(up.back()) == order(down.back()) + 1);
            const auto narrow = static_cast<float>(std::min(std::max(xi, -3e38), 3e38));
            const auto wide = static_cast<double>(narrow);
            if (wide == f.at || wide < f.lowest || wide > f.highest) continue;
            xf.push_back(narrow);
            const Bits4000 z = f.formula(wide);
            nearest_float.push_back(static_cast<double>(mpfr_get_flt(z.backend().data(), MPFR_RNDN)));
        }
        for (const unsigned state : mxcsr_states()) {
            std::vector<double> l, u, n;
            std::vector<float> nf;
            std::vector<BothRoundings> both;
            {
                const Hostile hostile(state);
                for (const double xi : x) {
                    l.push_back(value_down(f.f, xi));
                    u.push_back(value_up(f.f, xi));
                    both.push_back(value_both(f.f, xi));
                    n.push_back(f.float64(xi));
                }
                for (const float xi : xf) nf.push_back(f.float32(xi));
            }
            for (std::size_t i = 0; i < x.size(); ++i) {
                INFO(f.name << " at " << std::hexfloat << x[i] << ": " << l[i] << ", " << u[i] << ", MXCSR " << state);
                CHECK(same(l[i], down[i]));
                CHECK(same(u[i], up[i]));
                CHECK(same(both[i].down, down[i]));
                CHECK(same(both[i].up, up[i]));
                CHECK(same(n[i], nearest[i]));
            }
            for (std::size_t i = 0; i < xf.size(); ++i) {
                INFO(f.name << " at the float " << std::hexfloat << xf[i] << ", MXCSR " << state);
                CHECK(same(static_cast<double>(nf[i]), nearest_float[i]));
            }
        }
    }
}

TEST_CASE("fifteen functions where they are exact") {
    for (const Function& f : functions) {
        INFO(f.name);
        for (const double y :
             {value_down(f.f, f.at), value_up(f.f, f.at), value_both(f.f, f.at).down, value_both(f.f, f.at).up,
              value_nearest(f.f, f.at), static_cast<double>(value_nearest(f.f, static_cast<float>(f.at)))})
            CHECK(y == f.value);
    }
    CHECK(std::signbit(Float64::sin(-0.0)));
    CHECK(std::signbit(Float64::erf(-0.0)));
    CHECK(std::signbit(Float32::asinh(-0.0F)));
}

TEST_CASE("fifteen functions at the ends of their domains, and outside") {
    for (const Function& f : functions) {
        INFO(f.name);
        CHECK(is_nan(value_down(f.f, std::numeric_limits<double>::quiet_NaN())));
        CHECK(is_nan(f.float64(std::numeric_limits<double>::quiet_NaN())));
        CHECK(std::isnan(f.float32(std::numeric_limits<float>::quiet_NaN())));
    }
    for (const F f : {F::sin, F::cos, F::tan, F::asin, F::acos, F::atanh, F::acosh, F::log1p})
        CHECK(is_nan(value_nearest(f, -infinity)));
    for (const F f : {F::asin, F::acos, F::atanh}) CHECK(is_nan(value_nearest(f, beyond_1)));
    CHECK(is_nan(value_nearest(F::acosh, below_1)));
    CHECK(is_nan(value_nearest(F::log1p, -beyond_1)));

    CHECK(value_down(F::expm1, -infinity) == -1);
    CHECK(value_up(F::expm1, infinity) == infinity);
    CHECK(value_up(F::expm1, -1000) == -below_1);
    CHECK(value_down(F::expm1, 1000) == largest);
    CHECK(value_down(F::log1p, -1) == -infinity);
    CHECK(value_down(F::erf, -infinity) == -1);
    CHECK(value_up(F::erf, infinity) == 1);
    CHECK(value_down(F::erf, 1e300) == below_1);
    CHECK(value_down(F::erfc, infinity) == 0);
    CHECK(value_up(F::erfc, infinity) == 0);
    CHECK(value_up(F::erfc, -infinity) == 2);
    CHECK(value_down(F::erfc, 1e300) == 0);
    CHECK(value_up(F::erfc, 1e300) == smallest);
    CHECK(value_down(F::atan, -infinity) == -0x1.921fb54442d19p+0);
    CHECK(value_up(F::atan, infinity) == 0x1.921fb54442d19p+0);
    CHECK(value_down(F::sinh, -infinity) == -infinity);
    CHECK(value_up(F::sinh, -1000) == -largest);
    CHECK(value_down(F::sinh, -1000) == -infinity);
    CHECK(value_up(F::cosh, infinity) == infinity);
    CHECK(value_down(F::atanh, -1) == -infinity);
    CHECK(value_up(F::atanh, 1) == infinity);
    CHECK(value_down(F::acosh, infinity) == infinity);
    CHECK(Float32::sinh(100.0F) == std::numeric_limits<float>::infinity());
}

TEST_CASE("2/sqrt(pi), in doubles and as a float") {
    const Bits4000 c = 2 / sqrt(pi_4000());
    CHECK(two_over_sqrt_pi_bounds.down == rounded(c, MPFR_RNDD));
    CHECK(two_over_sqrt_pi_bounds.up == rounded(c, MPFR_RNDU));
    CHECK(Float64::two_over_sqrt_pi() == rounded(c, MPFR_RNDN));
    CHECK(Unordered64::two_over_sqrt_pi() == Float64::two_over_sqrt_pi());
    CHECK(Float32::two_over_sqrt_pi() == mpfr_get_flt(c.backend().data(), MPFR_RNDN));
}
