/// Memory that is counted against the memory budget: for a program that wants to hold all of it, as the tool does.
///
/// The library counts nothing by itself, and leaves GMP's allocators, which belong to the whole process, as they are. A
/// program may
///   call count_gmp_memory(), before GMP or MPFR hold anything, and
///   define operator new and delete by counted_new and counted_delete (cli/operator_new.cpp).
/// Then whatever would exceed the budget throws OutOfMemory before it is taken, whoever asks: the defence behind the
/// checks of sizes (require_memory, BitLimit, MemoryLimit), which know the place and say it.
///
/// GMP is C. An exception passes through it where it has unwind tables, as it has on x86-64 and arm64, where compilers
/// write them by default (tests/scalars/counted_memory_test.cpp shows it). What it leaves: a temporary of GMP's is not
/// freed; a destination keeps its value where it was to be enlarged by realloc; mpz_mul instead frees the destination's
/// block, notes the new size, and asks for a new block. Were that refused, the destination would own freed memory.
/// Hence a block that GMP frees is held until the next one on the same thread, and where a request that follows is
/// refused, it is not freed at all: the destination owns it again. (A destination that had no block yet points to a
/// limb of GMP's own, which is never freed.) Its noted size is wrong then, so that after OutOfMemory the destination of
/// a multiplication in place may be destroyed, and must not be used. Rational's own operations make room before they
/// multiply; boost's operators multiply into a new number.
#pragma once

#include <cstddef>
#include <new>
#include <string>

namespace tercet {

/// An allocation that the budget, or the system, refused: "13 MiB more would be needed beside 1.0 GiB in use; the limit
/// is ..".
class OutOfMemory : public std::bad_alloc {
public:
    OutOfMemory(std::size_t asked, bool by_budget) noexcept;
    const char* what() const noexcept override { return text_; }

private:
    char text_[160];
};

/// Throws OutOfMemory. alignment: a power of two; 0 is malloc's. The memory of the limbs that are kept
/// (scalars/kernels/limb_memory.hpp) is given back before anything is refused.
void* counted_new(std::size_t bytes, std::size_t alignment = 0);
void counted_delete(void* block) noexcept;

/// GMP's and MPFR's memory is counted from now on.
void count_gmp_memory();

/// Bytes counted, over all threads, up to 64 KiB a thread; 0 where nothing is.
std::size_t memory_in_use();

/// "; the limit is 1.0 GiB (--memory or TERCET_MEMORY sets it)"
std::string said_budget();

}  // namespace tercet
