/// DyadicNumber: m 2^e with integers m and e, the numbers that sums and products of floats are. Addition, subtraction
/// and multiplication never leave them, and no gcd is ever taken.
///
/// Canonical: m is odd, or m = e = 0, so that equal numbers have equal members.
#pragma once

#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/scalars/no_limits.hpp>
#include <tercet/scalars/rational_number.hpp>

#include <cstdint>
#include <limits>

namespace tercet {

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

/// The greatest integer <= a, and the integer nearest to a, of two the even one.
DyadicNumber floor(const DyadicNumber& a);
DyadicNumber round_even(const DyadicNumber& a);

/// The number that x is. Throws DomainError on NaN and infinities.
DyadicNumber exact_dyadic(double x);

/// Is its denominator a power of two?
bool is_dyadic(const RationalNumber& x);

/// The same number. Throws DomainError where the denominator is no power of two.
DyadicNumber to_dyadic(const RationalNumber& x);
RationalNumber to_rational(const DyadicNumber& x);

}  // namespace tercet

/// Without this, numeric_limits<DyadicNumber>::max() would compile, and be 0.
template <>
struct std::numeric_limits<tercet::DyadicNumber> : tercet::NoLimits {};
