/// The laws of scalars, over every context: ring laws, enclosure, isotonicity, order, slopes, lift.
#include "../catch.hpp"
#include "random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

constexpr std::uint64_t first_seed = 20240501;

/// Intervals of every kind: points, straddling, one end 0, subnormal, huge, unbounded.
Interval any_box(Random& random) {
    constexpr double inf = std::numeric_limits<double>::infinity(), huge = std::numeric_limits<double>::max();
    const auto end = [&]() -> double {
        switch (random.integer(0, 9)) {
            case 0: return 0.0;
            case 1: return static_cast<double>(random.integer(-3, 3)) * 0x1p-1074;
            case 2: return random.integer(0, 1) ? huge : -huge;
            case 3: return static_cast<double>(random.integer(-5, 5)) * 0x1p1000;
            case 4: return random.integer(0, 5) ? random.real() * 0x1p-1000 : -0.0;
            default: return random.real();
        }
    };
    const double a = end(), b = random.integer(0, 3) ? end() : a;
    if (random.integer(0, 15) == 0) return a < 0 ? Interval(-inf, a) : Interval(a, inf);
    return a < b ? Interval(a, b) : Interval(b, a);
}

/// A box inside the box, both ends in it.
Interval part_of(const Interval& box, Random& random) {
    const double m = box.midpoint();
    switch (random.integer(0, 3)) {
        case 0: return Interval(box.lower(), m);
        case 1: return Interval(m, box.upper());
        case 2: return Interval(m, m);
    }
    return box;
}

RationalNumber exact_max(const RationalNumber& a, const RationalNumber& b) { return a < b ? b : a; }

}  // namespace

TEMPLATE_LIST_TEST_CASE("Exact contexts obey the ring laws", "", RingContexts) {
    using C = TestType;
    Random random(first_seed, Data::rough);
    CAPTURE(random.seed);
    for (int k = 0; k < 200; ++k) {
        const auto a = random.number<C>(), b = random.number<C>(), c = random.number<C>();
        REQUIRE((a + b == b + a));
        REQUIRE(((a + b) + c == a + (b + c)));
        REQUIRE((a * b == b * a));
        REQUIRE(((a * b) * c == a * (b * c)));
        REQUIRE((a * (b + c) == a * b + a * c));
        REQUIRE((a + zero<C>() == a));
        REQUIRE((a * one<C>() == a));
        REQUIRE((a * zero<C>() == zero<C>()));
        REQUIRE((a - b == a + (-b)));
        REQUIRE((a - a == zero<C>()));
        REQUIRE((product<C>(a, b) == a * b));
        REQUIRE((square<C>(a) == a * a));
        if (certainly(C::less(a, zero<C>()) | C::less(zero<C>(), a))) {
            REQUIRE((C::relu(a) - C::relu(-a) == a));
            REQUIRE((C::step(a) + C::step(-a) == one<C>()));
        }
        if constexpr (FieldContext<C>)
            if (possibly(C::less(b, zero<C>())) || possibly(C::less(zero<C>(), b))) REQUIRE((C::divide(a, b) * b == a));
    }
    if constexpr (FieldContext<C>) CHECK_THROWS_AS(C::divide(one<C>(), zero<C>()), DomainError);
    CHECK_THROWS_AS(C::ratio(1, 0), DomainError);
}

TEMPLATE_LIST_TEST_CASE("An enclosing result contains every exact result over its operands", "", EnclosingContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(first_seed + 1, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 1500; ++k) {
        const Interval a = any_box(random), b = any_box(random);
        INFO("a = [" << a.lower() << ", " << a.upper() << "], b = [" << b.lower() << ", " << b.upper() << "]");
        for (int i = 0; i < 4; ++i) {
            const RationalNumber x = point_of(a, random), y = point_of(b, random);
            REQUIRE(contains(a, x));
            REQUIRE(contains(a + b, x + y));
            REQUIRE(contains(a - b, x - y));
            REQUIRE(contains(a * b, x * y));
            REQUIRE(contains(product<C>(a, b), x * y));
            REQUIRE(contains(square<C>(a), x * x));
            REQUIRE(contains(-a, -x));
            REQUIRE(contains(C::max(a, b), exact_max(x, y)));
            REQUIRE(contains(C::relu(a), Rational::relu(x)));
            REQUIRE(contains(C::step(a), Rational::step(x)));
            REQUIRE(contains(C::hull(a, b), x));
            REQUIRE(contains(C::hull(a, b), y));
            if (!y.is_zero()) REQUIRE(contains(C::divide(a, b), x / y));
            if (certainly(C::less(a, b))) REQUIRE(x < y);
            if (!possibly(C::less(a, b))) REQUIRE(x >= y);
        }
    }
}

TEMPLATE_LIST_TEST_CASE("Interval operations are isotonic", "", EnclosingContexts) {
    using C = TestType;
    Random random(first_seed + 2, Data::rough);
    CAPTURE(random.seed);
    for (int k = 0; k < 1000; ++k) {
        const Interval a = any_box(random), b = any_box(random), s = part_of(a, random), t = part_of(b, random);
        REQUIRE((a + b).contains(s + t));
        REQUIRE((a - b).contains(s - t));
        REQUIRE((a * b).contains(s * t));
        REQUIRE((-a).contains(-s));
        REQUIRE(C::max(a, b).contains(C::max(s, t)));
        REQUIRE(C::relu(a).contains(C::relu(s)));
        REQUIRE(C::step(a).contains(C::step(s)));
        REQUIRE(square<C>(a).contains(square<C>(s)));
        if (!(b == Interval()) && !(t == Interval())) REQUIRE(C::divide(a, b).contains(C::divide(s, t)));
        if (certainly(C::less(a, b))) REQUIRE(certainly(C::less(s, t)));
    }
}

TEST_CASE("The interval primitives are tight: relu of [-1, 2] is [0, 2], and a product loses no sign") {
    using C = Interval64;
    CHECK((C::relu(Interval(-1, 2)) == Interval(0, 2)));
    CHECK((C::relu(Interval(-2, -1)) == Interval(0, 0)));
    CHECK((C::max(Interval(0, 3), Interval(1, 2)) == Interval(1, 3)));
    CHECK((C::step(Interval(-1, 0)) == Interval(0, 0)));
    CHECK((C::step(Interval(0, 1)) == Interval(0, 1)));
    CHECK((C::step(Interval(1, 2)) == Interval(1, 1)));
    CHECK((square<C>(Interval(-1, 2)) == Interval(0, 4)));
    CHECK(contains(C::ratio(1, 10), Rational::ratio(1, 10)));
    CHECK(contains(C::ratio(9007199254740993, 7), Rational::ratio(9007199254740993, 7)));
}

TEMPLATE_LIST_TEST_CASE("Order: where a is certainly less than b, max(a, b) is b and its slope goes there", "",
                        EveryContext) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(first_seed + 3, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 300; ++k) {
        const auto a = random.number<C>(), b = random.number<C>();
        const Truth less = C::less(a, b);
        if (certainly(less)) {
            REQUIRE((C::max(a, b) == b));
            REQUIRE_FALSE(possibly(C::less(b, a)));
        }
        if (C::claim != Claim::enclosing) REQUIRE(certainly(less) == possibly(less));
        REQUIRE_FALSE(certainly(C::less(a, a)));
        REQUIRE((C::max(a, a) == a));
        if (possibly(C::less(a, zero<C>()) | C::less(zero<C>(), a)))
            REQUIRE((C::relu(a) == C::max(a, zero<C>())));  // at a kink a dual's slopes differ
        if (certainly(C::less(zero<C>(), a))) {
            REQUIRE((C::step(a) == one<C>()));
            REQUIRE((C::relu(a) == a));
        }
        if (!possibly(C::less(zero<C>(), a))) REQUIRE((C::step(a) == zero<C>()));
    }
}

namespace {

/// lift(a op b) and lift(a) op lift(b) for every operation that both have; agree(lifted result, result of lifted).
template <class D, class C, class Agree>
void check_lift(Random& random, Agree agree) {
    for (int k = 0; k < 300; ++k) {
        const auto a = random.number<C>(), b = random.number<C>();
        const auto x = lift_scalar<D, C>(a), y = lift_scalar<D, C>(b);
        REQUIRE(agree(lift_scalar<D, C>(a + b), x + y));
        REQUIRE(agree(lift_scalar<D, C>(a - b), x - y));
        REQUIRE(agree(lift_scalar<D, C>(product<C>(a, b)), product<D>(x, y)));
        REQUIRE(agree(lift_scalar<D, C>(-a), -x));
        REQUIRE(agree(lift_scalar<D, C>(C::max(a, b)), D::max(x, y)));
        REQUIRE(agree(lift_scalar<D, C>(C::relu(a)), D::relu(x)));
        REQUIRE(agree(lift_scalar<D, C>(C::step(a)), D::step(x)));
        REQUIRE(C::less(a, b) == D::less(x, y));
    }
}

}  // namespace

TEST_CASE("lift commutes with every operation, up to the claim") {
    Random grid(first_seed + 4), rough(first_seed + 5, Data::rough);
    CAPTURE(grid.seed, rough.seed);
    const auto same = [](const auto& a, const auto& b) { return a == b; };
    check_lift<Rational, Float64>(grid, same);  // multiples of 1/4: Float64 runs exactly
    check_lift<Dyadic, Float64>(grid, same);
    check_lift<Interval64, Float64>(grid, same);
    check_lift<Float64, Float32>(grid, same);
    check_lift<DualRational, Rational>(rough, same);
    check_lift<DualDyadic, Dyadic>(rough, same);
    check_lift<DualFloat64, Float64>(rough, same);
    check_lift<IntervalWeights64, Interval64>(rough, same);
    check_lift<Interval64, Float64>(rough, [](const Interval& a, const Interval& b) { return b.contains(a); });
}

TEST_CASE("Dual: the quotient, product and max rules, and an undecided max keeps both slopes") {
    Random random(first_seed + 6, Data::rough);
    CAPTURE(random.seed);
    using D = DualRational;
    for (int k = 0; k < 100; ++k) {
        const auto a = random.number<D>(), b = random.number<D>();
        REQUIRE((a * b).derivative == a.derivative * b.value + a.value * b.derivative);
        if (!b.value.is_zero())
            REQUIRE(D::divide(a, b).derivative ==
                    (a.derivative * b.value - a.value * b.derivative) / (b.value * b.value));
        REQUIRE((D::max(a, b) == (a.value < b.value ? b : a)));
    }
    using I = Dual<Interval64>;
    const auto m = I::max({Interval(0, 2), Interval(5)}, {Interval(1, 3), Interval(-1)});
    CHECK(m.derivative.contains(Interval(5)));
    CHECK(m.derivative.contains(Interval(-1)));
}
