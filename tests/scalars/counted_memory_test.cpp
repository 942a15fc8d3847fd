/// The memory budget: sizes as text, requests beyond it, and GMP under it, whose operations throw and leave nothing
/// that owns freed memory.
#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/counted_memory.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/rational.hpp>

#include <gmp.h>

#include <functional>

#include "../catch.hpp"

using namespace tercet;

namespace {

struct Budget {
    explicit Budget(std::size_t bytes) { set_memory_budget(bytes); }
    ~Budget() { set_memory_budget(0); }
};

/// GMP counts while this lives.
struct Counting {
    void* (*allocate)(std::size_t);
    void* (*reallocate)(void*, std::size_t, std::size_t);
    void (*release)(void*, std::size_t);
    Counting() {
        mp_get_memory_functions(&allocate, &reallocate, &release);
        count_gmp_memory();
    }
    ~Counting() { mp_set_memory_functions(allocate, reallocate, release); }
};

}  // namespace

TEST_CASE("Sizes in bytes are read and said") {
    CHECK(parse_bytes("1") == 1);
    CHECK(parse_bytes("1000000") == 1000000);
    CHECK(parse_bytes("2G") == std::size_t{1} << 31);
    CHECK(parse_bytes("2g") == std::size_t{1} << 31);
    CHECK(parse_bytes("3MiB") == 3 << 20);
    CHECK(parse_bytes("4KB") == 4096);
    CHECK(parse_bytes("16383T") == std::size_t{16383} << 40);
    for (const char* wrong :
         {"", "G", "0", "-1", "1.5G", "2X", "2GG", "2Gi", " 2G", "2G ", "99999999999999999999", "16777216T"})
        CHECK_THROWS_AS(parse_bytes(wrong), FormatError);
    CHECK(said_bytes(0) == "0 bytes");
    CHECK(said_bytes(1023) == "1023 bytes");
    CHECK(said_bytes(1024) == "1.0 KiB");
    CHECK(said_bytes(1536) == "1.5 KiB");
    CHECK(said_bytes(std::size_t{1} << 30) == "1.0 GiB");
    CHECK(said_bytes(std::size_t{6442450944}) == "6.0 GiB");
    CHECK(said_bytes(std::size_t{100} << 20) == "100 MiB");
    CHECK(said_bytes(~std::size_t{0}) == "15.9 EiB");
}

TEST_CASE("A request beyond the budget is refused with its numbers, also where it has no number") {
    const Budget budget(memory_in_use() + (std::size_t{1} << 30));
    CHECK_NOTHROW(require_memory(1 << 20, 8, "a tensor"));
    CHECK_THROWS_AS(require_memory(std::size_t{1} << 27, 16, "a tensor"), LimitError);
    CHECK_THROWS_WITH(require_memory(std::size_t{1} << 60, 16, "a tensor"),
                      Catch::Matchers::StartsWith("a tensor would take more than 2^64 bytes"));
    CHECK_THROWS_WITH(
        require_memory(std::size_t{1} << 28, 8, Dims{16384, 16384}),
        Catch::Matchers::StartsWith("its value [16384, 16384] would take 2.0 GiB") &&
            Catch::Matchers::ContainsSubstring("the limit is 1.0 GiB (--memory or TERCET_MEMORY sets it)"));
    CHECK_THROWS_AS(counted_new(std::size_t{1} << 31), OutOfMemory);
    CHECK_THROWS_AS(counted_new(~std::size_t{0}, 64), OutOfMemory);
    const std::size_t before = memory_in_use();
    void* block = counted_new(100 << 20, 64);
    CHECK(memory_in_use() >= before + (100 << 20));
    counted_delete(block);
    CHECK(memory_in_use() <= before + (1 << 16));
}

TEST_CASE("GMP under a budget throws, whatever it was doing, and what it was doing it to can be destroyed") {
    const Counting counting;
    const Integer three_to_million = boost::multiprecision::pow(Integer(3), 1000000u);  // 198 kB
    const Integer big = boost::multiprecision::pow(Integer(5), 400000u);
    const RationalNumber q = RationalNumber(three_to_million) / RationalNumber(big);
    const std::vector<std::pair<const char*, std::function<void()>>> work{
        {"squares",
         [&] {
             for (Integer x = three_to_million;;) x = x * x;
         }},
        {"squares in place",
         [&] {
             for (Integer x = three_to_million;;) x *= x;
         }},
        {"products in place",
         [&] {
             for (Integer x = three_to_million;;) x *= big;
         }},
        {"fractions",
         [&] {
             for (RationalNumber x = q;;) x = x * (x + 1);
         }},
        {"fractions in place",
         [&] {
             for (RationalNumber x = q;;) x *= x;
         }},
        {"sums",
         [&] {
             for (RationalNumber x = q;;) x += 1 / x;
         }},
        {"shifts",
         [&] {
             for (Integer x = 1;;) x <<= 3000000u;
         }},
        {"many",
         [&] {
             for (std::vector<RationalNumber> all;;) all.push_back(q);
         }},
        {"text",
         [&] {
             for (std::vector<Integer> all;; all.push_back(three_to_million)) (void)three_to_million.str();
         }},
    };
    for (const auto& [what, run] : work)
        for (const std::size_t more : {300000, 1000000, 5000000, 20000001}) {
            CAPTURE(what, more);
            const std::size_t before = memory_in_use();
            const Budget budget(before + more);
            CHECK_THROWS_AS(run(), OutOfMemory);
            CHECK(memory_in_use() <= before + 10 * more);  // GMP's own temporaries are lost
        }
    CHECK(three_to_million % 3 == 0);
    CHECK(q * RationalNumber(big) == RationalNumber(three_to_million));
}
