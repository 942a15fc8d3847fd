#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/bit_limit.hpp>

#include <algorithm>
#include <limits>

namespace tercet {

namespace {
constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max(), numbers_in_stock = 32;
thread_local std::int64_t most_bits = BitLimit::start, stock = endless;

std::int64_t times(std::int64_t a, std::int64_t b) {
    std::int64_t y = 0;
    return __builtin_mul_overflow(a, b, &y) ? endless : y;
}
std::int64_t full_stock() { return times(numbers_in_stock, std::max(most_bits, BitLimit::start)); }

void spend(std::int64_t bits, const char* what) {
    if (stock == endless) return;
    if (bits > stock)
        throw LimitError(std::string(what) + ": the work on integers beyond " + said_bits(BitLimit::long_bits) +
                         " passes that of results of " + said_bits(full_stock()) + " together, which is the limit");
    stock -= bits;
}
}  // namespace

BitLimit::BitLimit(std::int64_t bits) : before_(most_bits), stock_before_(stock) {
    most_bits = bits;
    stock = full_stock();
}
BitLimit::~BitLimit() {
    most_bits = before_;
    stock = stock_before_;
}
std::int64_t BitLimit::current() { return most_bits; }

/// 2^n - 1 has n log10 2 digits, rounded up; 28/93 = 0.30108 is a little more than log10 2 = 0.30103.
std::string said_bits(std::int64_t n) {
    return std::to_string(n) + " bits (" + std::to_string(n / 93 * 28 + n % 93 * 28 / 93 + 1) + " decimal digits)";
}

void require_bits(std::int64_t bits, const char* what, std::int64_t count) {
    if (bits > most_bits)
        throw LimitError(std::string(what) + " can need integers of " + said_bits(bits) + "; the limit is " +
                         said_bits(most_bits));
    if (bits > BitLimit::long_bits) spend(times(bits, count), what);
}

void require_gcd(std::int64_t bits, std::int64_t other_bits, const char* what) {
    constexpr std::int64_t as_results = 8;
    if (std::min(bits, other_bits) > BitLimit::long_bits) spend(times(std::min(bits, other_bits), as_results), what);
}

}  // namespace tercet
