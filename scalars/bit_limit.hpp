/// BitLimit: how long the integers of exact numbers may get, those of dyadic numbers and the numerators and denominators of fractions, and
/// how many long ones there may be.
///
/// A network of 30 squarings doubles the length of its numbers 30 times; without a limit 700 bytes of file ask for minutes and gigabytes.
/// A limit on each number is none on the time: a product of numbers of 2^24 bits takes a quarter of a second, and a file may ask for
/// thousands. Numbers beyond `long_bits` bits, which no network computes that does not square, therefore come out of a stock of bits.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

/// While it lives, numbers of this thread that need more than `bits` bits are refused: dyadic ones that could need them before their memory
/// is taken; a fraction when it is in lowest terms, from operands within the limit, so that it took no more than twice as much. All results
/// of more than `long_bits` bits may have 32 max(bits, start) bits together. Limits nest, each with its own stock. Each thread has its own
/// and begins without one: setting or reading it needs no care. All that is exact runs on the thread that calls it.
class BitLimit {
public:
    static constexpr std::int64_t start = std::int64_t{1} << 24;  // without a limit: two million bytes a number, and no stock
    static constexpr std::int64_t long_bits = 1 << 16;

    explicit BitLimit(std::int64_t bits);
    ~BitLimit();
    BitLimit(const BitLimit&) = delete;
    BitLimit& operator=(const BitLimit&) = delete;

    static std::int64_t current();

private:
    std::int64_t before_, stock_before_;
};

/// For messages: "64 bits (20 decimal digits)".
std::string said_bits(std::int64_t bits);

/// Throws LimitError where `what`, or `count` of them, could need more bits than the limit allows.
void require_bits(std::int64_t bits, const char* what, std::int64_t count = 1);

}  // namespace tercet
