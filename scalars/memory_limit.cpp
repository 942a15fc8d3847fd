#include <tercet/core/error.hpp>
#include <tercet/scalars/dyadic_number.hpp>
#include <tercet/scalars/memory_limit.hpp>
#include <tercet/scalars/usable_memory.hpp>

#include <string>

namespace tercet {

namespace {
thread_local std::size_t most_bytes = MemoryLimit::start();
}

MemoryLimit::MemoryLimit(std::size_t bytes) : before_(most_bytes) { most_bytes = bytes; }
MemoryLimit::~MemoryLimit() { most_bytes = before_; }
std::size_t MemoryLimit::current() { return most_bytes; }
std::size_t MemoryLimit::start() {
    static const std::size_t half = usable_memory() / 2;
    return half;
}

LimbMemory limbs_within_limit(std::size_t count, std::int64_t planes, const char* what) {
    constexpr std::size_t limb = sizeof(std::uint64_t);
    LimbMemory memory;
    std::size_t limbs = 0, bytes = 0, in_use = 0;
    const bool overflow =
        __builtin_mul_overflow(count, static_cast<std::size_t>(planes), &limbs) || __builtin_mul_overflow(limbs, limb, &bytes);
    if (overflow) in_use = LimbMemory::used() / limb;
    if (!overflow && memory.take_within(limbs, most_bytes / limb, in_use)) return memory;
    throw DomainError(std::string(what) + " can need " + (overflow ? "more than 2^64" : std::to_string(bytes)) + " bytes, " +
                      std::to_string(count) + " integers of " + said_bits(64 * planes) + ", beside " + std::to_string(in_use * limb) +
                      " in use; the limit is " + std::to_string(most_bytes) + " bytes");
}

}  // namespace tercet
