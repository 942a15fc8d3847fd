#include <tercet/core/error.hpp>
#include <tercet/scalars/bit_limit.hpp>

namespace tercet {

namespace {
thread_local std::int64_t most_bits = BitLimit::start;
}

BitLimit::BitLimit(std::int64_t bits) : before_(most_bits) { most_bits = bits; }
BitLimit::~BitLimit() { most_bits = before_; }
std::int64_t BitLimit::current() { return most_bits; }

/// 2^n - 1 has n log10 2 digits, rounded up; 28/93 = 0.30108 is a little more than log10 2 = 0.30103.
std::string said_bits(std::int64_t n) {
    return std::to_string(n) + " bits (" + std::to_string(n / 93 * 28 + n % 93 * 28 / 93 + 1) + " decimal digits)";
}

void require_bits(std::int64_t bits, const char* what) {
    if (bits <= most_bits) return;
    throw LimitError(std::string(what) + " can need integers of " + said_bits(bits) + "; the limit is " + said_bits(most_bits));
}

}  // namespace tercet
