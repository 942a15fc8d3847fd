/// The same certified bounds in every state of the processor that a caller may have left: all rounding modes, FTZ, DAZ,
/// and from a thread of a pool.
#include "catch.hpp"

#include <tercet/models/graph_of.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <random>
#include <thread>

using namespace tercet;

namespace {

/// A network in which subnormals, huge numbers and ordinary ones meet.
Network<Float64> network() {
    Mlp<Float64, 4, 6, 3> m;
    std::mt19937_64 random(7);
    zip_parameters(
        [&](auto& t) {
            for (std::int64_t i = 0; i < t.size(); ++i)
                t[i] = std::ldexp(std::uniform_real_distribution<double>(-1, 1)(random), i % 5 == 0   ? -1040
                                                                                         : i % 7 == 0 ? 300
                                                                                                      : 0);
        },
        m);
    return {graph_of(m), params_of(m)};
}

struct Outcome {
    AnyTensor<Interval64> output;
    std::vector<AnyTensor<Interval64>> gradient;
};

Outcome compute(const Network<Float64>& n, const AnyTensor<Interval64>& x) {
    const auto trace = run<Interval64>(n.graph, n.parameters, {x});
    const auto& y = trace.values[static_cast<std::size_t>(n.graph.outputs[0])];
    AnyTensor<Interval64> g(y.dims);
    for (auto& v : g.data) v = Interval(0x1p-600, 1.0);
    auto d = pullback<Interval64>(n.graph, n.parameters, trace, {g});
    d.parameters.push_back(std::move(d.inputs[0]));
    return {y, std::move(d.parameters)};
}

}  // namespace

TEST_CASE("bounds and interval gradients do not depend on MXCSR or the thread") {
    const Network<Float64> n = network();
    AnyTensor<Interval64> x(Dims{4});
    x.data = {Interval(-1, 1), Interval(0x1p-1070, 0x1p-1060), Interval(0.3), Interval(-1e300, 1e-5)};
    const Outcome expected = compute(n, x);

    // The plain result contains the exact one at the corners of the box ...
    std::vector<AnyTensor<Rational>> parameters;
    for (const auto& p : n.parameters) parameters.push_back(lift<Rational>(p));
    for (int corner = 0; corner < 16; ++corner) {
        AnyTensor<Rational> point(Dims{4});
        for (int i = 0; i < 4; ++i) {
            const Interval& v = x.data[static_cast<std::size_t>(i)];
            point.data[static_cast<std::size_t>(i)] = Rational::exact(corner >> i & 1 ? v.upper() : v.lower());
        }
        const auto y = interpret<Rational>(n.graph, parameters, {point})[0];
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const Interval& b = expected.output.data[i];
            if (std::isfinite(b.lower())) CHECK(Rational::exact(b.lower()) <= y.data[i]);
            if (std::isfinite(b.upper())) CHECK(y.data[i] <= Rational::exact(b.upper()));
        }
    }
    // ... and every other state gives the same.
    const unsigned saved = fp_control();
    for (unsigned rounding = 0; rounding < 4; ++rounding)
        for (const unsigned flush : {0U, 0x8000U, 0x0040U, 0x8040U}) {
            const unsigned state = (saved & ~0xE040U) | rounding << 13 | flush;
            Outcome here, there;
            unsigned after = 0;
            set_fp_control(state);
            here = compute(n, x);
            after = fp_control();
            set_fp_control(saved);
            std::thread([&] {
                set_fp_control(state);
                there = compute(n, x);
            }).join();
            CAPTURE(rounding, flush);
            CHECK((after & ~0x3FU) == (state & ~0x3FU));  // restored, sticky flags aside
            CHECK(here.output == expected.output);
            CHECK(here.gradient == expected.gradient);
            CHECK(there.output == expected.output);
            CHECK(there.gradient == expected.gradient);
        }
}

TEST_CASE("overflow and infinite bounds stay enclosures") {
    const Network<Float64> n = network();
    constexpr double inf = std::numeric_limits<double>::infinity();
    AnyTensor<Interval64> x(Dims{4});
    x.data = {Interval(-inf, inf), Interval(1e308, inf), Interval(0.0), Interval(-inf, 0.0)};
    const Outcome o = compute(n, x);
    for (const Interval& v : o.output.data) CHECK(v.lower() <= v.upper());
    // A finite box inside gives bounds inside.
    AnyTensor<Interval64> part(Dims{4});
    part.data = {Interval(-5, 7), Interval(1e308), Interval(0.0), Interval(-1e300, -1)};
    const Outcome inner = compute(n, part);
    for (std::size_t i = 0; i < o.output.data.size(); ++i) CHECK(o.output.data[i].contains(inner.output.data[i]));
}
