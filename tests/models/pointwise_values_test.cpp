/// Every function of one variable against its definition in 4000 bits: values and slopes of points, of boxes, and of
/// dual numbers.
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/scalars/dual.hpp>

#include <cmath>
#include <limits>
#include <random>

#include "../catch.hpp"
#include "function_references.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(), largest = std::numeric_limits<double>::max();

/// test(F) for each function of the list, with its numbers as ONNX has them and with others.
template <class Test>
int for_each_function(const Test& test) {
    int count = 0;
    const auto each = [&]<class F>(const Pointwise<F>&) {
        ++count;
        F f{};
        for (const auto& a : F::attributes()) f.*std::get<double F::*>(a.member) = a.otherwise;
        test(f);
        if (F::attributes().empty()) return;
        for (const double number : {0.25, -0.75}) {
            for (const auto& a : F::attributes()) f.*std::get<double F::*>(a.member) = number;
            test(f);
        }
    };
    FunctionOperators::for_each_type([&]<class Op>() { each(Op{}); });
    return count;
}

/// y = f(x) over n numbers.
template <class F>
Graph graph_of(const F& f, std::int64_t n) {
    Graph g;
    g.outputs = {append(g, "f", "F", Pointwise<F>{f}, {g.add_input("x", {n})})};
    g.output_names = {"y"};
    return g;
}

template <class C>
struct Computed {
    Storage<C> values, slopes;
};
template <class C, class F>
Computed<C> compute(const F& f, const Storage<C>& at) {
    const Graph g = graph_of(f, static_cast<std::int64_t>(at.size()));
    AnyTensor<C> x(g.nodes[0].shape), ones(x.dims);
    x.data = at;
    for (std::size_t i = 0; i < at.size(); ++i) ones.data[i] = one<C>();
    const auto trace = run<C>(g, {}, {x});
    return {trace.values.back().data, pullback<C>(g, {}, trace, {ones}).inputs.at(0).data};
}
template <class C, class F>
Storage<Dual<C>> forward(const F& f, const Storage<C>& at) {
    using D = Dual<C>;
    const Graph g = graph_of(f, static_cast<std::int64_t>(at.size()));
    AnyTensor<D> x(g.nodes[0].shape);
    for (std::size_t i = 0; i < at.size(); ++i) x.data[i] = {at[i], one<C>()};
    return interpret<D>(g, {}, {x}).at(0).data;
}

template <class F>
bool is_kink(const F& f, double x) {
    AnyTensor<Rational> at(Dims{1});
    at.data[0] = Rational::exact(x);
    if constexpr (Has<Rational, typename F::needs>) {
        Kinks kinks;
        Pointwise<F>{f}.template count_kinks<Rational>(at, kinks);
        return kinks.relu > 0;
    } else {
        for (const double k : f.kinks())
            if (k == x) return true;
        return false;
    }
}
/// Is there a slope, and are x - h and x + h in the domain?
template <class F>
bool is_smooth(const F& f, double x) {
    return !is_kink(f, x) && defined<F>(std::nextafter(x, -infinity)) && defined<F>(std::nextafter(x, infinity));
}

bool contains(const Interval& y, const Real& r) {
    return (y.lower() == -infinity || Real(y.lower()) <= r) && (y.upper() == infinity || r <= Real(y.upper()));
}

template <class F>
std::vector<double> arguments(std::mt19937_64& random) {
    std::vector<double> x{0,       0x1p-1074, -0x1p-1074, 1e-300, -1e-160, 0x1p-40, -0x1p-40,    0.5,
                          -0.5,    1,         -1,         1.5,    -1.5,    2.5,     -2.5,        3,
                          -3,      5,         -5,         -7,     20,      -20,     37,          -37,
                          -36.7,   300,       -300,       700,    -700,    1e5,     -1e5,        0x1p60,
                          -0x1p60, 1e200,     -1e200,     1e308,  -1e308,  -0.75,   0.999999999, 1.0000001};
    std::uniform_real_distribution<double> near(-4, 4), unit(-1, 1), far(-50, 50);
    for (int i = 0; i < 45; ++i) x.push_back(i % 3 == 0 ? near(random) : i % 3 == 1 ? unit(random) : far(random));
    std::erase_if(x, [](double v) { return !defined<F>(v); });
    return x;
}

}  // namespace

TEST_CASE(
    "Functions of one variable at points: floats within their bound, intervals around the definition and narrow") {
    const std::uint64_t seed = 2027;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const int count = for_each_function([&]<class F>(const F& f) {
        const std::vector<double> x = arguments<F>(random);
        Storage<Interval64> points;
        std::vector<double> inner;  // where there is a slope
        for (const double v : x) {
            points.push_back(Interval(v));
            if (is_smooth(f, v)) inner.push_back(v);
        }
        const Graph g = graph_of(f, static_cast<std::int64_t>(x.size()));
        AnyTensor<Float64> floats(g.nodes[0].shape, x);
        AnyTensor<Interval64> intervals(g.nodes[0].shape);
        intervals.data = points;
        const auto y = interpret<Float64>(g, {}, {floats}).at(0).data;
        const auto enclosed = interpret<Interval64>(g, {}, {intervals}).at(0).data;
        for (std::size_t i = 0; i < x.size(); ++i) {
            CAPTURE(F::name, x[i], y[i], enclosed[i].lower(), enclosed[i].upper());
            const Real r = reference(f, x[i]);
            if (!isfinite(r)) continue;  // beyond MPFR's numbers
            CHECK(contains(enclosed[i], r));
            if (abs(r) > 1e300) continue;
            // Some roundings, each of half a unit, and those of inner arguments as they grow: 8 units of 2^-53, both
            // ways for an interval. Where exp underflows, 2^-1074 takes its place, times x.
            const double bound = 0x1p-50 * growth(f, x[i]);
            if (bound > 0.01) continue;  // an argument of 2^40
            const Real least = Real(0x1p-1022) + Real(0x1p-1073) * std::abs(x[i]);
            CHECK(abs(y[i] - r) <= bound * abs(r) + least);
            CHECK(Real(enclosed[i].width_up()) <= 3 * bound * abs(r) + least);
            if (std::abs(x[i]) <= 8 && growth(f, x[i]) < 100)
                CHECK(Real(enclosed[i].width_up()) <= Real(1e-12) * abs(r) + least);
        }

        // Slopes are sums of terms of size 1 or that of the slope itself, but for arcs near their ends.
        Storage<Interval64> inner_points;
        for (const double v : inner) inner_points.push_back(Interval(v));
        const auto slopes = compute<Float64>(f, Storage<Float64>(inner)).slopes;
        const auto slope_intervals = compute<Interval64>(f, inner_points).slopes;
        const auto dual = forward<Interval64>(f, inner_points);
        const auto dual_floats = forward<Float64>(f, Storage<Float64>(inner));
        for (std::size_t i = 0; i < inner.size(); ++i) {
            CAPTURE(F::name, inner[i], slopes[i], slope_intervals[i].lower(), slope_intervals[i].upper(),
                    dual[i].derivative.lower(), dual[i].derivative.upper(), dual_floats[i].derivative);
            const Real r = reference_slope(f, inner[i]);
            if (!isfinite(r)) continue;
            const Real slack = 0x1p-1000;  // of the difference quotient
            CHECK(contains(slope_intervals[i] + Interval(-0x1p-1000, 0x1p-1000), r));
            CHECK(contains(dual[i].derivative + Interval(-0x1p-1000, 0x1p-1000), r));
            if (abs(r) > 1e300) continue;
            if (std::abs(inner[i]) > 1e150) continue;  // squares overflow
            const Real bound = Real(0x1p-46) * (1 + abs(r)) + slack;
            CHECK(abs(slopes[i] - r) <= bound);
            CHECK(abs(dual_floats[i].derivative - r) <= bound);
            CHECK(Real(slope_intervals[i].width_up()) <= 2 * bound);
        }
    });
    CHECK(count == 39);
}

TEST_CASE("Functions of one variable over boxes: values and slopes inside, ends attained") {
    const std::uint64_t seed = 2028;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for_each_function([&]<class F>(const F& f) {
        std::uniform_real_distribution<double> near(-5, 5), far(-60, 60), exponent(-40, 2);
        const auto in_domain = [&] {
            for (;;)
                if (const double t = random() % 4 == 0 ? far(random) : near(random); is_smooth(f, t)) return t;
        };
        Storage<Interval64> boxes;
        std::vector<double> at;
        for (int i = 0; i < 60; ++i) {
            const double t = in_domain();
            at.push_back(t);
            boxes.emplace_back(t - std::exp2(exponent(random)), t + std::exp2(exponent(random)));
            if (i % 10 == 0) boxes.back() = Interval(-infinity, boxes.back().upper());
            if (i % 10 == 1) boxes.back() = Interval(boxes.back().lower(), infinity);
            if (i % 30 == 2) boxes.back() = Interval(-infinity, infinity);
            if (i % 30 == 3) boxes.back() = Interval(-largest, largest);
        }
        const auto [values, slopes] = compute<Interval64>(f, boxes);
        const auto dual = forward<Interval64>(f, boxes);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const Interval x = boxes[i];
            std::uniform_real_distribution<double> inside(std::max(x.lower(), at[i] - 9),
                                                          std::min(x.upper(), at[i] + 9));
            for (const double t : {at[i], x.lower(), x.upper(), inside(random), 0.0, 1.0, -1.0}) {
                if (!x.contains(t) || !defined<F>(t) || std::abs(t) > 1e300) continue;
                CAPTURE(F::name, x.lower(), x.upper(), t, values[i].lower(), values[i].upper(), slopes[i].lower(),
                        slopes[i].upper());
                CHECK(contains(values[i], reference(f, t)));
                CHECK(contains(dual[i].value, reference(f, t)));
                if (!is_smooth(f, t)) continue;
                const Real slope = reference_slope(f, t);
                CHECK(contains(slopes[i] + Interval(-0x1p-1000, 0x1p-1000), slope));
                CHECK(contains(dual[i].derivative + Interval(-0x1p-1000, 0x1p-1000), slope));
            }
        }

        // The hull: its ends are values at ends of the box, at 0, where the family bends, or at a turn.
        constexpr bool elsewhere = std::same_as<F, unary::Sin> || std::same_as<F, unary::Cos> ||
                                   std::same_as<F, unary::Tan> || std::same_as<F, unary::ThresholdedRelu> ||
                                   std::same_as<F, unary::Reciprocal>;
        bool hull = !elsewhere;
        if constexpr (std::same_as<F, unary::LeakyRelu>) hull = f.alpha > 0;
        for (std::size_t i = 0; hull && i < boxes.size(); ++i) {
            const Interval x = boxes[i];
            if (!std::isfinite(x.lower()) || !std::isfinite(x.upper()) || x.upper() > 100) continue;
            if (!defined<F>(x.lower()) || !defined<F>(x.upper())) continue;
            std::vector<double> candidates{x.lower(), x.upper(), 0};
            if constexpr (HasTurns<F>)
                for (const Turn& t : f.turns()) candidates.push_back(t.lower);
            Real least = infinity, most = -infinity;
            for (const double t : candidates)
                if (x.contains(t)) {
                    const Real y = reference(f, t);
                    if (y < least) least = y;
                    if (y > most) most = y;
                }
            CAPTURE(F::name, x.lower(), x.upper(), values[i].lower(), values[i].upper());
            const Real slack = Real(1e-12) * std::max(Real(abs(least)), Real(abs(most))) + Real(0x1p-1022);
            CHECK(least - Real(values[i].lower()) <= slack);
            CHECK(Real(values[i].upper()) - most <= slack);
        }
        if constexpr (requires { F::slope_turns; })
            for (std::size_t i = 0; i < boxes.size(); ++i) {
                const Interval x = boxes[i];
                if (!std::isfinite(x.lower()) || !std::isfinite(x.upper())) continue;
                double scale = 1;
                if constexpr (std::same_as<F, unary::Swish>) scale = f.alpha;
                Real least = infinity, most = -infinity;
                for (const double t :
                     {x.lower(), x.upper(), F::slope_turns[0].lower / scale, F::slope_turns[1].lower / scale})
                    if (x.contains(t) && std::abs(t) < 1e300) {
                        const Real y = reference_slope(f, t);
                        if (y < least) least = y;
                        if (y > most) most = y;
                    }
                CAPTURE(F::name, x.lower(), x.upper(), slopes[i].lower(), slopes[i].upper());
                CHECK(least - Real(slopes[i].lower()) <= Real(x.width_up() > 1e9 ? 0.16 : 1e-12));
                CHECK(Real(slopes[i].upper()) - most <= Real(x.width_up() > 1e9 ? 0.26 : 1e-12));
            }
    });
}

TEST_CASE("Turns: the slope has another sign on either side; so has the slope's slope at its turns") {
    const auto sign = [](const Interval& v) { return order(v.lower()) > 0 ? 1 : order(v.upper()) < 0 ? -1 : 0; };
    int turns = 0, slope_turns = 0;
    const int count = for_each_function([&]<class F>(const F& f) {
        if constexpr (HasTurns<F>)
            for (const Turn& t : f.turns()) {
                CAPTURE(F::name, t.lower, t.upper);
                const auto slope = f.template slope<Interval64>();
                const Interval first = slope(Interval(t.lower), {}), last = slope(Interval(t.upper), {});
                if (t.lower == t.upper) CHECK(first == Interval(0));
                else CHECK(sign(first) * sign(last) == -1);
                ++turns;
            }
        if constexpr (requires { F::slope_turns; }) {
            if constexpr (std::same_as<F, unary::Swish>)
                if (f.alpha != 1) return;
            using D = Dual<Interval64>;
            const auto slope = f.template slope<D>();
            for (const Turn& t : F::slope_turns) {
                CAPTURE(F::name, t.lower, t.upper);
                const auto bend = [&](double x) { return sign(slope({Interval(x), Interval(1)}, {}).derivative); };
                CHECK(bend(t.lower) * bend(t.upper) == -1);
                const double extreme = slope({Interval(t.lower), Interval(1)}, {}).value.midpoint();
                CHECK((-0.25 < extreme && extreme < 1.25));
                ++slope_turns;
            }
        }
    });
    CHECK(count == 39);
    CHECK(turns == 8);        // of HardSwish, Gelu, GeluTanh, Mish and three Swish
    CHECK(slope_turns == 8);  // two each of four
}
