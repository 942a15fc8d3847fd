#include <tercet/core/error.hpp>
#include <tercet/scalars/kernels/limb_memory.hpp>
#include <tercet/scalars/machine/counted_memory.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/usable_memory.hpp>

#include <gmp.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tercet {

namespace {

constexpr std::int64_t step = 1 << 16;  // a thread tells the others every 64 KiB

std::atomic<std::int64_t> total{0};
thread_local std::int64_t untold = 0;

/// The budget, where TERCET_MEMORY is no size too: main says so, an allocation may come before it.
std::size_t budget() noexcept {
    try {
        return memory_budget();
    } catch (const Error&) {
        return usable_memory() / 2;
    }
}

bool fits(std::int64_t held) { return held <= 0 || static_cast<std::uint64_t>(held) <= budget(); }

/// The bytes are counted, if they fit.
bool take(std::size_t bytes) {
    if (bytes < step && untold + static_cast<std::int64_t>(bytes) < step) {
        untold += static_cast<std::int64_t>(bytes);
        return true;
    }
    if (bytes > std::size_t{1} << 62) return false;
    const std::int64_t more = std::exchange(untold, 0) + static_cast<std::int64_t>(bytes);
    if (fits(total.fetch_add(more) + more)) return true;
    if (bytes >=
        std::size_t{1} << 20) {  // what limbs keep is no use now; a smaller request may come from their own list
        LimbMemory::give_back();
        if (fits(total)) return true;
    }
    total -= static_cast<std::int64_t>(bytes);
    return false;
}

void give(std::size_t bytes) {
    untold -= static_cast<std::int64_t>(bytes);
    if (untold <= -step) total += std::exchange(untold, 0);
}

/// What malloc made of it is counted, so that free needs no size.
void* counted(void* block, std::size_t asked) {
    if (!block) throw OutOfMemory(asked, false);
    const std::size_t real = malloc_usable_size(block);
    if (take(real)) return block;
    std::free(block);
    throw OutOfMemory(asked, true);
}

/// Before malloc is asked for a large block, which it may clear or fail at: would it fit?
void require_fit(std::size_t bytes) {
    if (bytes < step) return;
    if (!take(bytes)) throw OutOfMemory(bytes, true);
    give(bytes);
}

thread_local void* held = nullptr;  // the block that GMP freed last

/// What numbers without a block point to, those of mpz_init and of mpq_init: a limb of GMP's own.
const void* no_block[2] = {nullptr, nullptr};
bool is_block(const void* p) { return p != no_block[0] && p != no_block[1]; }

void free_now(void* block) noexcept {
    if (!block) return;
    give(malloc_usable_size(block));
    std::free(block);
}

/// What malloc makes of a request of GMP's, which tells the size again when it frees: header and rounding, of glibc.
constexpr std::size_t chunk(std::size_t bytes) { return std::max<std::size_t>(32, (bytes + 23) & ~std::size_t{15}); }

[[gnu::noinline]] void* allocate_large(std::size_t bytes) {
    const bool fit = bytes <= std::size_t{1} << 62 && take(chunk(bytes));
    if (fit) {
        if (void* block = std::malloc(bytes)) return block;
        give(chunk(bytes));
    }
    held = nullptr;  // it may be the destination's
    throw OutOfMemory(bytes, !fit);
}

extern "C" {
void* allocate_for_gmp(std::size_t bytes) {
    if (bytes < step &&
        untold < step) {  // the next large one, or the next after 64 KiB of small ones, is asked for all
        if (void* block = std::malloc(bytes)) {
            untold += static_cast<std::int64_t>(chunk(bytes));
            return block;
        }
    }
    return allocate_large(bytes);
}
void* reallocate_for_gmp(void* block, std::size_t before, std::size_t bytes) {
    if (!is_block(block)) return allocate_for_gmp(bytes);
    if (!take(chunk(bytes))) throw OutOfMemory(bytes, true);
    void* moved = std::realloc(block, bytes);
    give(chunk(moved ? before : bytes));
    if (!moved) throw OutOfMemory(bytes, false);
    return moved;
}
void free_for_gmp(void* block, std::size_t bytes) {
    if (!is_block(block)) return;
    give(chunk(bytes));
    std::free(std::exchange(held, block));
}
}

}  // namespace

OutOfMemory::OutOfMemory(std::size_t asked, bool by_budget) noexcept {
    const double mib = 1.0 / (1 << 20);
    if (by_budget)
        std::snprintf(text_, sizeof text_,
                      "%.1f MiB more would be needed beside %.1f MiB in use; the limit is %.1f MiB (--memory or "
                      "TERCET_MEMORY sets it)",
                      static_cast<double>(asked) * mib, static_cast<double>(memory_in_use()) * mib,
                      static_cast<double>(budget()) * mib);
    else
        std::snprintf(text_, sizeof text_, "the system has no memory for %.1f MiB more beside %.1f MiB in use",
                      static_cast<double>(asked) * mib, static_cast<double>(memory_in_use()) * mib);
}

void* counted_new(std::size_t bytes, std::size_t alignment) {
    require_fit(bytes);
    if (alignment <= alignof(std::max_align_t)) return counted(std::malloc(std::max<std::size_t>(bytes, 1)), bytes);
    void* block = nullptr;
    if (bytes > SIZE_MAX - alignment || posix_memalign(&block, alignment, std::max<std::size_t>(bytes, 1)) != 0)
        block = nullptr;
    return counted(block, bytes);
}

void counted_delete(void* block) noexcept { free_now(block); }

void count_gmp_memory() {
    mpz_t z;
    mpq_t q;
    mpz_init(z);
    mpq_init(q);
    if (z->_mp_alloc == 0) no_block[0] = z->_mp_d;
    if (mpq_numref(q)->_mp_alloc == 0) no_block[1] = mpq_numref(q)->_mp_d;
    mpz_clear(z);
    mpq_clear(q);
    mp_set_memory_functions(allocate_for_gmp, reallocate_for_gmp, free_for_gmp);
}

std::size_t memory_in_use() { return static_cast<std::size_t>(std::max<std::int64_t>(0, total + untold)); }

std::string said_budget() {
    return "; the limit is " + said_bytes(memory_budget()) + " (--memory or TERCET_MEMORY sets it)";
}

}  // namespace tercet
