/// DyadicNumber: m 2^e with integers m and e, the numbers that sums and products of floats are. Addition, subtraction and multiplication
/// never leave them, and no gcd is ever taken.
///
/// Canonical: m is odd, or m = e = 0, so that equal numbers have equal members.
#pragma once

#include <tercet/scalars/rational_number.hpp>

#include <cstdint>
#include <string>

namespace tercet {

/// While it lives, numbers of this thread that could need more than `bits` bits are refused before their memory is taken. Limits nest. Each
/// thread has its own and begins without one: setting or reading it needs no care. All that is dyadic runs on the thread that calls it.
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

/// Throws DomainError where `what` could need more bits than the limit allows.
void require_bits(std::int64_t bits, const char* what);

/// a + b and a - b of exponents. Throws DomainError beyond +-2^62.
std::int64_t sum_of_exponents(std::int64_t a, std::int64_t b);
std::int64_t difference_of_exponents(std::int64_t a, std::int64_t b);

class DyadicNumber {
public:
    DyadicNumber() = default;
    DyadicNumber(Integer mantissa, std::int64_t exponent);

    const Integer& mantissa() const { return mantissa_; }
    std::int64_t exponent() const { return exponent_; }
    int sign() const { return mantissa_.sign(); }
    bool is_zero() const { return mantissa_.is_zero(); }

    friend bool operator==(const DyadicNumber&, const DyadicNumber&) = default;

private:
    Integer mantissa_;
    std::int64_t exponent_ = 0;
};

DyadicNumber operator+(const DyadicNumber& a, const DyadicNumber& b);
DyadicNumber operator-(const DyadicNumber& a, const DyadicNumber& b);
DyadicNumber operator*(const DyadicNumber& a, const DyadicNumber& b);
DyadicNumber operator-(const DyadicNumber& a);

/// a < b
bool is_less(const DyadicNumber& a, const DyadicNumber& b);

/// The number that x is. Throws DomainError on NaN and infinities.
DyadicNumber exact_dyadic(double x);

/// The same number. Throws DomainError where the denominator is no power of two.
DyadicNumber to_dyadic(const RationalNumber& x);
RationalNumber to_rational(const DyadicNumber& x);

}  // namespace tercet
