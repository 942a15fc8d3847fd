#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/memory_limit.hpp>

#include <limits>
#include <string>

namespace tercet {

namespace {
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
thread_local std::size_t most_bytes = none;
}  // namespace

MemoryLimit::MemoryLimit(std::size_t bytes) : before_(most_bytes) { most_bytes = bytes; }
MemoryLimit::~MemoryLimit() { most_bytes = before_; }
std::size_t MemoryLimit::current() { return most_bytes == none ? memory_budget() : most_bytes; }

LimbMemory limbs_within_limit(std::size_t count, std::int64_t planes, const char* what) {
    constexpr std::size_t limb = sizeof(std::uint64_t);
    LimbMemory memory;
    std::size_t limbs = 0, bytes = 0, in_use = 0;
    const std::size_t most = MemoryLimit::current();
    const bool overflow = __builtin_mul_overflow(count, static_cast<std::size_t>(planes), &limbs) ||
                          __builtin_mul_overflow(limbs, limb, &bytes);
    if (overflow) in_use = LimbMemory::used() / limb;
    if (!overflow && memory.take_within(limbs, most / limb, in_use)) return memory;
    throw LimitError(std::string(what) + " can need " + (overflow ? "more than 2^64" : std::to_string(bytes)) +
                     " bytes, " + std::to_string(count) + " integers of " + said_bits(64 * planes) + ", beside " +
                     std::to_string(in_use * limb) + " in use; the limit is " + std::to_string(most) + " bytes");
}

}  // namespace tercet
