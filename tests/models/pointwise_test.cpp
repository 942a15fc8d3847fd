/// Every function of one variable in the list: exact values and slopes against dual numbers, intervals around them.
#include <tercet/models/exact.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/groups/functions.hpp>
#include <tercet/scalars/dual.hpp>

#include <cmath>
#include <limits>

#include "../catch.hpp"

using namespace tercet;

namespace {

const std::vector<double> every_point{-7, -3, -2.5, -1, -0.75, -0.5, -0x1p-40, 0, 0x1p-1074, 0.25, 0.5, 1, 1.5, 3, 3.5};
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Op>
struct IsPointwise : std::false_type {};
template <class F>
struct IsPointwise<Pointwise<F>> : std::true_type {
    static Pointwise<F> example() {
        Pointwise<F> op;
        for (const auto& a : F::attributes()) op.f.*std::get<double F::*>(a.member) = 0.25;
        return op;
    }
};

/// f.operator()<F>(its graph of one node over its points, these) for each.
template <class Test>
int for_each_function(Test test) {
    int count = 0;
    FunctionOperators::for_each_type([&]<class Op>() {
        if constexpr (IsPointwise<Op>::value) {
            Network<Float64> network;
            std::vector<double> points = every_point;
            if (std::same_as<Op, op::Reciprocal>) std::erase(points, 0.0);
            const auto n = static_cast<std::int64_t>(points.size());
            const int x = network.graph.add_input("x", {n});
            network.graph.outputs = {append(network.graph, "f", "F", IsPointwise<Op>::example(), {x})};
            network.graph.output_names = {"y"};
            test.template operator()<Op>(network, points);
            ++count;
        }
    });
    return count;
}

struct Exact {
    std::vector<RationalNumber> values, slopes;
};
Exact exact(const Graph& graph, const std::vector<double>& at) {
    AnyTensor<Rational> x(Dims{static_cast<std::int64_t>(at.size())}), ones(x.dims);
    for (std::size_t i = 0; i < at.size(); ++i) x.data[i] = Rational::exact(at[i]), ones.data[i] = 1;
    const auto trace = run<Rational>(graph, {}, {x});
    return {trace.values.back().data, pullback<Rational>(graph, {}, trace, {ones}).inputs.at(0).data};
}

bool contains(const Interval& x, const RationalNumber& r) {
    return (x.lower() == -infinity || Rational::exact(x.lower()) <= r) &&
           (x.upper() == infinity || r <= Rational::exact(x.upper()));
}

/// f and f' of one number.
template <class C, class Op>
std::pair<Scalar<C>, Scalar<C>> at(const Op& op, const Scalar<C>& v) {
    Graph g;
    g.outputs = {append(g, "f", "F", op, {g.add_input("x", {1})})};
    AnyTensor<C> x(Dims{1}), ones(Dims{1});
    x.data[0] = v;
    ones.data[0] = one<C>();
    const auto trace = run<C>(g, {}, {x});
    return {trace.values.back().data[0], pullback<C>(g, {}, trace, {ones}).inputs[0].data[0]};
}
template <class C, class Op>
bool is_kink(const Op& op, const Scalar<C>& v) {
    AnyTensor<C> x(Dims{1});
    x.data[0] = v;
    Kinks kinks;
    op.template count_kinks<C>(x, kinks);
    return kinks.relu == 1;
}

}  // namespace

TEST_CASE("Functions of one variable: exact slopes are dual numbers', intervals hold values and slopes") {
    int compared = 0;
    for_each_function([&]<class Op>(const Network<Float64>& network, const std::vector<double>& points) {
        const auto n = static_cast<std::int64_t>(points.size());
        const Graph& graph = network.graph;
        if (!refusals<Rational>(graph).empty()) return;
        ++compared;
        const Exact expected = exact(graph, points);
        using D = Dual<Rational>;
        AnyTensor<D> x(Dims{n});
        for (std::size_t i = 0; i < points.size(); ++i) {
            x.data[i] = D::exact(points[i]);
            x.data[i].derivative = 1;
        }
        const auto y = interpret<D>(graph, {}, {x}).at(0);
        for (std::size_t i = 0; i < points.size(); ++i) {
            CAPTURE(typeid(Op).name(), points[i]);
            CHECK(y.data[i].value == expected.values[i]);
            CHECK(y.data[i].derivative == expected.slopes[i]);
            for (std::size_t j = i; j < points.size(); ++j) {
                AnyTensor<Interval64> box(Dims{n}), ones(Dims{n});
                for (auto& v : box.data) v = Interval(points[i], points[j]);
                for (auto& v : ones.data) v = Interval(1);
                const auto trace = run<Interval64>(graph, {}, {box});
                const Interval values = trace.values.back().data[0],
                               slopes = pullback<Interval64>(graph, {}, trace, {ones}).inputs[0].data[0];
                for (std::size_t k = i; k <= j; ++k) {
                    CHECK(contains(values, expected.values[k]));
                    CHECK(contains(slopes, expected.slopes[k]));
                }
            }
        }
    });
    // IntegerPower, Neg, Abs, Relu, LeakyRelu, ThresholdedRelu, HardSigmoid, HardSwish, Softsign, Reciprocal, Sign,
    // Floor, Ceil, Round
    CHECK(compared == 14);
}

TEST_CASE("Abs over an interval is the hull, its slope too") {
    Graph g;
    g.outputs = {append(g, "abs", "Abs", op::Abs{}, {g.add_input("x", {4})})};
    AnyTensor<Interval64> x(Dims{4}), ones(Dims{4});
    x.data = {Interval(-1, 2), Interval(-3, -2), Interval(0, 5), Interval(-4, 1)};
    for (auto& v : ones.data) v = Interval(1);
    const auto trace = run<Interval64>(g, {}, {x});
    CHECK(trace.values.back().data ==
          Storage<Interval64>{Interval(0, 2), Interval(2, 3), Interval(0, 5), Interval(0, 4)});
    CHECK(pullback<Interval64>(g, {}, trace, {ones}).inputs[0].data ==
          Storage<Interval64>{Interval(-1, 1), Interval(-1), Interval(0, 1), Interval(-1, 1)});
    CHECK(count_kinks<Interval64>(g, trace).relu == 3);
}

TEST_CASE("Steps: the hull, ties to even, slope 0, and every jump counted as a kink") {
    using I = Interval64;
    CHECK(at<I>(op::Sign{}, Interval(-2, 3)).first == Interval(-1, 1));
    CHECK(at<I>(op::Sign{}, Interval(0, 3)).first == Interval(0, 1));
    CHECK(at<I>(op::Sign{}, Interval(-3, 0)).first == Interval(-1, 0));
    CHECK(at<I>(op::Sign{}, Interval(-3, -0x1p-1074)).first == Interval(-1));
    CHECK(at<I>(op::Floor{}, Interval(-0.5, 2.5)).first == Interval(-1, 2));
    CHECK(at<I>(op::Ceil{}, Interval(-0.5, 2.5)).first == Interval(0, 3));
    CHECK(at<I>(op::Round{}, Interval(0.5, 1.5)).first == Interval(0, 2));
    CHECK(at<I>(op::Round{}, Interval(-2.5, -0.75)).first == Interval(-2, -1));
    CHECK(at<I>(op::Round{}, Interval(0.25, 0.5)).second == Interval());
    const op::ThresholdedRelu one_up{{1}}, below{{-1}};
    CHECK(at<I>(one_up, Interval(-5, 3)).first == Interval(0, 3));
    CHECK(at<I>(one_up, Interval(-5, 1)).first == Interval());
    CHECK(at<I>(one_up, Interval(1.5, 2)).first == Interval(1.5, 2));
    CHECK(at<I>(below, Interval(-5, 3)).first == Interval(-1, 3));
    CHECK(at<I>(below, Interval(-5, 3)).second == Interval(0, 1));
    CHECK(at<Float64>(one_up, 1.0) == std::pair{0.0, 0.0});

    for (const double x : {-2.0, 0.0, 1.0, 0x1p60})
        CHECK((is_kink<Float64>(op::Floor{}, x) && is_kink<Rational>(op::Ceil{}, Rational::exact(x))));
    for (const double x : {-0.5, 2.25, 0x1p-1074})
        CHECK((!is_kink<Float64>(op::Floor{}, x) && !is_kink<Interval64>(op::Ceil{}, Interval(x))));
    for (const double x : {-2.5, 0.5, 1.5})
        CHECK((is_kink<Float64>(op::Round{}, x) && is_kink<Dyadic>(op::Round{}, Dyadic::exact(x))));
    for (const double x : {0.0, 3.0, 0.49999999999999994, -0.5000000000000001})
        CHECK(!is_kink<Float64>(op::Round{}, x));
    CHECK(!is_kink<I>(op::Floor{}, Interval(0.25, 0.75)));
    CHECK(is_kink<I>(op::Floor{}, Interval(0.25, 1)));
    CHECK(!is_kink<I>(op::Round{}, Interval(0.75, 1.25)));
    CHECK(is_kink<I>(op::Round{}, Interval(0.75, 1.5)));
    CHECK(is_kink<I>(op::Round{}, Interval(-infinity, infinity)));
}

TEST_CASE("Slopes at kinks, and kinks that are no doubles") {
    const op::HardSigmoid h{{0.25, 0.5}};  // kinks at -2 and 2
    CHECK(at<Rational>(h, -2) == std::pair<RationalNumber, RationalNumber>{0, 0});
    CHECK(at<Rational>(h, 2) == std::pair<RationalNumber, RationalNumber>{1, RationalNumber(1, 4)});
    CHECK((is_kink<Rational>(h, -2) && is_kink<Rational>(h, 2) && !is_kink<Rational>(h, 0)));
    CHECK(at<Interval64>(h, Interval(-1, 1)) == std::pair{Interval(0.25, 0.75), Interval(0.25)});
    CHECK(at<Interval64>(h, Interval(-9, 1)) == std::pair{Interval(0, 0.75), Interval(0, 0.25)});
    const op::HardSigmoid falls{{-0.25, 0.5}}, constant{{0, 1}}, thirds{{3, 0.5}};
    CHECK(at<Interval64>(falls, Interval(-1, 9)) == std::pair{Interval(0, 0.75), Interval(-0.25, 0)});
    CHECK(at<Rational>(constant, 5).first == 1);
    CHECK(!is_kink<Rational>(constant, 5));
    CHECK(is_kink<Rational>(thirds, RationalNumber(1, 6)));
    CHECK(is_kink<Interval64>(thirds, Interval(0.16666666666666663, 0.16666666666666669)));
    CHECK(!is_kink<Interval64>(thirds, Interval(0.17, 0.18)));

    CHECK(at<Rational>(op::HardSwish{}, -3) == std::pair<RationalNumber, RationalNumber>{0, 0});
    CHECK(at<Rational>(op::HardSwish{}, 3) == std::pair<RationalNumber, RationalNumber>{3, RationalNumber(3, 2)});
    CHECK(at<Interval64>(op::HardSwish{}, Interval(-9, 9)).first ==
          at<Interval64>(op::HardSwish{}, Interval(-1.5, 9)).first);
    CHECK(at<Interval64>(op::HardSwish{}, Interval(-9, 9)).second == Interval(-0.5, 1.5));

    CHECK(at<Float64>(op::Elu{{0.25}}, 0.0) == std::pair{0.0, 0.25});
    CHECK(at<Float64>(op::Selu{{0.25, 2}}, 0.0) == std::pair{0.0, 0.5});
    CHECK(at<Float64>(op::Celu{{0.25}}, 0.0) == std::pair{0.0, 1.0});
    CHECK(at<Float64>(op::Softplus{}, 0.0).second == 0.5);
    CHECK((is_kink<Float64>(op::Elu{{0.25}}, 0.0) && !is_kink<Float64>(op::Elu{{1}}, 0.0) &&
           !is_kink<Float64>(op::Celu{{0.25}}, 0.0)));
    CHECK(at<Interval64>(op::Elu{{0.25}}, Interval(-1, 1)).second.contains(Interval(0.25, 1)));
    for (const auto& op : {Operator(op::Elu{{0.25}}), Operator(op::Selu{{0.25, 2}}), Operator(op::Celu{{0.25}}),
                           Operator(op::Softplus{}), Operator(op::Softsign{}), Operator(op::HardSwish{}),
                           Operator(op::HardSigmoid{{0.25, 0.25}})})
        for (const double x : {-3.0, -1.0, 0.0, 3.0}) {
            using D = Dual<Float64>;
            Graph g;
            g.outputs = {append(g, "f", "F", op, {g.add_input("x", {1})})};
            AnyTensor<Float64> v(Dims{1}, std::vector<double>{x}), ones(Dims{1}, std::vector<double>{1});
            AnyTensor<D> d(Dims{1});
            d.data[0] = {x, 1};
            const double forward = interpret<D>(g, {}, {d}).at(0).data[0].derivative;
            CHECK(std::abs(pullback<Float64>(g, {}, run<Float64>(g, {}, {v}), {ones}).inputs[0].data[0] - forward) <=
                  0x1p-50);
        }
}

TEST_CASE("Functions of one variable: no number where there is none, and beyond where exp overflows") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for_each_function([&]<class Op>(const Network<Float64>& network, const std::vector<double>& points) {
        CAPTURE(typeid(Op).name());
        AnyTensor<Float64> x(network.graph.nodes[0].shape, std::vector<double>(points.size(), nan));
        const auto values = interpret<Float64>(network.graph, {}, {x}).at(0).data;
        for (const double y : values) CHECK(std::isnan(y));
    });
    CHECK_THROWS_WITH(at<Float64>(op::Celu{{0}}, 1.0),
                      Catch::Matchers::ContainsSubstring("celu divides by its alpha, which is 0"));
    CHECK_THROWS_AS(at<Rational>(op::Reciprocal{}, 0), DomainError);
    for (const double x : {1e5, 1e308}) {
        CHECK(at<Float64>(op::Softplus{}, x) == std::pair{x, 1.0});
        CHECK(at<Float64>(op::Softplus{}, -x) == std::pair{0.0, 0.0});
        for (const auto& [y, slope] :
             {at<Float64>(op::Gelu{}, x), at<Float64>(op::GeluTanh{}, x), at<Float64>(op::Mish{}, x),
              at<Float64>(op::Swish{{2}}, x), at<Float64>(op::HardSwish{}, x)})
            CHECK((y == x && slope == 1));
        for (const auto& [y, slope] :
             {at<Float64>(op::Gelu{}, -x), at<Float64>(op::GeluTanh{}, -x), at<Float64>(op::Mish{}, -x),
              at<Float64>(op::Swish{{2}}, -x), at<Float64>(op::HardSwish{}, -x)})
            CHECK((y == 0 && slope == 0));
    }
    CHECK(at<Float64>(op::Swish{{0}}, 3.0) == std::pair{1.5, 0.5});
    CHECK(at<Interval64>(op::Swish{{0}}, Interval(-1, 3)) == std::pair{Interval(-0.5, 1.5), Interval(0.5)});
    // A turn beyond the doubles: f is monotone on all of them.
    CHECK(op::Swish{{0x1p-1074}}.f.turns().at(0).upper == -std::numeric_limits<double>::max());
    CHECK(at<Interval64>(op::Swish{{0x1p-1074}}, Interval(-1e308, 1)).first.contains(Interval(-0.4999999e308, 0.5)));
    // Wide boxes have the slopes that there are.
    for (const Interval& x : {Interval(-infinity, infinity), Interval(-1e300, 1e300)})
        for (const Interval& slope : {at<Interval64>(op::Gelu{}, x).second, at<Interval64>(op::GeluTanh{}, x).second,
                                      at<Interval64>(op::Mish{}, x).second, at<Interval64>(op::Swish{{-3}}, x).second})
            CHECK(Interval(-0.25, 1.25).contains(slope));
    const Interval from_half = at<Interval64>(op::Log{}, Interval(0, 2)).second;
    CHECK((from_half.contains(Interval(0.5, infinity)) && from_half.lower() >= 0.5 - 0x1p-52));
    CHECK(at<Interval64>(op::Asin{}, Interval(0.5, 1)).second == Interval(1, infinity));
    CHECK_THROWS_AS(at<Interval64>(op::Asin{}, Interval(1)), DomainError);
}

TEST_CASE("What a context lacks for a function of one variable") {
    CHECK(operator_refusal<Rational>(op::Gelu{})->find("needs erf") != std::string::npos);
    CHECK(operator_refusal<Rational>(op::Mish{})->find("needs exp") != std::string::npos);
    CHECK(operator_refusal<Rational>(op::Elu{{1}})->find("needs expm1") != std::string::npos);
    CHECK(operator_refusal<Dyadic>(op::HardSwish{})->find("needs division") != std::string::npos);
    CHECK(!operator_refusal<Dyadic>(op::HardSigmoid{{0.25, 0.5}}));
    CHECK(!operator_refusal<Dyadic>(op::Round{}));
    CHECK(at<Dyadic>(op::Round{}, Dyadic::exact(2.5)).first == Dyadic::exact(2));
}
