/// Dyadic against mpq: the numbers, their storage, every bulk loop, and every digit engine on every shape that has a tail.
#include <tercet/layers/linear.hpp>
#include <tercet/layers/piecewise.hpp>
#include <tercet/scalars/digit_plan.hpp>
#include <tercet/scalars/processor.hpp>

#include <limits>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// Integers of every size up to 2^bits, often at the edge of a limb or a digit, often 0.
DyadicNumber any_number(Random& random, std::int64_t bits, std::int64_t exponent) {
    const std::int64_t n = random.integer(0, bits), kind = random.integer(0, 7);
    Integer m = 1;
    m <<= static_cast<unsigned>(n);
    if (kind == 0) return {};
    if (kind == 1) return {-m, exponent};
    if (kind == 2) return {m - 1, exponent};
    if (kind == 3) return {1 - m, exponent};
    Integer r = 0;
    for (std::int64_t l = 0; l <= n; l += 32) r = (r << 32) + static_cast<std::uint32_t>(random.engine());
    r %= m + 1;
    return {kind % 2 == 0 ? r : Integer(-r), exponent};
}

DyadicStorage any_storage(Random& random, std::size_t count, std::int64_t bits, std::int64_t exponent) {
    DyadicStorage x(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = any_number(random, bits, exponent);
    return x;
}

std::vector<RationalNumber> rationals(const DyadicStorage& x) {
    std::vector<RationalNumber> q(x.size());
    for (std::size_t i = 0; i < q.size(); ++i) q[i] = to_rational(x[i]);
    return q;
}

RationalNumber power(std::int64_t e) { return to_rational(DyadicNumber(1, e)); }

/// The bound that is kept is a bound, and no limb is wasted by more than one.
void check_bounds(const DyadicStorage& x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const RationalNumber m = to_rational(x[i]) / power(x.exponent()), top = power(x.bits());
        REQUIRE(-top <= m);
        REQUIRE(m < top);
    }
}

}  // namespace

TEST_CASE("Dyadic numbers: ring operations, order and conversions are those of mpq") {
    Random random(601);
    CAPTURE(random.seed);
    for (int k = 0; k < 400; ++k) {
        const auto a = any_number(random, 200, random.integer(-300, 300)), b = any_number(random, 200, random.integer(-300, 300));
        const RationalNumber p = to_rational(a), q = to_rational(b);
        REQUIRE(to_rational(a + b) == p + q);
        REQUIRE(to_rational(a - b) == p - q);
        REQUIRE(to_rational(a * b) == p * q);
        REQUIRE(to_rational(-a) == -p);
        REQUIRE(is_less(a, b) == (p < q));
        REQUIRE((a == b) == (p == q));
        REQUIRE(to_dyadic(p) == a);
        REQUIRE(a + b - b == a);
    }
    for (const double d : {0.0, -0.0, 1.0, -1.5, 0x1p-1074, -0x1.fffffffffffffp1023, 0.1})
        CHECK(to_rational(Dyadic::exact(d)) == Rational::exact(d));
    CHECK(Dyadic::ratio(6, 8) == Dyadic::exact(0.75));
    CHECK(Dyadic::ratio(3, -2) == Dyadic::exact(-1.5));
    CHECK(Dyadic::ratio(9, 3) == Dyadic::exact(3));
    CHECK(Dyadic::indicator(Truth::unknown) == Dyadic::exact(0.5));
    CHECK_THROWS_WITH(Dyadic::ratio(2, 6), "1/3 is no dyadic number: those have denominators 2^k only; use Rational");
    CHECK_THROWS_AS(Dyadic::ratio(1, 0), DomainError);
    CHECK_THROWS_AS(Dyadic::exact(std::numeric_limits<double>::infinity()), DomainError);
    CHECK_THROWS_AS(Dyadic::lift(std::vector<double>{1.0, std::numeric_limits<double>::quiet_NaN()}), DomainError);
}

TEST_CASE("An exponent that no int64 holds is refused") {
    DyadicNumber x(1, -(std::int64_t{1} << 61));
    CHECK_NOTHROW(x * x);
    CHECK_THROWS_AS(x * x * x, DomainError);
}

TEST_CASE("Storage holds what is written, whatever exponents and signs come in whatever order") {
    Random random(602);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 40; ++repeat) {
        const auto n = static_cast<std::size_t>(random.integer(0, 9));
        DyadicStorage x(n);
        std::vector<DyadicNumber> want(n);
        for (int write = 0; write < 30 && n > 0; ++write) {
            const auto i = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(n) - 1));
            want[i] = any_number(random, random.integer(0, 130), random.integer(-140, 140));
            x[i] = want[i];
            for (std::size_t k = 0; k < n; ++k) REQUIRE(std::as_const(x)[k] == want[k]);
        }
        check_bounds(x);
        const DyadicStorage copy = x;
        REQUIRE(copy == x);
        if (n == 0) continue;
        DyadicStorage other = x, aligned = x;
        other[0] = other[0] + one<Dyadic>();
        REQUIRE_FALSE(other == x);
        aligned.make_room(x.exponent() - 70, 300, "a test");
        REQUIRE(aligned == x);
        REQUIRE(x == aligned);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < n; ++k) REQUIRE(x.is_less(i, k) == is_less(want[i], want[k]));
    }
}

TEST_CASE("A tensor of doubles is lifted whole, and is those doubles") {
    Random random(603, Data::rough);
    CAPTURE(random.seed);
    for (const std::size_t n : {0, 1, 2, 9}) {
        std::vector<double> values(n);
        for (int repeat = 0; repeat < 20; ++repeat) {
            for (double& v : values) v = random.integer(0, 3) == 0 ? 0.0 : std::ldexp(random.real(), static_cast<int>(random.integer(-90, 90)));
            const DyadicStorage x = Dyadic::lift(values);
            for (std::size_t i = 0; i < n; ++i) REQUIRE(to_rational(x[i]) == Rational::exact(values[i]));
            check_bounds(x);
        }
    }
    const auto extreme = Dyadic::lift(std::vector<double>{-0x1p63, 0x1p-1074, -0x1.fffffffffffffp1023, 0x1p64, -1.0, 0.0});
    CHECK(to_rational(extreme[0]) == Rational::exact(-0x1p63));
    CHECK(to_rational(extreme[1]) == Rational::exact(0x1p-1074));
    CHECK(to_rational(extreme[2]) == Rational::exact(-0x1.fffffffffffffp1023));
    const auto edge = Dyadic::lift(std::vector<double>{-0x1p63, 1.0});
    CHECK(to_rational(edge[0]) == Rational::exact(-0x1p63));
}

// --- engines ---

namespace {

struct NamedEngine {
    const char* name;
    const digits::Engine* engine;
};

std::vector<NamedEngine> engines() {
    std::vector<NamedEngine> all{{"portable", &digits::portable}, {"portable row", &digits::portable_row}, {"emulated52", &digits::emulated52}};
#if defined(__x86_64__)
    if (has_instructions(Processor::avx2)) {
        all.push_back({"avx2", &digits::avx2});
        all.push_back({"avx2 row", &digits::avx2_row});
    }
    if (has_instructions(Processor::avx512)) all.push_back({"avx512", &digits::avx512});
#endif
    return all;
}

digits::Matrix integers(const DyadicStorage& x, std::int64_t rows, std::int64_t cols, bool transposed) {
    return {x.plane(0), static_cast<std::int64_t>(x.size()), x.limbs(), 0, rows, cols, transposed ? 1 : cols, transposed ? rows : 1};
}

/// y = a b 2^shift by this engine, into every second column of a larger storage, against sums of mpz products.
void check_engine(const digits::Engine& engine, Random& random, const Extents<3>& size, std::int64_t bits_a, std::int64_t bits_b, std::int64_t chunk) {
    const std::int64_t m = engine.row ? 1 : size[0], depth = size[1], n = size[2];
    DyadicStorage a = any_storage(random, static_cast<std::size_t>(m * depth), bits_a, 0), b = any_storage(random, static_cast<std::size_t>(depth * n), bits_b, 0);
    a.make_room(0, bits_a, "a test");
    b.make_room(0, bits_b, "a test");
    const bool ta = random.integer(0, 1) == 1, tb = random.integer(0, 1) == 1;
    const std::int64_t step = random.integer(1, 2), shift = random.integer(0, 130);
    auto plan = digits::plan_for(engine, a.bits(), b.bits(), depth);
    REQUIRE(plan.chunk > 0);
    if (engine.row && plan.chunk < depth) return;
    if (chunk > 0 && !engine.row) plan.chunk = std::min(plan.chunk, chunk);
    DyadicStorage y(static_cast<std::size_t>(m * n * step + 3));
    const std::int64_t bits = a.bits() + b.bits() + digits::ceil_log2(depth) + 1 + shift;
    y.make_room(0, bits, "a test");
    const digits::Matrix left = integers(a, m, depth, ta), right = integers(b, depth, n, tb);
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(y.planes()));
    std::vector<std::uint64_t> work(static_cast<std::size_t>(engine.words(plan, left, right)), 0xDEADBEEFCAFEF00D);  // work space is used again as it is
    engine.multiply(plan, left, right,
                {y.plane(0), static_cast<std::int64_t>(y.size()), y.planes(), 2, n * step, step, shift}, seen.data(), work.data());
    std::int64_t saw = 0, need = 0;
    for (std::size_t l = 0; l < seen.size(); ++l)
        if (seen[l] != 0) saw = 64 * static_cast<std::int64_t>(l) + std::bit_width(seen[l]);
    y.wrote_all(bits);
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
            Integer sum = 0;
            for (std::int64_t k = 0; k < depth; ++k) {
                const DyadicNumber p = std::as_const(a)[static_cast<std::size_t>(ta ? k * m + i : i * depth + k)] *
                                       std::as_const(b)[static_cast<std::size_t>(tb ? j * depth + k : k * n + j)];
                sum += p.mantissa() << static_cast<unsigned>(p.exponent());
            }
            sum <<= static_cast<unsigned>(shift);
            REQUIRE(std::as_const(y)[static_cast<std::size_t>(2 + (i * n + j) * step)] == DyadicNumber(sum, 0));
            const Integer magnitude = sum < 0 ? Integer(-sum - 1) : sum;
            if (magnitude != 0) need = std::max<std::int64_t>(need, static_cast<std::int64_t>(msb(magnitude)) + 1);
        }
    REQUIRE(saw == need);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, y.size() - 1}) REQUIRE(std::as_const(y)[i].is_zero());
}

}  // namespace

TEST_CASE("Every digit engine is the sum of products, at every tail, size of digit and chunk") {
    Random random(604);
    CAPTURE(random.seed);
    for (const auto& [name, engine] : engines()) {
        CAPTURE(name);
        for (const auto& size : {Extents<3>{1, 1, 1}, {1, 7, 1}, {4, 1, 3}, {5, 8, 1}, {6, 4, 8}, {7, 3, 9}, {13, 2, 17}, {3, 5, 70}, {2, 300, 3}, {70, 2, 2}, {9, 1, 12}, {3, 1, 5000}, {1, 20, 200}, {1, 9, 49}, {7, 40, 10}}) {
            const auto [m, depth, n] = size;
            CAPTURE(m, depth, n);
            for (const auto& [bits_a, bits_b] : {Extents<2>{0, 0}, {1, 30}, {26, 27}, {43, 78}, {63, 64}, {64, 127}, {110, 5}, {200, 180}})
                for (const std::int64_t chunk : {0, 1, 2, 5}) {
                    CAPTURE(bits_a, bits_b, chunk);
                    check_engine(*engine, random, size, bits_a, bits_b, chunk);
                }
        }
        check_engine(*engine, random, {1, 20000, 1}, 40, 40, 0);
        check_engine(*engine, random, {2, 3, 2}, 6000, 9000, 0);
    }
}

TEST_CASE("A plan keeps every sum of digit products within 2^62") {
    for (const std::int64_t a : {0, 1, 25, 30, 31, 62, 63, 64, 400, 100000})
        for (const std::int64_t b : {0, 1, 26, 31, 63, 128, 5000})
            for (const std::int64_t depth : {1, 2, 25, 784, 100000, 100000000}) {
                const auto p = digits::balanced(a, b, depth);
                CAPTURE(a, b, depth, p.width, p.chunk);
                REQUIRE(p.width >= 12);
                REQUIRE(p.width <= 31);
                REQUIRE(p.a * p.width >= a + 1);
                REQUIRE(p.b * p.width >= b + 1);
                const auto largest = [&](std::int64_t n) { return Integer(1) << static_cast<unsigned>(std::min<std::int64_t>(p.width - 1, n)); };
                REQUIRE(largest(a) * largest(b) * std::min(p.a, p.b) * std::min(p.chunk, depth) <= Integer(1) << 62);
            }
}

TEST_CASE("The extremes of every digit: all -2^n, all 2^n - 1, alternating") {
    for (const auto& [name, engine] : engines())
        for (const std::int64_t n : {25, 26, 27, 31, 51, 52, 53, 63, 64, 103, 104, 127, 128})
            for (const std::int64_t depth : {1, 64, 1024, 1025}) {
                CAPTURE(name, n, depth);
                const Integer low = -(Integer(1) << static_cast<unsigned>(n)), high = -low - 1;
                for (int kind = 0; kind < 3; ++kind) {
                    DyadicStorage a(static_cast<std::size_t>(depth)), b(a.size()), y(1);
                    a.make_room(0, n, "a test");
                    b.make_room(0, n, "a test");
                    Integer sum = 0;
                    for (std::size_t k = 0; k < a.size(); ++k) {
                        const Integer s = kind == 0 || (kind == 2 && k % 2 == 0) ? low : high, t = kind == 1 ? high : low;
                        a[k] = DyadicNumber(s, 0);
                        b[k] = DyadicNumber(t, 0);
                        sum += s * t;
                    }
                    const auto plan = digits::plan_for(*engine, n, n, depth);
                    if (engine->row && plan.chunk < depth) continue;
                    y.make_room(0, 2 * n + 12, "a test");
                    const digits::Matrix left = integers(a, 1, depth, false), right = integers(b, depth, 1, false);
                    std::vector<std::uint64_t> seen(static_cast<std::size_t>(y.planes())), work(static_cast<std::size_t>(engine->words(plan, left, right)));
                    engine->multiply(plan, left, right, {y.plane(0), 1, y.planes(), 0, 1, 1, 0}, seen.data(), work.data());
                    y.wrote_all(2 * n + 12);
                    REQUIRE(std::as_const(y)[0] == DyadicNumber(sum, 0));
                }
            }
}

// --- bulk loops ---

TEST_CASE("The product lands in any block of a larger storage, over any exponents, and leaves the rest") {
    Random random(605);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 60; ++repeat) {
        const std::int64_t m = random.integer(0, 7), depth = random.integer(0, 9), n = random.integer(0, 10);
        const DyadicStorage a = any_storage(random, static_cast<std::size_t>(m * depth + 2), random.integer(0, 140), random.integer(-90, 90));
        const DyadicStorage b = any_storage(random, static_cast<std::size_t>(depth * n + 2), random.integer(0, 70), random.integer(-90, 90));
        DyadicStorage y = random.integer(0, 1) ? any_storage(random, static_cast<std::size_t>(m * n + 3), 70, random.integer(-150, 150))
                                               : DyadicStorage(static_cast<std::size_t>(m * n + 3));
        const auto before = rationals(y), p = rationals(a), q = rationals(b);
        const bool transposed = random.integer(0, 1) == 1;
        const ConstMatrix<Dyadic> left{&a, 2, m, depth, depth, 1}, right{&b, 1, depth, n, n, 1};
        const Matrix<Dyadic> to{&y, 1, m, n, transposed ? 1 : n, transposed ? m : 1};
        multiply<Dyadic>(left, right, to);
        const auto after = rationals(y);
        check_bounds(y);
        for (std::size_t i = 0; i < after.size(); ++i)
            if (i < 1 || i >= static_cast<std::size_t>(1 + m * n)) REQUIRE(after[i] == before[i]);
        for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
                RationalNumber sum = 0;
                for (std::int64_t k = 0; k < depth; ++k) sum += p[static_cast<std::size_t>(2 + i * depth + k)] * q[static_cast<std::size_t>(1 + k * n + j)];
                REQUIRE(to_rational(to(i, j)) == sum);
            }
    }
}

TEST_CASE("Elementwise loops, copies, gates and gathers are the scalar operations, at any stride, in place and over any exponents") {
    Random random(606);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::int64_t n = random.integer(0, 3) == 0 ? 150 : random.integer(0, 12);
        const auto some = [&] {
            return random.integer(0, 5) == 0 ? DyadicStorage(static_cast<std::size_t>(2 * n + 3))
                                             : any_storage(random, static_cast<std::size_t>(2 * n + 3), random.integer(0, 150), random.integer(-100, 100));
        };
        DyadicStorage a = some(), b = some(), y = some();
        std::vector<std::int64_t> at(static_cast<std::size_t>(n));
        for (auto& i : at) i = random.integer(0, n);
        const ConstRun<Dyadic> s{&a, random.integer(0, 2), random.integer(0, 2)}, t{&b, random.integer(0, 2), random.integer(0, 2)};
        const bool whole = n > 0 && random.integer(0, 2) == 0;
        if (whole) y = DyadicStorage(static_cast<std::size_t>(n));
        const bool in_place = !whole && random.integer(0, 3) == 0;
        const Run<Dyadic> to = in_place ? Run<Dyadic>{&a, 1, 2} : Run<Dyadic>{&y, whole ? 0 : 1, whole ? 1 : random.integer(1, 2)};
        const ConstRun<Dyadic> left = in_place ? ConstRun<Dyadic>{&a, 1, 2} : s;
        std::vector<DyadicNumber> want(to.data->size());
        for (std::size_t i = 0; i < want.size(); ++i) want[i] = std::as_const(*to.data)[i];
        const auto place = [&](std::int64_t i) { return static_cast<std::size_t>(to.offset + i * to.stride); };
        const int kind = static_cast<int>(random.integer(0, 8));
        CAPTURE(kind, n, in_place, whole, repeat);
        for (std::int64_t i = 0; i < n; ++i) {
            DyadicNumber& w = want[kind == 8 ? static_cast<std::size_t>(to.offset + at[static_cast<std::size_t>(i)] % std::max<std::int64_t>(n, 1)) : place(i)];
            switch (kind) {
                case 0: w = left[i] + t[i]; break;
                case 1: w = left[i] - t[i]; break;
                case 2: w = left[i] * t[i]; break;
                case 3: w = Dyadic::max(left[i], t[i]); break;
                case 4: w = left[i]; break;
                case 5: w = Dyadic::relu(left[i]); break;
                case 6: w = t[i] * Dyadic::step(left[i]); break;
                case 7: w = t.data->operator[](static_cast<std::size_t>(t.offset + at[static_cast<std::size_t>(i)])); break;
                case 8: w = w + t[i]; break;
            }
        }
        for (auto& i : at)
            if (kind == 8) i %= std::max<std::int64_t>(n, 1);
        switch (kind) {
            case 0: elementwise<Dyadic>(Binary::add, n, left, t, to); break;
            case 1: elementwise<Dyadic>(Binary::subtract, n, left, t, to); break;
            case 2: elementwise<Dyadic>(Binary::multiply, n, left, t, to); break;
            case 3: elementwise<Dyadic>(Binary::max, n, left, t, to); break;
            case 4: copy<Dyadic>(n, left, to); break;
            case 5: rectify<Dyadic>(n, left, to); break;
            case 6: gate<Dyadic>(n, left, t, to); break;
            case 7: Dyadic::gather(n, t, at.data(), to); break;
            case 8: Dyadic::scatter_add(n, t, at.data(), to); break;
        }
        for (std::size_t i = 0; i < want.size(); ++i) REQUIRE(std::as_const(*to.data)[i] == want[i]);
        check_bounds(*to.data);
    }
}

TEST_CASE("Carries run through every limb, of sums and of products that outgrow their factors' limbs") {
    std::vector<Integer> edges{0, 1, -1};
    for (const unsigned n : {62u, 63u, 64u, 65u, 127u, 128u, 129u})
        for (const int off : {-1, 0, 1})
            for (const int sign : {-1, 1}) edges.push_back(sign * ((Integer(1) << n) + off));
    for (const Integer& high : {Integer(0), Integer(1) << 130})
        for (const Integer& b : edges) {
            DyadicStorage x(edges.size()), z(edges.size()), y(edges.size());
            x.make_room(0, 131, "a test");
            z.make_room(0, 131, "a test");
            for (std::size_t i = 0; i < edges.size(); ++i) {
                x[i] = DyadicNumber(edges[i] + high, 0);
                z[i] = DyadicNumber(b, 0);
            }
            const auto n = static_cast<std::int64_t>(edges.size());
            elementwise<Dyadic>(Binary::add, n, {&x, 0, 1}, {&z, 0, 1}, {&y, 0, 1});
            for (std::size_t i = 0; i < edges.size(); ++i) REQUIRE(std::as_const(y)[i] == DyadicNumber(edges[i] + high + b, 0));
            elementwise<Dyadic>(Binary::subtract, n, {&x, 0, 1}, {&z, 0, 1}, {&x, 0, 1});
            for (std::size_t i = 0; i < edges.size(); ++i) REQUIRE(std::as_const(x)[i] == DyadicNumber(edges[i] + high - b, 0));
        }
    DyadicStorage a(12), b(12);
    for (std::size_t i = 0; i < 12; ++i) {
        a[i] = DyadicNumber((Integer(1) << 31) - 1, 0);
        b[i] = DyadicNumber((Integer(1) << 32) - 1, 0);
    }
    for (const std::int64_t rows : {1, 3}) {
        const auto y = matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, rows, 4, 4, 1}, ConstMatrix<Dyadic>{&b, 0, 4, 3, 3, 1});
        for (std::int64_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == DyadicNumber(4 * ((Integer(1) << 31) - 1) * ((Integer(1) << 32) - 1), 0));
    }
}

TEST_CASE("Bits do not drift: adding and taking away again, row by row, leaves the limbs of the largest number") {
    DyadicStorage y(4), x(4);
    for (std::size_t i = 0; i < 4; ++i) x[i] = Dyadic::exact(-0x1p62 + 1);
    for (int k = 0; k < 500; ++k) {
        elementwise<Dyadic>(Binary::add, 4, {&y, 0, 1}, {&x, 0, 1}, {&y, 0, 1});
        elementwise<Dyadic>(Binary::subtract, 4, {&y, 0, 1}, {&x, 0, 1}, {&y, 0, 1});
    }
    CHECK(y.limbs() <= 1);
    CHECK(y == DyadicStorage(4));
}

TEST_CASE("The first of the largest wins") {
    DyadicStorage x(5);
    for (std::size_t i = 0; i < 5; ++i) x[i] = Dyadic::exact(i == 1 || i == 3 ? 0x1p70 : -1.0);
    CHECK(Dyadic::first_maximum({&x, 0, 1}, {0, 1, 2, 3}) == 1);
    CHECK(Dyadic::first_maximum({&x, 0, 1}, {0, 2, 4}) == 0);
    CHECK(Dyadic::first_maximum({&x, 1, 1}, {3, 2, 0}) == 1);
}

TEST_CASE("What needs more bits than the limit is refused before its memory is taken") {
    DyadicStorage a(2), y(2);
    a[0] = Dyadic::exact(0x1p1000);
    a[1] = Dyadic::exact(0x1p-1000);
    CHECK(size_of(a).bits == 2001);
    CHECK(size_of(a).limbs == 32);
    CHECK(size_of(a).exponent == -1000);
    CHECK(size_of(a).bytes == 512);
    {
        const BitLimit limit(3000);
        CHECK_NOTHROW(elementwise<Dyadic>(Binary::add, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}));
        CHECK_THROWS_WITH(elementwise<Dyadic>(Binary::multiply, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}),
                          "a product can need integers of 4003 bits (1206 decimal digits); the limit is 3000 bits (904 decimal digits)");
        CHECK_THROWS_AS(matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, 1, 2, 2, 1}, ConstMatrix<Dyadic>{&a, 0, 2, 1, 1, 1}), DomainError);
        CHECK_THROWS_AS(a[0] * a[1] * a[0] + a[1] * a[1], DomainError);
    }
    CHECK_NOTHROW(elementwise<Dyadic>(Binary::multiply, 2, {&a, 0, 1}, {&a, 0, 1}, {&y, 0, 1}));
    CHECK_THROWS_AS(a[0] = DyadicNumber(1, std::int64_t{1} << 40), DomainError);
    CHECK(BitLimit::current() == BitLimit::start);
}

TEST_CASE("Adding into a few places of a tensor leaves the others, however long they are") {
    Storage<Dyadic> x(3), y(3);
    const std::int64_t at[] = {0, 0, 0};
    for (std::size_t i = 0; i < 3; ++i) x[i] = Dyadic::exact(1);
    y[0] = Dyadic::exact(1);
    y[2] = Dyadic::exact(0x1p100);
    Dyadic::scatter_add(3, ConstRun<Dyadic>{&x, 0, 1}, at, Run<Dyadic>{&y, 0, 1});
    CHECK(to_rational(std::as_const(y)[0]) == 4);
    CHECK(to_rational(std::as_const(y)[1]) == 0);
    CHECK(to_rational(std::as_const(y)[2]) == Rational::exact(0x1p100));
}

TEST_CASE("A product into another stretch of its operand's storage") {
    Storage<Dyadic> s(8), b(4);
    for (std::size_t i = 0; i < 4; ++i) {
        s[i] = Dyadic::exact(static_cast<double>(i + 1));
        b[i] = Dyadic::exact(static_cast<double>(i + 1) / 8);
    }
    multiply<Dyadic>(ConstMatrix<Dyadic>{&s, 0, 2, 2, 2, 1}, ConstMatrix<Dyadic>{&b, 0, 2, 2, 2, 1}, matrix_in<Dyadic>(s, 4, 2, 2));
    const double want[] = {1, 2, 3, 4, 7.0 / 8, 10.0 / 8, 15.0 / 8, 22.0 / 8};
    for (std::size_t i = 0; i < 8; ++i) CHECK(to_rational(std::as_const(s)[i]) == Rational::exact(want[i]));
}

TEST_CASE("A fraction needs the longer of numerator and denominator, and exponents that overflow are refused") {
    const BitLimit limit(2000);
    const DyadicNumber x = Dyadic::exact(1) + DyadicNumber(Integer(1), -1500);
    CHECK(to_rational(x) == to_rational(Dyadic::exact(1)) + to_rational(DyadicNumber(Integer(1), -1500)));
    CHECK_THROWS_AS(DyadicNumber(Integer(2), std::numeric_limits<std::int64_t>::max()), DomainError);
    const DyadicNumber large(Integer(1), std::int64_t{1} << 62);
    CHECK_THROWS_AS(large * large, DomainError);
}

TEST_CASE("A tensor is as it was after memory for it was refused") {
    DyadicStorage y(std::size_t{1} << 20);
    y[1] = Dyadic::exact(3);
    const BitLimit none(std::int64_t{1} << 45);
    CHECK_THROWS(y.overwrite(0, std::int64_t{1} << 40, "a test"));
    CHECK(to_rational(std::as_const(y)[1]) == 3);
    y[0] = Dyadic::exact(5);
    CHECK(to_rational(std::as_const(y)[0]) == 5);
}
