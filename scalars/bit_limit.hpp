/// BitLimit: how long the integers of exact numbers may get, those of dyadic numbers and the numerators and denominators of fractions.
///
/// A network of 30 squarings doubles the length of its numbers 30 times; without a limit 700 bytes of file ask for minutes and gigabytes.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

/// While it lives, numbers of this thread that need more than `bits` bits are refused: dyadic ones that could need them before their memory
/// is taken; a fraction when it is in lowest terms, from operands within the limit, so that it took no more than twice as much. Limits
/// nest. Each thread has its own and begins without one: setting or reading it needs no care. All that is exact runs on the thread that
/// calls it.
class BitLimit {
public:
    static constexpr std::int64_t start = std::int64_t{1} << 24;  // without a limit: two million bytes a number

    explicit BitLimit(std::int64_t bits);
    ~BitLimit();
    BitLimit(const BitLimit&) = delete;
    BitLimit& operator=(const BitLimit&) = delete;

    static std::int64_t current();

private:
    std::int64_t before_;
};

/// For messages: "64 bits (20 decimal digits)".
std::string said_bits(std::int64_t bits);

/// Throws LimitError where `what` could need more bits than the limit allows.
void require_bits(std::int64_t bits, const char* what);

}  // namespace tercet
