/// What Dyadic refuses and why: bytes of tensors, sizes that overflow; that zeros refuse nothing; limits of threads;
/// memory given back.
#include <tercet/core/error.hpp>
#include <tercet/layers/linear.hpp>
#include <tercet/layers/applied.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <atomic>
#include <thread>

#include "../catch.hpp"

using namespace tercet;

namespace {

DyadicStorage filled(std::size_t n, double x) { return Dyadic::lift(std::vector<double>(n, x)); }

Run<Dyadic> all(DyadicStorage& x) { return {&x, 0, 1}; }
ConstRun<Dyadic> all(const DyadicStorage& x) { return {&x, 0, 1}; }

}  // namespace

TEST_CASE("A tensor that would take more memory than the limit is refused with its numbers, and is as it was") {
    const std::size_t n = 1 << 16, tensor = n * sizeof(std::uint64_t);
    const DyadicStorage x = filled(n, 0x1p40 - 1);
    DyadicStorage y = filled(n, 3.0);
    const std::size_t used = LimbMemory::used();
    const MemoryLimit limit(used + tensor + tensor / 2);
    elementwise<Dyadic>(Binary::add, static_cast<std::int64_t>(n), all(x), all(x), all(y));
    CHECK(std::as_const(y)[n - 1] == Dyadic::exact(0x1p41 - 2));
    CHECK_THROWS_WITH(elementwise<Dyadic>(Binary::multiply, static_cast<std::int64_t>(n), all(x), all(x), all(y)),
                      "a product can need 1048576 bytes, 65536 integers of 128 bits (39 decimal digits), beside " +
                          std::to_string(used) + " in use; the limit is " + std::to_string(used + tensor + tensor / 2) +
                          " bytes");
    CHECK(std::as_const(y)[n - 1] == Dyadic::exact(0x1p41 - 2));
    CHECK_THROWS_AS(y[0] = Dyadic::exact(0x1p-100), DomainError);
    CHECK(std::as_const(y)[0] == Dyadic::exact(0x1p41 - 2));
    const DyadicStorage copy = x;
    CHECK(copy == x);
    CHECK_THROWS_AS(DyadicStorage(copy), DomainError);
}

TEST_CASE("All threads together stay within the limit, and what is asked for counts, not the block it came from") {
    constexpr std::size_t n = 1 << 16, tensor = n * sizeof(std::uint64_t);
    LimbMemory::give_back();
    const std::size_t used = LimbMemory::used();
    std::atomic<int> held = 0, most = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            const MemoryLimit limit(used + tensor + 100);
            for (int k = 0; k < 500; ++k) {
                try {
                    const LimbMemory one = limbs_within_limit(n, 1, "a test");
                    const int now = ++held;
                    if (now > most) most = now;
                    std::this_thread::yield();
                    --held;
                } catch (const DomainError&) {
                }
            }
        });
    for (auto& t : threads) t.join();
    CHECK(most == 1);
    LimbMemory::give_back();
    { const LimbMemory larger(n + n / 10); }
    const MemoryLimit limit(used + 2 * tensor);
    const LimbMemory first = limbs_within_limit(n, 1, "a test"),
                     second = limbs_within_limit(n, 1, "a test");  // the first one from the larger block
    CHECK(LimbMemory::used() == used + 2 * tensor);
    CHECK_THROWS_AS(limbs_within_limit(1, 1, "a test"), DomainError);
}

TEST_CASE("Loops and outer products work within about the memory of their results") {
    DyadicStorage y(1);
    y[0] = DyadicNumber(1, 0) + DyadicNumber(1, 800000);  // 100 KB
    const std::size_t used = LimbMemory::used();
    {
        const MemoryLimit limit(used + 400000);
        elementwise<Dyadic>(Binary::add, 1, all(std::as_const(y)), all(std::as_const(y)), all(y));
        CHECK(LimbMemory::kept() + LimbMemory::used() <= used + 1000000);
    }
    const std::size_t n = 1 << 16;
    const DyadicStorage scalar = filled(1, 3.0), x = filled(n, 5.0);
    DyadicStorage product(n);
    const MemoryLimit limit(LimbMemory::used() + n * sizeof(std::uint64_t));
    CHECK_THROWS_WITH(elementwise<Dyadic>(Binary::multiply, static_cast<std::int64_t>(n), ConstRun<Dyadic>{&x, 0, 1},
                                          ConstRun<Dyadic>{&scalar, 0, 0}, all(product)),
                      Catch::Matchers::StartsWith("the work of an outer product can need ") ||
                          Catch::Matchers::StartsWith("an outer product can need "));
    CHECK(product == DyadicStorage(n));
}

TEST_CASE("Exponents near their limits, and a refusal that leaves zeros as they were") {
    const std::int64_t far = std::int64_t{1} << 62;
    DyadicStorage x(2), g(2), y(2);
    for (std::size_t i = 0; i < 2; ++i) {
        x[i] = DyadicNumber(1, far);
        g[i] = DyadicNumber(7, -far);
    }
    Dyadic::gate(2, all(std::as_const(x)), all(std::as_const(g)), all(y));
    CHECK(y == g);
    multiply<Dyadic>(ConstMatrix<Dyadic>{&x, 0, 2, 1, 1, 1}, ConstMatrix<Dyadic>{&g, 0, 1, 1, 1, 1},
                     matrix_in<Dyadic>(y, 0, 2, 1));
    CHECK(y == filled(2, 7.0));
    DyadicStorage zeros(4);
    const BitLimit limit(50);
    CHECK_THROWS_AS(zeros.make_room(-77, 100, "a test"), DomainError);
    CHECK(size_of(zeros).exponent == 0);
}

TEST_CASE("The work space of a product counts as well") {
    const DyadicStorage a = filled(256 * 256, 1.5), b = filled(256 * 256, 0.75);
    const MemoryLimit limit(LimbMemory::used() + 100);
    CHECK_THROWS_WITH(
        matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, 256, 256, 256, 1}, ConstMatrix<Dyadic>{&b, 0, 256, 256, 256, 1}),
        Catch::Matchers::StartsWith("the digits of a product of matrices can need "));
}

TEST_CASE("A size of a tensor that overflows is refused") {
    DyadicStorage y(std::size_t{1} << 62);
    CHECK_THROWS_WITH(y.overwrite(0, 200, "a test"),
                      Catch::Matchers::StartsWith("a test can need more than 2^64 bytes, 4611686018427387904 integers "
                                                  "of 256 bits (78 decimal digits), beside "));
    CHECK_THROWS_AS(y.make_room(0, 200, "a test"), DomainError);
    CHECK(y.limbs() == 0);
}

TEST_CASE("The limit of memory is the budget, limits nest") {
    const std::size_t start = MemoryLimit::current();
    CHECK(start == memory_budget());
    CHECK(start > 0);
    {
        const MemoryLimit outer(1000);
        {
            const MemoryLimit inner(10);
            CHECK(MemoryLimit::current() == 10);
        }
        CHECK(MemoryLimit::current() == 1000);
    }
    CHECK(MemoryLimit::current() == start);
}

TEST_CASE("Zeros refuse nothing, whatever numbers they came from") {
    const DyadicStorage tiny = filled(4, 0x1p-1000), large = filled(4, 0x1p1000), one = filled(4, 1.0), none(4);
    const BitLimit limit(1500);
    const auto check = [&](const char* how, DyadicStorage zero) {
        CAPTURE(how);
        CHECK(zero == none);
        const DyadicSize size = size_of(zero);
        CHECK(size.bits == 0);
        CHECK(size.limbs == 0);
        CHECK(size.exponent == 0);
        CHECK(size.bytes == 0);
        DyadicStorage y(4);
        elementwise<Dyadic>(Binary::add, 4, all(zero), all(large), all(y));
        CHECK(y == large);
        elementwise<Dyadic>(Binary::subtract, 4, all(std::as_const(large)), all(zero), all(zero));
        CHECK(zero == large);
    };
    check("never written", none);
    DyadicStorage y(4);
    elementwise<Dyadic>(Binary::subtract, 4, all(tiny), all(tiny), all(y));
    check("a difference", y);
    y = tiny;
    elementwise<Dyadic>(Binary::subtract, 4, all(y), all(tiny), all(y));
    check("a difference in place", y);
    y = tiny;
    elementwise<Dyadic>(Binary::multiply, 4, all(tiny), all(none), all(y));
    check("a product with zeros", y);
    y = tiny;
    copy<Dyadic>(4, all(none), all(y));
    check("a copy of zeros", y);
    y = tiny;
    multiply<Dyadic>(ConstMatrix<Dyadic>{&none, 0, 2, 2, 2, 1}, ConstMatrix<Dyadic>{&tiny, 0, 2, 2, 2, 1},
                     matrix_in<Dyadic>(y, 0, 2, 2));
    check("a matrix product with zeros", y);
    const DyadicStorage alternating = Dyadic::lift(std::vector<double>{0x1p-900, 0, 0x1p-900, 0}),
                        other = Dyadic::lift(std::vector<double>{0, 0, 0x1p-900, 0x1p-900});
    multiply<Dyadic>(ConstMatrix<Dyadic>{&alternating, 0, 2, 2, 2, 1}, ConstMatrix<Dyadic>{&other, 0, 2, 2, 2, 1},
                     matrix_in<Dyadic>(y, 0, 2, 2));
    check("a matrix product whose terms vanish", y);
    elementwise<Dyadic>(Binary::subtract, 4, all(none), all(tiny), all(y));
    rectify<Dyadic>(4, all(std::as_const(y)), all(y));
    check("a relu of negative numbers", y);
    copy<Dyadic>(4, all(filled(4, -0x1p-1000)), all(y));
    CHECK_FALSE(y == none);
    CHECK(size_of(y).bits == 0);  // -1 takes no bit besides its sign, and is not 0
    CHECK(size_of(y).limbs == 1);
    elementwise<Dyadic>(Binary::add, 4, all(std::as_const(y)), all(none), all(y));
    CHECK(y == filled(4, -0x1p-1000));
}

TEST_CASE(
    "Long numbers come out of a stock of 32 at the limit; each limit has its own, and without one there is none") {
    const auto many = [](int times, std::int64_t bits) {
        for (int i = 0; i < times; ++i) require_bits(bits, "a product", 32);
    };
    CHECK_NOTHROW(many(1000, BitLimit::start));
    const BitLimit limit(BitLimit::start);
    CHECK_NOTHROW(many(1000000, BitLimit::long_bits));
    CHECK_NOTHROW(many(1, BitLimit::start));
    CHECK_THROWS_WITH(require_bits(BitLimit::long_bits + 1, "a product"),
                      "a product: the work on integers beyond 65536 bits (19732 decimal digits) passes that of results "
                      "of 536870912 bits "
                      "(161638555 decimal digits) together, which is the limit");
    {
        const BitLimit less(100000);
        CHECK_NOTHROW(many(167, 100000));
        CHECK_THROWS_AS(many(1, 100000), LimitError);
    }
    CHECK_THROWS_AS(require_bits(BitLimit::long_bits + 1, "a product"), LimitError);
    CHECK_NOTHROW(require_bits(BitLimit::long_bits, "a product"));
    const BitLimit more(2 * BitLimit::start);
    CHECK_NOTHROW(require_gcd(BitLimit::long_bits, 1000 * BitLimit::start, "a sum"));
    CHECK_NOTHROW(many(2, BitLimit::start));
    CHECK_THROWS_AS(require_bits(INT64_C(1) << 24, "a product", INT64_C(1) << 60), LimitError);
    const BitLimit fresh(BitLimit::start);
    for (int i = 0; i < 4; ++i)
        CHECK_NOTHROW(require_gcd(BitLimit::start, 2 * BitLimit::start, "a sum"));  // as 8 results each
    CHECK_THROWS_AS(require_gcd(2 * BitLimit::start, BitLimit::long_bits + 1, "a sum"), LimitError);
}

TEST_CASE("Each thread has its own limits, set and read at once") {
    const BitLimit bits(500);
    const MemoryLimit bytes(std::size_t{1} << 20);
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::int64_t t = 0; t < 4; ++t)
        threads.emplace_back([&wrong, t] {
            int& errors = wrong[static_cast<std::size_t>(t)];
            if (BitLimit::current() != BitLimit::start || MemoryLimit::current() != memory_budget()) ++errors;
            for (int k = 0; k < 2000; ++k) {
                const BitLimit mine(100 + t);
                const MemoryLimit room((std::size_t{1} << 30) + static_cast<std::size_t>(t));
                DyadicStorage x = filled(3, 0x1p-40), y(3);
                elementwise<Dyadic>(Binary::multiply, 3, all(std::as_const(x)), all(std::as_const(x)), all(y));
                try {
                    y[0] = DyadicNumber(1, 60 + t);
                    ++errors;
                } catch (const DomainError&) {
                }
                if (BitLimit::current() != 100 + t ||
                    MemoryLimit::current() != (std::size_t{1} << 30) + static_cast<std::size_t>(t))
                    ++errors;
            }
        });
    for (auto& t : threads) t.join();
    for (const int errors : wrong) CHECK(errors == 0);
    CHECK(BitLimit::current() == 500);
    CHECK(MemoryLimit::current() == std::size_t{1} << 20);
}

TEST_CASE("After a product its work space is kept for the next, until it is given back") {
    LimbMemory::give_back();
    const std::size_t before = LimbMemory::used();
    {
        const DyadicStorage a = filled(256 * 256, 1.5), b = filled(256 * 256, 0.75);
        const auto y =
            matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, 256, 256, 256, 1}, ConstMatrix<Dyadic>{&b, 0, 256, 256, 256, 1});
        CHECK(y[5] == Dyadic::exact(256 * 1.5 * 0.75));
        CHECK(LimbMemory::kept() > 0);
    }
    CHECK(LimbMemory::used() == before);
    LimbMemory::give_back();
    CHECK(LimbMemory::kept() == 0);
}
