/// LimbMemory: what is kept, when it is used again, and when it is given back.
#include <tercet/scalars/kernels/limb_memory.hpp>

#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "../catch.hpp"

using namespace tercet;

namespace {
constexpr std::size_t large = 1 << 16;  // limbs
constexpr std::size_t bytes(std::size_t limbs) { return limbs * sizeof(std::uint64_t); }
}  // namespace

TEST_CASE("A large block is used again, a small one and a much smaller one are not taken from it") {
    LimbMemory::give_back();
    const std::size_t before = LimbMemory::used();
    std::uint64_t* first = nullptr;
    {
        const LimbMemory block(large);
        first = block.get();
        CHECK(LimbMemory::used() == before + bytes(large));
        CHECK(LimbMemory::kept() == 0);
    }
    CHECK(LimbMemory::used() == before);
    CHECK(LimbMemory::kept() == bytes(large));
    {
        const LimbMemory again(large - large / 16), small(16), half(large / 2);
        CHECK(again.get() == first);
        CHECK(LimbMemory::kept() == 0);
        for (std::size_t i = 0; i < 16; ++i) small.get()[i] = i;
    }
    LimbMemory::give_back();
    CHECK(LimbMemory::kept() == 0);
    CHECK(LimbMemory::used() == before);
}

TEST_CASE("What is used and kept never exceeds what was used at once, but for the eighth that a block may be larger") {
    LimbMemory::give_back();
    std::size_t peak = LimbMemory::used();
    std::vector<std::optional<LimbMemory>> blocks(8);
    for (std::size_t k = 0; k < 400; ++k) {
        auto& block = blocks[k * 7 % blocks.size()];
        if (k % 3 == 0) block.reset();
        else block = LimbMemory(large + k * 977 % large);
        peak = std::max(peak,
                        LimbMemory::used() +
                            (k % 3 == 0 ? 0 : bytes(2 * large)));  // while the new one was made the old one was there
        REQUIRE(LimbMemory::used() + LimbMemory::kept() <= peak + peak / 8);
    }
    blocks.clear();
    LimbMemory::give_back();
    CHECK(LimbMemory::kept() == 0);
}

TEST_CASE("Blocks of one thread are freed on another, many at once") {
    LimbMemory::give_back();
    const std::size_t before = LimbMemory::used();
    std::vector<LimbMemory> shared(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < shared.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t k = 0; k < 300; ++k) {
                LimbMemory block(large + t);
                block.get()[k] = t;
                block.get()[large + t - 1] = k;
                if (k % 2) shared[t] = std::move(block);
            }
        });
    for (auto& t : threads) t.join();
    for (std::size_t t = 0; t < shared.size(); ++t) CHECK(shared[t].get()[large + t - 1] == 299);
    shared.clear();
    CHECK(LimbMemory::used() == before);
    LimbMemory::give_back();
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their allocators end the program instead
TEST_CASE("An allocation that fails leaves no trace, and may give memory back on its way") {
    LimbMemory::give_back();
    const std::size_t before = LimbMemory::used();
    const std::new_handler handler = std::set_new_handler([] {
        LimbMemory::give_back();
        throw std::bad_alloc();
    });
    CHECK_THROWS_AS(LimbMemory(std::size_t{1} << 57), std::bad_alloc);
    std::set_new_handler(handler);
    CHECK(LimbMemory::used() == before);
    for (std::size_t k = 0; k < 20; ++k) LimbMemory(large + k * large);  // one at a time, the largest of 20
    CHECK(LimbMemory::kept() <= bytes(20 * large) + before);
    LimbMemory::give_back();
}
#endif

TEST_CASE("A block of no limbs, and one of more than there can be") {
    CHECK(LimbMemory(0).get() == nullptr);
    CHECK_THROWS_AS(LimbMemory(std::size_t{1} << 61), std::bad_alloc);
}
