#include <tercet/core/functions.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/elementary/quarter_turns.hpp>
#include <tercet/scalars/interval64.hpp>

#include <vector>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "function_formulas.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

using F = MpfrFunction;
using D = Dual<Interval64>;

struct Function {
    const char* name;
    F f;
    Interval (*of)(const Interval&);
    D::Scalar (*slope)(const D::Scalar&);
    double lowest, highest;  // the domain
};
const Function functions[] = {
    {"expm1", F::expm1, Interval64::expm1, D::expm1, -infinity, infinity},
    {"log1p", F::log1p, Interval64::log1p, D::log1p, -1, infinity},
    {"erf", F::erf, Interval64::erf, D::erf, -infinity, infinity},
    {"erfc", F::erfc, Interval64::erfc, D::erfc, -infinity, infinity},
    {"sin", F::sin, Interval64::sin, D::sin, -infinity, infinity},
    {"cos", F::cos, Interval64::cos, D::cos, -infinity, infinity},
    {"tan", F::tan, Interval64::tan, D::tan, -infinity, infinity},
    {"asin", F::asin, Interval64::asin, D::asin, -1, 1},
    {"acos", F::acos, Interval64::acos, D::acos, -1, 1},
    {"atan", F::atan, Interval64::atan, D::atan, -infinity, infinity},
    {"sinh", F::sinh, Interval64::sinh, D::sinh, -infinity, infinity},
    {"cosh", F::cosh, Interval64::cosh, D::cosh, -infinity, infinity},
    {"asinh", F::asinh, Interval64::asinh, D::asinh, -infinity, infinity},
    {"acosh", F::acosh, Interval64::acosh, D::acosh, 1, infinity},
    {"atanh", F::atanh, Interval64::atanh, D::atanh, -1, 1},
};

/// A box that meets the domain of f: around where it lives, of every width, some reaching beyond.
Interval box(const Function& f, AnyDouble& any) {
    std::uniform_real_distribution<double> near(-4, 4), far(-800, 800);
    for (;;) {
        double a = any.bits() % 4 == 0 ? any() : any.bits() % 4 == 0 ? far(any.bits) : near(any.bits);
        double b = any.bits() % 4 == 0 ? any() : a + std::ldexp(near(any.bits), -static_cast<int>(any.bits() % 60));
        if (!std::isfinite(b)) b = a;
        if (order(a) > order(b)) std::swap(a, b);
        if (order(b) > order(f.lowest) && order(a) < order(f.highest)) return {a, b};
    }
}

/// A double of [a, b], all magnitudes in between alike.
double point_in(const Interval& x, std::mt19937_64& bits) {
    const std::int64_t l = order(x.lower()), u = order(x.upper());
    const auto width = static_cast<std::uint64_t>(u) - static_cast<std::uint64_t>(l);
    const auto k = static_cast<std::int64_t>(static_cast<std::uint64_t>(l) +
                                             (width == ~std::uint64_t{0} ? bits() : bits() % (width + 1)));
    return k < 0 ? -std::bit_cast<double>(-k) : std::bit_cast<double>(k);
}

/// At a pole both roundings are infinite, beyond the doubles one.
bool in_domain(const Function& f, double x) {
    if (order(x) < order(f.lowest) || order(x) > order(f.highest) || !std::isfinite(x)) return false;
    return std::isfinite(value_down(f.f, x)) || std::isfinite(value_up(f.f, x));
}

/// The doubles next to k pi/2, below and above; k < 2^60.
std::pair<double, double> around(std::int64_t k) {
    const Bits4000 t = pi_4000() / 2 * k;
    return {mpfr_get_d(t.backend().data(), MPFR_RNDD), mpfr_get_d(t.backend().data(), MPFR_RNDU)};
}

/// The greater of f(a) and f(b) rounded up, or the lesser rounded down.
double outer_end(double a, double b, mpfr_rnd_t mode, Bits4000 (*f)(double)) {
    const Bits4000 s = f(a), t = f(b), m = mode == MPFR_RNDU ? (s < t ? t : s) : (s < t ? s : t);
    return mpfr_get_d(m.backend().data(), mode);
}

}  // namespace

TEST_CASE("functions of boxes contain those of points, in every state of MXCSR, and are the tightest at points") {
    AnyDouble any{std::mt19937_64(31)};
    const std::vector<unsigned> states = mxcsr_states();
    for (const Function& f : functions)
        for (int i = 0; i < 400; ++i) {
            const Interval x = box(f, any);
            const double inner = point_in(x, any.bits);
            const unsigned state = states[static_cast<std::size_t>(i) % states.size()];
            INFO(f.name << " of [" << std::hexfloat << x.lower() << ", " << x.upper() << "], MXCSR " << state);
            std::vector<Interval> y;
            {
                const Hostile hostile(state);
                y.push_back(f.of(x));
            }
            CHECK(y[0] == f.of(x));
            for (const double t : {x.lower(), x.upper(), x.midpoint(), inner, 0.0, 1.0, -1.0, point_in(x, any.bits)}) {
                if (!x.contains(t) || !in_domain(f, t)) continue;
                INFO("at " << std::hexfloat << t);
                CHECK(order(y[0].lower()) <= order(value_down(f.f, t)));
                CHECK(order(y[0].upper()) >= order(value_up(f.f, t)));
                const Interval point = f.of(Interval(t));
                CHECK(point == Interval(value_down(f.f, t), value_up(f.f, t)));
            }
        }
}

TEST_CASE("ends and empty domains") {
    const Interval line(-infinity, infinity);
    const double half_pi = 0x1.921fb54442d19p+0;  // rounded up
    CHECK(expm1(line) == Interval(-1, infinity));
    CHECK(erf(line) == Interval(-1, 1));
    CHECK(erfc(line) == Interval(0, 2));
    CHECK(sin(line) == Interval(-1, 1));
    CHECK(cos(Interval(5, infinity)) == Interval(-1, 1));
    CHECK(tan(Interval(5, infinity)) == line);
    CHECK(atan(line) == Interval(-half_pi, half_pi));
    CHECK(sinh(line) == line);
    CHECK(cosh(line) == Interval(1, infinity));
    CHECK(cosh(Interval(-infinity, -1000)) == Interval(largest, infinity));
    CHECK(asinh(line) == line);
    CHECK(log1p(line) == line);
    CHECK(log1p(Interval(-3, 0)) == Interval(-infinity, 0));
    CHECK(asin(line) == Interval(-half_pi, half_pi));
    CHECK(acos(line) == Interval(0, 2 * half_pi));
    CHECK(acos(Interval(1, 2)) == Interval());
    CHECK(acosh(line) == Interval(0, infinity));
    CHECK(acosh(Interval(0, 1)) == Interval());
    CHECK(atanh(line) == line);
    CHECK(atanh(Interval(-2, 0)) == Interval(-infinity, 0));
    const double beyond_1 = 1 + 0x1p-52;
    for (const Interval& x : {Interval(beyond_1, 2), Interval(-infinity, -beyond_1)}) {
        CHECK_THROWS_AS(asin(x), DomainError);
        CHECK_THROWS_AS(acos(x), DomainError);
        CHECK_THROWS_AS(atanh(x), DomainError);
    }
    CHECK_THROWS_WITH(atanh(Interval(1, 2)), "interval: [1, 2] is not a set with inverse hyperbolic tangents");
    CHECK_THROWS_AS(atanh(Interval(-2, -1)), DomainError);
    CHECK_THROWS_AS(acosh(Interval(-5, 1 - 0x1p-53)), DomainError);
    CHECK_THROWS_AS(log1p(Interval(-5, -1)), DomainError);
}

TEST_CASE("the multiples of pi/2 in a box, to the last double") {
    std::mt19937_64 bits(77);
    const auto is = [](const QuarterTurns& t, std::int64_t first, int count) {
        return t.count == count && (count == 0 || t.first == static_cast<int>((first % 4 + 4) % 4));
    };
    for (int i = 0; i < 3000; ++i) {
        const std::int64_t k = i < 20 ? i - 10 : static_cast<std::int64_t>(bits()) >> (12 + bits() % 52);
        if (k == 0 || k == -3) continue;  // 0 is the one multiple that is a double
        const auto [below, above] = around(k);
        INFO(k << ": " << std::hexfloat << below << ", " << above);
        CHECK(is(quarter_turns(below, above), k, 1));
        CHECK(is(quarter_turns(below, below), k, 0));
        CHECK(is(quarter_turns(above, above), k, 0));
        const auto [next_below, next_above] = around(k + 3);
        CHECK(is(quarter_turns(below, next_above), k, 4));
        CHECK(is(quarter_turns(above, next_above), k + 1, 3));
        CHECK(is(quarter_turns(above, next_below), k + 1, 2));
    }
    CHECK(is(quarter_turns(0, 0), 0, 1));
    CHECK(is(quarter_turns(-0.0, smallest), 0, 1));
    CHECK(is(quarter_turns(-smallest, smallest), 0, 1));
    CHECK(is(quarter_turns(smallest, 1.5), 0, 0));
    CHECK(is(quarter_turns(-1.5, -smallest), 0, 0));
    CHECK(quarter_turns(-infinity, 0).count == 4);
    CHECK(quarter_turns(-largest, largest).count == 4);
    CHECK(quarter_turns(largest, largest).count == 0);
    CHECK(quarter_turns(std::nextafter(largest, 0), largest).count == 4);

    // The double that comes nearest to a multiple of pi/2: 4.7e-19 away from it, among doubles that are 2^797 apart.
    const double hard = 6381956970095103 * 0x1p797;
    CHECK(abs(cos_formula(hard)) < Bits4000(4.7e-19));
    CHECK(quarter_turns(hard, hard).count == 0);
    AnyDouble any{bits};
    for (int i = 0; i < 3000; ++i) {
        const double x = i == 0 ? hard : i == 1 ? -hard : any();
        const Bits4000 k = ceil(Bits4000(x) / (pi_4000() / 2));
        INFO(std::hexfloat << x);
        CHECK(quarter_turns(x, x).first == static_cast<int>(k - 4 * floor(k / 4)));
    }
    CHECK(cos(Interval(hard)) == Interval(value_down(F::cos, hard), value_up(F::cos, hard)));
}

TEST_CASE("sin, cos and tan in boxes between neighbouring multiples of pi/2, and across one") {
    std::mt19937_64 bits(78);
    for (int i = 0; i < 400; ++i) {
        const std::int64_t k = i < 20 ? i - 10 : static_cast<std::int64_t>(bits()) >> (12 + bits() % 52);
        const auto [a, after] = around(k);
        const auto [b, beyond] = around(k + 1);
        if (order(after) > order(b)) continue;
        const auto residue = static_cast<int>((k % 4 + 4) % 4);
        INFO("k = " << k);
        for (const bool sine : {true, false}) {
            const auto of = sine ? Interval64::sin : Interval64::cos;
            const auto formula = sine ? sin_formula : cos_formula;
            const int top = sine ? 1 : 0;
            const auto expected = [&](double l, double u, bool has_first, bool has_second) {
                const auto extreme = [&](int at) {
                    return (has_first && residue == at) || (has_second && (residue + 1) % 4 == at);
                };
                return Interval(extreme((top + 2) % 4) ? -1 : outer_end(l, u, MPFR_RNDD, formula),
                                extreme(top) ? 1 : outer_end(l, u, MPFR_RNDU, formula));
            };
            CHECK(of(Interval(after, b)) == expected(after, b, k == 0, k == -1));
            CHECK(of(Interval(a, b)) == expected(a, b, true, k == -1));
            CHECK(of(Interval(after, beyond)) == expected(after, beyond, k == 0, true));
            CHECK(of(Interval(a, beyond)) == expected(a, beyond, true, true));
        }
        const Interval line(-infinity, infinity);
        const bool pole_first = residue % 2 == 1;
        CHECK(tan(Interval(after, b)) == Interval(value_down(F::tan, after), value_up(F::tan, b)));
        CHECK((tan(Interval(a, b)) == line) == pole_first);
        CHECK((tan(Interval(after, beyond)) == line) == !pole_first);
    }
}

TEST_CASE("Dual: a difference quotient is a slope between its ends") {
    std::mt19937_64 bits(79);
    for (const Function& f : functions)
        for (int i = 0; i < 200; ++i) {
            const double from = f.f == F::acosh ? 1.01 : f.f == F::log1p || f.lowest == -1 ? -0.99 : -3;
            const double to = f.highest == 1 ? 0.98 : 3;
            const double x = std::uniform_real_distribution<double>(from, to)(bits),
                         h = std::ldexp(1.0, -7 - static_cast<int>(bits() % 20));
            const Interval l(x), u(x + h);  // x + h is a double near to it, which will do
            const D::Scalar y = f.slope({hull(l, u), Interval(3.0)});
            INFO(f.name << " from " << std::hexfloat << l.lower() << " to " << u.lower());
            CHECK(y.value == f.of(hull(l, u)));
            if (y.value.upper() == infinity) continue;  // tan over a pole
            const Interval quotient = Interval(3.0) * (f.of(u) - f.of(l)) / (u - l);
            CHECK(order(quotient.lower()) <= order(y.derivative.upper()));
            CHECK(order(y.derivative.lower()) <= order(quotient.upper()));
            const D::Scalar at = f.slope({u, Interval(3.0)});
            CHECK(y.derivative.contains(at.derivative));
            // At points the slope is narrow: no step of it loses more than some bits for these arguments.
            CHECK(at.derivative.width_up() <= 0x1p-40 * (1 + std::abs(at.derivative.midpoint())));
        }
    using Two = Dual<D>;  // erf'' = -2x erf'
    const Two::Scalar second = Two::erf({{Interval(0.5), Interval(1.0)}, {Interval(1.0), Interval()}});
    CHECK(second.derivative.value == second.value.derivative);
    CHECK(second.derivative.derivative.contains((-second.derivative.value).midpoint()));
    CHECK(D::two_over_sqrt_pi().value == Interval(0x1.20dd750429b6dp+0, 0x1.20dd750429b6ep+0));
    CHECK(D::two_over_sqrt_pi().derivative == Interval());
}

TEST_CASE("Dual<Float64>: the formulas") {
    using DF = Dual<Float64>;
    const double x = 0.3, d = 1.5, root = Float64::sqrt((1 - x) * (1 + x));
    const DF::Scalar a{x, d};
    CHECK((DF::sin(a) == DF::Scalar{Float64::sin(x), Float64::cos(x) * d}));
    CHECK((DF::cos(a) == DF::Scalar{Float64::cos(x), -Float64::sin(x) * d}));
    CHECK((DF::asin(a) == DF::Scalar{Float64::asin(x), d / root}));
    CHECK((DF::acos(a) == DF::Scalar{Float64::acos(x), -(d / root)}));
    CHECK((DF::erf(a) == DF::Scalar{Float64::erf(x), Float64::two_over_sqrt_pi() * Float64::exp(-(x * x)) * d}));
    CHECK((DF::floor(a) == DF::Scalar{0, 0}));
    CHECK_THROWS_AS(D::asin({Interval(1.0), Interval(1.0)}), DomainError);  // no slope there
}
