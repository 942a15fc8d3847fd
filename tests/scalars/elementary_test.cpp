#include <tercet/scalars/elementary/elementary.hpp>
#include <tercet/scalars/elementary/interval_elementary.hpp>

#include <algorithm>
#include <cfenv>
#include <future>
#include <vector>

#include <mpfr.h>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// 400 bits and formulas other than the library's. Each value lies between its two directed roundings.
struct Reference {
    mpfr_t y;
    Reference() { mpfr_init2(y, 400); }
    ~Reference() { mpfr_clear(y); }
    Reference(const Reference&) = delete;
    Reference& operator=(const Reference&) = delete;
};
using Formula = void (*)(mpfr_t y, double x, mpfr_rnd_t mode);

mpfr_rnd_t flip(mpfr_rnd_t mode) { return mode == MPFR_RNDD ? MPFR_RNDU : mode == MPFR_RNDU ? MPFR_RNDD : MPFR_RNDN; }

void exp_formula(mpfr_t y, double x, mpfr_rnd_t mode) {  // 1 / exp(-x)
    mpfr_set_d(y, -x, MPFR_RNDN);
    mpfr_exp(y, y, flip(mode));
    mpfr_ui_div(y, 1, y, mode);
}
void log_formula(mpfr_t y, double x, mpfr_rnd_t mode) {
    mpfr_set_d(y, x, MPFR_RNDN);
    mpfr_log(y, y, mode);
}
void tanh_formula(mpfr_t y, double x, mpfr_rnd_t mode) {  // m / (m + 2), m = exp(2x) - 1, written 1 / (1 + 2/m)
    mpfr_set_d(y, x, MPFR_RNDN);
    if (std::abs(x) < 0x1p-100) {  // there x itself is nearer to tanh x than 400 bits of m tell
        mpfr_tanh(y, y, mode);
        return;
    }
    mpfr_mul_2ui(y, y, 1, MPFR_RNDN);
    mpfr_expm1(y, y, mode);
    mpfr_ui_div(y, 2, y, flip(mode));
    mpfr_add_ui(y, y, 1, flip(mode));
    mpfr_ui_div(y, 1, y, mode);
}
void sigmoid_formula(mpfr_t y, double x, mpfr_rnd_t mode) {
    Reference e;
    mpfr_set_d(e.y, x, MPFR_RNDN);
    mpfr_exp(y, e.y, mode);
    if (x > -1) {  // 1 - 1/(1 + exp x)
        mpfr_add_ui(y, y, 1, mode);
        mpfr_ui_div(y, 1, y, flip(mode));
        mpfr_ui_sub(y, 1, y, mode);
    } else {  // exp(x) / (1 + exp x)
        mpfr_exp(e.y, e.y, flip(mode));
        mpfr_add_ui(e.y, e.y, 1, flip(mode));
        mpfr_div(y, y, e.y, mode);
    }
}

/// How far a bound is from the tightest double outside the reference: 0 tightest, 1 its neighbour, .., -1 a violation.
int excess(double bound, mpfr_srcptr outer, mpfr_rnd_t mode) {
    if (mode == MPFR_RNDD ? mpfr_cmp_d(outer, bound) < 0 : mpfr_cmp_d(outer, bound) > 0) return -1;
    const double tightest = mpfr_get_d(outer, mode);
    return static_cast<int>(std::min<std::int64_t>(std::abs(order(tightest) - order(bound)), 1000000));
}

/// Arguments of all magnitudes, most of them where the functions live.
std::vector<double> arguments(int n, std::uint64_t seed) {
    std::vector<double> x = {0.0,    -0.0,   1.0,    -1.0,   smallest, -smallest, 0x1p-1022, 1e-300, -1e-300,
                             1e-20,  -1e-9,  0.5,    20,     -20,      36.7,      -36.7,     40,     709.78,
                             709.79, -708.4, -745.1, -745.2, 800,      -800,      1e5,       -1e5,   1e15,
                             -1e15,  1e19,   -1e19,  1e300,  -1e300,   largest,   -largest};
    AnyDouble any{std::mt19937_64(seed)};
    std::uniform_real_distribution<double> near(-800, 800), nearer(-5, 5);
    for (int i = 0; i < n; ++i) x.push_back(i % 3 == 0 ? any() : i % 3 == 1 ? near(any.bits) : nearer(any.bits));
    return x;
}

struct Functions {
    const char* name;
    double (*down)(double);
    double (*up)(double);
    Formula formula;
};
const Functions functions[] = {{"exp", exp_down, exp_up, exp_formula},
                               {"log", log_down, log_up, log_formula},
                               {"tanh", tanh_down, tanh_up, tanh_formula},
                               {"sigmoid", sigmoid_down, sigmoid_up, sigmoid_formula}};

}  // namespace

TEST_CASE("exp, log, tanh, sigmoid: the tightest doubles around 400 bits, in every state of MXCSR") {
    for (const unsigned state : mxcsr_states())
        for (const Functions& f : functions) {
            std::vector<double> x = arguments(120, state);
            if (f.formula == log_formula) {
                for (double& xi : x) xi = std::abs(xi);
                x.erase(std::remove(x.begin(), x.end(), 0.0), x.end());
            }
            std::vector<double> l(x.size()), u(x.size());
            {
                const Hostile hostile(state);
                for (std::size_t i = 0; i < x.size(); ++i) l[i] = f.down(x[i]), u[i] = f.up(x[i]);
            }
            INFO(f.name << ", MXCSR " << std::hex << state);
            for (std::size_t i = 0; i < x.size(); ++i) {
                Reference below, above;
                f.formula(below.y, x[i], MPFR_RNDD);
                f.formula(above.y, x[i], MPFR_RNDU);
                INFO("x = " << std::hexfloat << x[i] << ": " << l[i] << ", " << u[i]);
                CHECK(excess(l[i], below.y, MPFR_RNDD) == 0);
                CHECK(excess(u[i], above.y, MPFR_RNDU) == 0);
            }
        }
}

TEST_CASE("elementary functions at the ends of the line, and outside their domain") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(exp_down(-infinity) == 0);
    CHECK(exp_up(infinity) == infinity);
    CHECK(exp_down(1000) == largest);
    CHECK(exp_up(1000) == infinity);
    CHECK(exp_down(-1000) == 0);
    CHECK(exp_up(-1000) == smallest);
    CHECK(exp_down(0) == 1);
    CHECK(exp_up(0) == 1);
    CHECK(log_down(1) == 0);
    CHECK(log_up(1) == 0);
    CHECK(log_down(0) == -infinity);
    CHECK(is_nan(log_up(-1)));
    CHECK(is_nan(exp_down(nan)));
    CHECK(tanh_down(-infinity) == -1);
    CHECK(tanh_up(infinity) == 1);
    CHECK(tanh_down(1e-300) < 1e-300);
    CHECK(tanh_up(1e-300) == 1e-300);
    CHECK(tanh_down(30) == 1 - 0x1p-53);
    CHECK(sigmoid_down(-800) == 0);
    CHECK(sigmoid_up(-800) == smallest);
    CHECK(sigmoid_down(800) == 1 - 0x1p-53);
    CHECK(sigmoid_up(800) == 1);
    CHECK(sigmoid_up(-infinity) == 0);
    CHECK(sigmoid_down(infinity) == 1);
    CHECK(sigmoid_down(0) == 0.5);
    CHECK(sigmoid_up(0) == 0.5);
}

TEST_CASE("nearest: correctly rounded in double and float, subnormals too, in every state of MXCSR") {
    struct Nearest {
        double (*f)(double);
        float (*g)(float);
        Formula formula;
    };
    const Nearest all[] = {{exp_nearest, exp_nearest, exp_formula},
                           {log_nearest, log_nearest, log_formula},
                           {tanh_nearest, tanh_nearest, tanh_formula}};
    std::vector<double> x = arguments(200, 5);
    for (int i = 0; i < 60; ++i)
        x.insert(x.end(), {-708 - i * 0.63, -87 - i * 0.29});  // exp is subnormal in double, in float
    for (const Nearest& n : all)
        for (const unsigned state : mxcsr_states()) {
            std::vector<double> y;
            std::vector<float> z, xf;
            for (double& xi : x) {
                if (n.formula == log_formula) xi = std::abs(xi);
                xf.push_back(std::abs(xi) > 1e38 ? 1e38F : static_cast<float>(xi));
            }
            {
                const Hostile hostile(state);
                for (const double xi : x) y.push_back(n.f(xi));
                for (const float xi : xf) z.push_back(n.g(xi));
            }
            const auto same = [](double a, double b) { return order(a) == order(b) || (is_nan(a) && is_nan(b)); };
            for (std::size_t i = 0; i < x.size(); ++i) {
                Reference r;
                INFO("x = " << std::hexfloat << x[i] << ", MXCSR " << state);
                n.formula(r.y, x[i], MPFR_RNDN);
                CHECK(same(y[i], mpfr_get_d(r.y, MPFR_RNDN)));
                n.formula(r.y, static_cast<double>(xf[i]), MPFR_RNDN);
                CHECK(same(static_cast<double>(z[i]), static_cast<double>(mpfr_get_flt(r.y, MPFR_RNDN))));
            }
        }
    CHECK(std::signbit(tanh_nearest(-0.0)));
    CHECK(exp_nearest(1000.0) == infinity);
    CHECK(exp_nearest(89.0F) == std::numeric_limits<float>::infinity());
}

TEST_CASE("MPFR's state is the caller's before and after, whatever it was") {
    const double expected[] = {exp_down(2.0), exp_up(100.0), sigmoid_up(-300.0)};
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_set_emin(-10);
    mpfr_set_emax(10);
    mpfr_clear_flags();
    CHECK(exp_down(2.0) == expected[0]);
    CHECK(exp_up(100.0) == expected[1]);
    CHECK(sigmoid_up(-300.0) == expected[2]);
    CHECK(exp_nearest(100.0) > expected[1] / 2);
    CHECK(mpfr_get_emin() == -10);
    CHECK(mpfr_get_emax() == 10);
    CHECK_FALSE(mpfr_inexflag_p());
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
}

TEST_CASE("other threads compute the same") {
    const Interval x(-1.25, 3.5);
    std::fesetround(FE_UPWARD);
    const Interval there = std::async(std::launch::async, [&] { return exp(x) + tanh(x) * sigmoid(x); }).get();
    std::fesetround(FE_TONEAREST);
    CHECK(there == exp(x) + tanh(x) * sigmoid(x));
}

TEST_CASE("functions of intervals") {
    CHECK(exp(Interval(-infinity, 0)) == Interval(0, 1));
    CHECK(exp(Interval(-infinity, infinity)) == Interval(0, infinity));
    CHECK(tanh(Interval(-infinity, infinity)) == Interval(-1, 1));
    CHECK(sigmoid(Interval(-infinity, infinity)) == Interval(0, 1));
    CHECK(log(Interval(0, 1)) == Interval(-infinity, 0));
    CHECK(log(Interval(-1, infinity)) == Interval(-infinity, infinity));
    CHECK_THROWS_WITH(log(Interval(-1, 0)), "interval: [-1, 0] is not a set with logarithms");
    CHECK(log(Interval(smallest)).upper() == log_up(smallest));
}
