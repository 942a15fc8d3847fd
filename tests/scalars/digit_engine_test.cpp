/// Every digit engine against sums of mpz products, on every shape that has a tail.
#include <tercet/scalars/kernels/digit_widths.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include "dyadic_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct NamedEngine {
    const char* name;
    const digits::Engine* engine;
};

std::vector<NamedEngine> engines() {
    std::vector<NamedEngine> all{
        {"portable", &digits::portable}, {"portable row", &digits::portable_row}, {"emulated52", &digits::emulated52}};
#if defined(__x86_64__)
    if (has_instructions(Processor::avx2)) {
        all.push_back({"avx2", &digits::avx2});
        all.push_back({"avx2 row", &digits::avx2_row});
    }
    if (has_instructions(Processor::avx512)) all.push_back({"avx512", &digits::avx512});
#endif
    return all;
}

digits::IntegerMatrix integers(const DyadicStorage& x, std::int64_t rows, std::int64_t cols, bool transposed) {
    return {x.plane(0),           static_cast<std::int64_t>(x.size()), x.limbs(), 0, rows, cols, transposed ? 1 : cols,
            transposed ? rows : 1};
}

/// y = a b 2^shift by this engine, into every second column of a larger storage, against sums of mpz products.
void check_engine(const digits::Engine& engine, Random& random, const Extents<3>& size, std::int64_t bits_a,
                  std::int64_t bits_b, std::int64_t chunk) {
    const std::int64_t m = engine.row ? 1 : size[0], depth = size[1], n = size[2];
    DyadicStorage a = any_storage(random, static_cast<std::size_t>(m * depth), bits_a, 0),
                  b = any_storage(random, static_cast<std::size_t>(depth * n), bits_b, 0);
    a.make_room(0, bits_a, "a test");
    b.make_room(0, bits_b, "a test");
    const bool ta = random.integer(0, 1) == 1, tb = random.integer(0, 1) == 1;
    const std::int64_t step = random.integer(1, 2), shift = random.integer(0, 130);
    auto widths = digits::widths_for(engine, a.bits(), b.bits(), depth);
    REQUIRE(widths.chunk > 0);
    if (engine.row && widths.chunk < depth) return;
    if (chunk > 0 && !engine.row) widths.chunk = std::min(widths.chunk, chunk);
    DyadicStorage y(static_cast<std::size_t>(m * n * step + 3));
    const std::int64_t bits = a.bits() + b.bits() + digits::ceil_log2(depth) + 1 + shift;
    y.make_room(0, bits, "a test");
    const digits::IntegerMatrix left = integers(a, m, depth, ta), right = integers(b, depth, n, tb);
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(y.planes()));
    std::vector<std::uint64_t> work(static_cast<std::size_t>(engine.words(widths, left, right)),
                                    0xDEADBEEFCAFEF00D);  // work space is used again as it is
    engine.multiply(widths, left, right,
                    {y.plane(0), static_cast<std::int64_t>(y.size()), y.planes(), 2, n * step, step, shift},
                    seen.data(), work.data());
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
        for (const auto& size : {Extents<3>{1, 1, 1},
                                 {1, 7, 1},
                                 {4, 1, 3},
                                 {5, 8, 1},
                                 {6, 4, 8},
                                 {7, 3, 9},
                                 {13, 2, 17},
                                 {3, 5, 70},
                                 {2, 300, 3},
                                 {70, 2, 2},
                                 {9, 1, 12},
                                 {3, 1, 5000},
                                 {1, 20, 200},
                                 {1, 9, 49},
                                 {7, 40, 10}}) {
            const auto [m, depth, n] = size;
            CAPTURE(m, depth, n);
            for (const auto& [bits_a, bits_b] :
                 {Extents<2>{0, 0}, {1, 30}, {26, 27}, {43, 78}, {63, 64}, {64, 127}, {110, 5}, {200, 180}})
                for (const std::int64_t chunk : {0, 1, 2, 5}) {
                    CAPTURE(bits_a, bits_b, chunk);
                    check_engine(*engine, random, size, bits_a, bits_b, chunk);
                }
        }
        check_engine(*engine, random, {1, 20000, 1}, 40, 40, 0);
        check_engine(*engine, random, {2, 3, 2}, 6000, 9000, 0);
    }
}

TEST_CASE("A widths keeps every sum of digit products within 2^62") {
    for (const std::int64_t a : {0, 1, 25, 30, 31, 62, 63, 64, 400, 100000})
        for (const std::int64_t b : {0, 1, 26, 31, 63, 128, 5000})
            for (const std::int64_t depth : {1, 2, 25, 784, 100000, 100000000}) {
                const auto p = digits::balanced(a, b, depth);
                CAPTURE(a, b, depth, p.width, p.chunk);
                REQUIRE(p.width >= 12);
                REQUIRE(p.width <= 31);
                REQUIRE(p.a * p.width >= a + 1);
                REQUIRE(p.b * p.width >= b + 1);
                const auto largest = [&](std::int64_t n) {
                    return Integer(1) << static_cast<unsigned>(std::min<std::int64_t>(p.width - 1, n));
                };
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
                        const Integer s = kind == 0 || (kind == 2 && k % 2 == 0) ? low : high,
                                      t = kind == 1 ? high : low;
                        a[k] = DyadicNumber(s, 0);
                        b[k] = DyadicNumber(t, 0);
                        sum += s * t;
                    }
                    const auto widths = digits::widths_for(*engine, n, n, depth);
                    if (engine->row && widths.chunk < depth) continue;
                    y.make_room(0, 2 * n + 12, "a test");
                    const digits::IntegerMatrix left = integers(a, 1, depth, false),
                                                right = integers(b, depth, 1, false);
                    std::vector<std::uint64_t> seen(static_cast<std::size_t>(y.planes())),
                        work(static_cast<std::size_t>(engine->words(widths, left, right)));
                    engine->multiply(widths, left, right, {y.plane(0), 1, y.planes(), 0, 1, 1, 0}, seen.data(),
                                     work.data());
                    y.wrote_all(2 * n + 12);
                    REQUIRE(std::as_const(y)[0] == DyadicNumber(sum, 0));
                }
            }
}
