#include <tercet/scalars/machine/bit_order.hpp>
#include <tercet/scalars/machine/directed.hpp>

#include <cfenv>
#include <cstring>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "exact_oracle.hpp"
#include "hostile.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct Bounds {
    double a, b;
    double add[2] = {}, sub[2] = {}, mul[2] = {}, div[2] = {}, root[2] = {};
    double plain[5] = {};
};

/// Everything inlined into one loop, beside the same expressions in plain double.
[[gnu::noinline]] void compute(std::vector<Bounds>& all) {
    using namespace directed;
    for (Bounds& x : all) {
        const double a = x.a, b = x.b;
        x.plain[0] = a + b;
        x.plain[1] = a - b;
        x.plain[2] = a * b;
        x.plain[3] = a / b;
        x.plain[4] = -(a * b);
        x.add[0] = add_down(a, b), x.add[1] = add_up(a, b);
        x.sub[0] = sub_down(a, b), x.sub[1] = sub_up(a, b);
        x.mul[0] = -mul_up(-a, b), x.mul[1] = -mul_down(a, -b);
        x.div[0] = div_down(a, b), x.div[1] = div_up(a, b);
        x.root[0] = sqrt_down(a), x.root[1] = sqrt_up(a);
    }
}

std::vector<Bounds> operands(std::size_t n, std::uint64_t seed) {
    AnyDouble any{std::mt19937_64(seed)};
    std::vector<Bounds> all;
    for (std::size_t i = 0; i < n; ++i) all.push_back({any(), any()});
    return all;
}

/// How many of the bounds are not the tightest; 0/0 and roots of negative numbers apart.
int failures(const std::vector<Bounds>& all) {
    int count = 0;
    const auto check = [&](const double(&f)[2], const RationalNumber& r) {
        count += !tightest_lower(f[0], r) + !tightest_upper(f[1], r);
    };
    for (const Bounds& x : all) {
        const RationalNumber a = exactly(x.a), b = exactly(x.b);
        check(x.add, a + b);
        check(x.sub, a - b);
        check(x.mul, a * b);
        if (x.b != 0) check(x.div, a / b);
        if (x.a >= 0) count += !tightest_root_lower(x.root[0], a) + !tightest_root_upper(x.root[1], a);
    }
    return count;
}

}  // namespace

TEST_CASE("every operation gives the two tightest bounds, in every state of MXCSR, and leaves that state alone") {
    for (const unsigned state : mxcsr_states()) {
        std::vector<Bounds> all = operands(1500, state);
        unsigned after;
        {
            const Hostile hostile(state);
            compute(all);
            after = fp_control();
        }
        INFO("MXCSR " << std::hex << state << ": " << describe_fp_control(state));
        CHECK(failures(all) == 0);
        CHECK((after & ~0x3Fu) == state);  // but for the sticky flags of the plain arithmetic
    }
}

TEST_CASE("also under fesetround, and from a thread of another mode than its maker") {
    for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        std::vector<Bounds> here = operands(300, 2), there = operands(300, 3);
        std::fesetround(mode);
        compute(here);
        std::thread worker([&] {
            std::fesetround(FE_TONEAREST);
            const Hostile hostile(nearest_control | 0x8040);
            compute(there);
        });
        worker.join();
        std::fesetround(FE_TONEAREST);
        CHECK(failures(here) == 0);
        CHECK(failures(there) == 0);
    }
}

TEST_CASE("the plain arithmetic beside it keeps the caller's rounding") {
    std::vector<Bounds> all = operands(1000, 4);
    compute(all);
    const auto same = [](double x, double y) { return std::memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y); };
    for (const Bounds& x : all) {
        volatile double a = x.a, b = x.b;
        const bool kept = same(a + b, x.plain[0]) && same(a - b, x.plain[1]) && same(a * b, x.plain[2]) &&
                          same(a / b, x.plain[3]) && same(-(a * b), x.plain[4]);
        CHECK(kept);
    }
}

TEST_CASE("literal operands are not folded in nearest") {
    using namespace directed;
    CHECK(tightest_lower(div_down(1.0, 3.0), exactly(1) / 3));
    CHECK(tightest_upper(div_up(1.0, 3.0), exactly(1) / 3));
    CHECK(tightest_root_lower(sqrt_down(2.0), 2));
    CHECK(tightest_root_upper(sqrt_up(2.0), 2));
    CHECK(add_down(1.0, smallest) == 1.0);
    CHECK(add_up(1.0, smallest) == 1 + 0x1p-52);
    CHECK(sub_down(1.0, smallest) == 1 - 0x1p-53);
    CHECK(-mul_up(0.1, -0.1) == mul_down(0.1, 0.1));
    CHECK(mul_down(0.1, 0.1) < mul_up(0.1, 0.1));
    CHECK(honoured());
}

TEST_CASE("overflow, underflow, zeros and infinities round outward") {
    using namespace directed;
    CHECK(add_down(largest, largest) == largest);
    CHECK(add_up(largest, largest) == infinity);
    CHECK(add_up(-largest, -largest) == -largest);
    CHECK(mul_down(smallest, 0.5) == 0);
    CHECK(mul_up(smallest, 0.5) == smallest);
    CHECK(mul_down(-smallest, 0.5) == -smallest);
    CHECK(div_down(1.0, smallest) == largest);
    CHECK(std::signbit(sub_down(1.0, 1.0)));
    CHECK_FALSE(std::signbit(sub_up(1.0, 1.0)));
    CHECK(std::signbit(sqrt_down(-0.0)));
    CHECK(sqrt_up(infinity) == infinity);
    CHECK(is_nan(sub_down(infinity, infinity)));
    CHECK(is_nan(mul_up(0.0, infinity)));
    CHECK(is_nan(sqrt_up(-1.0)));
}

TEST_CASE("a caller that traps on inexact results is not trapped") {
    bool held;
    {
        const Hostile hostile(nearest_control & ~0x1000u);
        held = directed::div_down(1.0, 3.0) < directed::div_up(1.0, 3.0);
    }
    CHECK(held);
}

TEST_CASE("order is the order of doubles, under DAZ too") {
    AnyDouble any{std::mt19937_64(4)};
    for (int i = 0; i < 2000; ++i) {
        const double a = any(), b = any();
        CHECK((order(a) < order(b)) == (a < b));
        CHECK((order(a) == order(b)) == (a == b));
        CHECK(order(-a) == -order(a));
    }
    volatile double tiny = smallest;
    volatile bool plain, ours;  // volatile, or the compiler moves the comparison out of the scope (clang does)
    {
        const Hostile hostile(0x9FC0);
        plain = tiny > 0;
        ours = order(tiny) > 0;
    }
    CHECK_FALSE(plain);
    CHECK(ours);
}

TEST_CASE("MXCSR in words, and guards that restore it") {
    CHECK(describe_fp_control(0x1F80) == "round to nearest, FTZ off, DAZ off, all exceptions masked");
    CHECK(describe_fp_control(0xDFC0 & ~0x200u) == "round up, FTZ on, DAZ on, exceptions that trap: divide-by-zero");
    const unsigned before = fp_control();
    {
        const UpwardRounding upward;
        CHECK((fp_control() & 0xFFC0) == upward_control);
        const NearestRounding nearest;
        CHECK((fp_control() & 0xFFC0) == nearest_control);
    }
    CHECK((fp_control() & 0xFFC0) == (before & 0xFFC0));
}
