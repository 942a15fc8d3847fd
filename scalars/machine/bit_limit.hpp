/// BitLimit: how long the integers of exact numbers may get, those of dyadic numbers and the numerators and
/// denominators of fractions, and how many long ones there may be.
///
/// A network of 30 squarings doubles the length of its numbers 30 times; without a limit 700 bytes of file ask for
/// minutes and gigabytes. A limit on each number is none on the time: a product of numbers of 2^24 bits takes a quarter
/// of a second, and a file may ask for thousands. Numbers beyond `long_bits` bits, which no network computes that does
/// not square, therefore come out of a stock of bits.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

/// While it lives, numbers of this thread that need more than `bits` bits are refused: dyadic ones that could need them
/// before their memory is taken; a fraction when it is in lowest terms, from operands within the limit, so that it took
/// no more than twice as much. All results of more than `long_bits` bits may have 32 max(bits, start) bits together,
/// gcds counted with them. Limits nest, each with its own stock. Each thread has its own and begins without one:
/// setting or reading it needs no care. All that is exact runs on the thread that calls it.
class BitLimit {
public:
    static constexpr std::int64_t start = std::int64_t{1}
                                          << 24;  // without a limit: two million bytes a number, and no stock
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

/// Takes what the greatest common divisor of two integers costs out of the stock: of n bits in the shorter one about 8
/// times as long as n bits of results take (measured from 2^16 to 2^23 bits: 1.4e-8 s a bit to 1.3e-7, a product 1e-9
/// to 5e-9). Throws LimitError.
void require_gcd(std::int64_t bits, std::int64_t other_bits, const char* what);

/// Throws LimitError where `what`, or `count` of them, could need more bits than the limit allows.
void require_bits(std::int64_t bits, const char* what, std::int64_t count = 1);

}  // namespace tercet
