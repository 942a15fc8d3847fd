#include <tercet/scalars/interval_number.hpp>

#include <algorithm>
#include <cfenv>
#include <concepts>
#include <future>
#include <limits>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

template <class A, class B>
concept Ordered = requires(A a, B b) {
    a < b;
}
|| requires(A a, B b) { a > b; }
|| requires(A a, B b) { a <= b; }
|| requires(A a, B b) { a >= b; };
template <class T>
concept HasLimits = requires {
    std::numeric_limits<T>::max();
}
|| requires { std::numeric_limits<T>::lowest(); };

static_assert(std::regular<Interval> && std::is_trivially_copyable_v<Interval>);
static_assert(std::is_constructible_v<Interval, double> && !std::is_convertible_v<double, Interval>,
              "a point becomes an interval when asked");
static_assert(!std::is_convertible_v<Interval, double> && !std::is_convertible_v<Interval, bool>);
static_assert(!Ordered<Interval, Interval> && !Ordered<Interval, double> && !Ordered<double, Interval> &&
              Ordered<double, double>);
static_assert(!HasLimits<Interval> && HasLimits<double>, "numeric_limits<Interval>::max() would be [0, 0]");

namespace {

struct Case {
    Interval a, b;
    Interval add{}, sub{}, mul{}, div{}, neg{}, sq{}, mag{}, most{}, least{}, join{}, root{}, plus{};
    double plain = 0, width = 0, mid = 0;
};

[[gnu::noinline]] void compute(std::vector<Case>& all) {
    for (Case& c : all) {
        c.plain = c.a.lower() * c.b.lower() + c.a.upper() * c.b.upper();
        c.add = c.a + c.b, c.sub = c.a - c.b, c.mul = c.a * c.b, c.neg = -c.a;
        c.div = c.b == Interval() ? Interval() : c.a / c.b;
        c.sq = square(c.a), c.mag = abs(c.a), c.root = sqrt(abs(c.a));
        c.most = max(c.a, c.b), c.least = min(c.a, c.b), c.join = hull(c.a, c.b), c.plus = relu(c.a);
        c.width = c.a.width_up(), c.mid = c.a.midpoint();
    }
}

std::vector<Case> operands(int n, std::uint64_t seed) {
    AnyDouble any{std::mt19937_64(seed)};
    const auto interval = [&] {
        double x = any(), y = any.bits() % 4 == 0 ? x : any();
        if (y < x) std::swap(x, y);
        return Interval(x, y);
    };
    std::vector<Case> all;
    for (int i = 0; i < n; ++i) all.push_back({interval(), interval()});
    return all;
}

bool tightest(const Interval& x, const RationalNumber& l, const RationalNumber& u) {
    return tightest_lower(x.lower(), l) && tightest_upper(x.upper(), u);
}

/// By the definition of the set operation, in fractions: ranges of + - * / are spanned by the values at the four
/// corners.
int failures(const std::vector<Case>& all) {
    int count = 0;
    for (const Case& c : all) {
        const RationalNumber a = exactly(c.a.lower()), A = exactly(c.a.upper()), b = exactly(c.b.lower()),
                             B = exactly(c.b.upper()), zero = 0;
        const auto spanned = [&](const Interval& x, auto f) {
            const RationalNumber corners[] = {f(a, b), f(a, B), f(A, b), f(A, B)};
            return tightest(x, *std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4));
        };
        count += !spanned(c.add, [](auto& x, auto& y) { return RationalNumber(x + y); });
        count += !spanned(c.sub, [](auto& x, auto& y) { return RationalNumber(x - y); });
        count += !spanned(c.mul, [](auto& x, auto& y) { return RationalNumber(x * y); });
        count += !spanned(c.most, [](auto& x, auto& y) { return x < y ? y : x; });
        count += !spanned(c.least, [](auto& x, auto& y) { return x < y ? x : y; });
        count += !spanned(c.neg, [](auto& x, auto&) { return RationalNumber(-x); });
        count += !spanned(c.plus, [&](auto& x, auto&) { return x < zero ? zero : x; });
        count += !tightest(c.join, std::min(a, b), std::max(A, B));
        if (b > 0 || B < 0) count += !spanned(c.div, [](auto& x, auto& y) { return RationalNumber(x / y); });
        else if (!(c.b == Interval())) count += !(c.div == Interval(-infinity, infinity));
        const RationalNumber least = a > 0   ? a
                                     : A < 0 ? RationalNumber(-A)
                                             : zero,
                             most = std::max(A, RationalNumber(-a));
        count += !tightest(c.mag, least, most) + !tightest(c.sq, least * least, most * most);
        count += !tightest_root_lower(c.root.lower(), least) + !tightest_root_upper(c.root.upper(), most);
        count += !tightest_upper(c.width, A - a) + !c.a.contains(c.mid);
    }
    return count;
}

}  // namespace

TEST_CASE("every operation on intervals is the tightest, in every state of MXCSR") {
    for (const unsigned state : mxcsr_states()) {
        std::vector<Case> all = operands(400, state);
        {
            const Hostile hostile(state);
            compute(all);
        }
        INFO("MXCSR " << std::hex << state << ": " << describe_fp_control(state));
        CHECK(failures(all) == 0);
    }
}

TEST_CASE("also from other threads while this one rounds down") {
    std::vector<Case> all = operands(300, 7);
    std::fesetround(FE_DOWNWARD);
    std::async(std::launch::async, [&] { compute(all); }).get();
    std::fesetround(FE_TONEAREST);
    CHECK(failures(all) == 0);
}

TEST_CASE("a subnormal is not zero, although DAZ says so") {
    const Interval tiny(smallest), huge(largest);
    std::vector<Interval> y(6);
    const auto work = [&]() noexcept {
        y[0] = tiny * huge, y[1] = max(Interval(), tiny), y[2] = relu(tiny), y[3] = huge / tiny, y[4] = sqrt(tiny),
        y[5] = min(-tiny, Interval());
    };
    bool differs;
    {
        const Hostile hostile(0x9FC0);
        work();
        differs = !(tiny == Interval()) && tiny.contains(smallest) && !tiny.contains(0.0);
    }
    CHECK(differs);
    const RationalNumber t = exactly(smallest), h = exactly(largest);
    CHECK(tightest(y[0], t * h, t * h));
    CHECK(y[1] == tiny);
    CHECK(y[2] == tiny);
    CHECK(tightest(y[3], h / t, h / t));
    CHECK(y[4] == Interval(0x1p-537));
    CHECK(y[5] == -tiny);
}

TEST_CASE("literals: no bound is folded in nearest, and none is shared with plain double") {
    const double t = 0.1 + 0.2;
    const Interval z = Interval(0.1) + Interval(0.2);
    CHECK(t == z.upper());
    CHECK(tightest(z, exactly(0.1) + exactly(0.2), exactly(0.1) + exactly(0.2)));
    const Interval third = Interval(1.0) / Interval(3.0);
    CHECK(tightest(third, exactly(1) / 3, exactly(1) / 3));
    const Interval p = -(Interval(0.1) * Interval(0.1));
    CHECK(tightest(p, -(exactly(0.1) * exactly(0.1)), -(exactly(0.1) * exactly(0.1))));
    CHECK(tightest_root_lower(sqrt(Interval(2.0)).lower(), 2));
    CHECK(tightest_root_upper(sqrt(Interval(2.0)).upper(), 2));
}

TEST_CASE("sums in inlined loops contain the exact sum") {
    AnyDouble any{std::mt19937_64(8)};
    Interval sum;
    RationalNumber exact = 0;
    for (int i = 0; i < 500; ++i) {
        const double x = std::ldexp(any.bits() % 2 == 0 ? 0.1 : -0.3, static_cast<int>(any.bits() % 40)),
                     y = 1.0 / (i + 3);
        sum += Interval(x) * Interval(y);
        sum -= Interval(y);
        exact += exactly(x) * exactly(y) - exactly(y);
    }
    CHECK(exactly(sum.lower()) <= exact);
    CHECK(exact <= exactly(sum.upper()));
    CHECK(sum.width_up() < 0.01);
}

TEST_CASE("infinite ends bound sets of reals") {
    const Interval line(-infinity, infinity), up(1, infinity), down(-infinity, -1), zero;
    CHECK(zero * line == zero);
    CHECK(up * zero == zero);
    CHECK(Interval(0, 1) * up == Interval(0, infinity));
    CHECK(Interval(-1, 0) * up == Interval(-infinity, 0));
    CHECK(up - up == line);
    CHECK(up + down == line);
    CHECK(up + up == Interval(2, infinity));
    CHECK(up * down == Interval(-infinity, -1));
    CHECK(up / up == Interval(0, infinity));
    CHECK(down / up == Interval(-infinity, 0));
    CHECK(Interval(1, 2) / Interval(0, 1) == line);
    CHECK(Interval(1) / up == Interval(0, 1));
    CHECK(sqrt(up) == up);
    CHECK(sqrt(Interval(-4, 4)) == Interval(0, 2));
    CHECK(square(line) == Interval(0, infinity));
    CHECK(abs(down) == up);
    CHECK(Interval(largest) + Interval(largest) == Interval(largest, infinity));
    CHECK(line.midpoint() == 0);
    CHECK(up.midpoint() == largest);
    CHECK(Interval(largest).midpoint() == largest);
    CHECK(Interval(smallest, 2 * smallest).midpoint() == 2 * smallest);
    CHECK(up.width_up() == infinity);
    CHECK_FALSE(line.contains(infinity));
    CHECK_FALSE(line.contains(std::numeric_limits<double>::quiet_NaN()));
    CHECK(line.contains(up));
    CHECK_FALSE(up.contains(line));
    CHECK(Interval(-0.0, 0.0) == zero);
    CHECK_FALSE(Interval(1, 2) == Interval(1.5, 3));
}

TEST_CASE("what is no interval is refused, with the numbers") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(Interval(nan), DomainError);
    CHECK_THROWS_AS(Interval(1, nan), DomainError);
    CHECK_THROWS_AS(Interval(-nan, 1), DomainError);
    CHECK_THROWS_AS(Interval(infinity), DomainError);
    CHECK_THROWS_AS(Interval(-infinity, -infinity), DomainError);
    CHECK_THROWS_WITH(Interval(2, 1), "interval: [2, 1] is not a set of reals");
    CHECK_THROWS_WITH(Interval(2, 3) / Interval(-0.0, 0.0), "interval: [2, 3] is not divisible by [0, 0]");
    CHECK_THROWS_WITH(sqrt(Interval(-2, -1)), "interval: [-2, -1] is not a set with square roots");
}
