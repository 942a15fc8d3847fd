#include <tercet/core/error.hpp>
#include <tercet/scalars/dyadic_number.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>

namespace tercet {

namespace {

mpz_ptr raw(Integer& x) { return x.backend().data(); }
mpz_srcptr raw(const Integer& x) { return x.backend().data(); }

/// The bits of m 2^by.
std::int64_t bits_after(const Integer& m, std::int64_t by) {
    return sum_of_exponents(static_cast<std::int64_t>(mpz_sizeinbase(raw(m), 2)), by);
}

/// a + b or a - b, both over the smaller exponent.
DyadicNumber sum(const DyadicNumber& a, const DyadicNumber& b, bool subtract) {
    if (b.is_zero()) return a;
    if (a.is_zero()) return subtract ? -b : b;
    const std::int64_t low = std::min(a.exponent(), b.exponent());
    Integer left, right;
    const auto align = [&](Integer& to, const DyadicNumber& x) {
        const std::int64_t by = difference_of_exponents(x.exponent(), low);
        require_bits(bits_after(x.mantissa(), by), "a sum");
        mpz_mul_2exp(raw(to), raw(x.mantissa()), static_cast<mp_bitcnt_t>(by));
    };
    align(left, a);
    align(right, b);
    if (subtract) mpz_sub(raw(left), raw(left), raw(right));
    else mpz_add(raw(left), raw(left), raw(right));
    return {std::move(left), low};
}

}  // namespace

namespace {
std::int64_t in_range(bool overflow, std::int64_t e) {
    constexpr std::int64_t most = std::int64_t{1} << 62;
    if (overflow || e > most || e < -most) throw DomainError("a dyadic number has an exponent beyond 2^62");
    return e;
}
}  // namespace

std::int64_t sum_of_exponents(std::int64_t a, std::int64_t b) {
    std::int64_t e = 0;
    const bool overflow = __builtin_add_overflow(a, b, &e);
    return in_range(overflow, e);
}
std::int64_t difference_of_exponents(std::int64_t a, std::int64_t b) {
    std::int64_t e = 0;
    const bool overflow = __builtin_sub_overflow(a, b, &e);
    return in_range(overflow, e);
}

DyadicNumber::DyadicNumber(Integer mantissa, std::int64_t exponent) : mantissa_(std::move(mantissa)) {
    if (mantissa_.is_zero()) return;
    const mp_bitcnt_t twos = mpz_scan1(raw(mantissa_), 0);
    if (twos > 0) mpz_tdiv_q_2exp(raw(mantissa_), raw(mantissa_), twos);
    exponent_ = sum_of_exponents(exponent, static_cast<std::int64_t>(twos));
}

DyadicNumber operator+(const DyadicNumber& a, const DyadicNumber& b) { return sum(a, b, false); }
DyadicNumber operator-(const DyadicNumber& a, const DyadicNumber& b) { return sum(a, b, true); }
DyadicNumber operator-(const DyadicNumber& a) { return {-a.mantissa(), a.exponent()}; }

DyadicNumber operator*(const DyadicNumber& a, const DyadicNumber& b) {
    if (a.is_zero() || b.is_zero()) return {};
    require_bits(bits_after(a.mantissa(), bits_after(b.mantissa(), 0)), "a product");
    return {a.mantissa() * b.mantissa(), sum_of_exponents(a.exponent(), b.exponent())};
}

/// By signs, else by the positions of the leading bits, else by the difference: two leading bits at one place are
/// aligned cheaply.
bool is_less(const DyadicNumber& a, const DyadicNumber& b) {
    if (a.sign() != b.sign() || a.is_zero()) return a.sign() < b.sign();
    const std::int64_t top_a = bits_after(a.mantissa(), a.exponent()), top_b = bits_after(b.mantissa(), b.exponent());
    if (top_a != top_b) return (top_a < top_b) == (a.sign() > 0);
    return (a - b).sign() < 0;
}

DyadicNumber floor(const DyadicNumber& a) {
    if (a.exponent() >= 0) return a;
    Integer q;
    mpz_fdiv_q_2exp(raw(q), raw(a.mantissa()), static_cast<mp_bitcnt_t>(-a.exponent()));
    return {std::move(q), 0};
}

/// a = m / 2^k with k > 0, and m odd, so that only halves (k = 1) are ties. floor(a) + 1 where the digit of value 1/2
/// is set (of m in two's complement, as GMP reads it: m = 2^k floor(a) + r), unless it is a tie and floor(a) even.
DyadicNumber round_even(const DyadicNumber& a) {
    if (a.exponent() >= 0) return a;
    const auto k = static_cast<mp_bitcnt_t>(-a.exponent());
    Integer q;
    mpz_fdiv_q_2exp(raw(q), raw(a.mantissa()), k);
    if (mpz_tstbit(raw(a.mantissa()), k - 1) && (k > 1 || mpz_odd_p(raw(q)))) ++q;
    return {std::move(q), 0};
}

DyadicNumber exact_dyadic(double x) { return to_dyadic(exact_rational(x)); }

bool is_dyadic(const RationalNumber& x) {
    mpz_srcptr d = mpq_denref(x.backend().data());
    return mpz_sizeinbase(d, 2) == mpz_scan1(d, 0) + 1;
}

DyadicNumber to_dyadic(const RationalNumber& x) {
    if (!is_dyadic(x))
        throw DomainError(x.str() + " is no dyadic number: those have denominators 2^k only; use Rational");
    Integer m;
    mpz_set(raw(m), mpq_numref(x.backend().data()));
    return {std::move(m), -static_cast<std::int64_t>(mpz_scan1(mpq_denref(x.backend().data()), 0))};
}

RationalNumber to_rational(const DyadicNumber& x) {
    RationalNumber q;
    mpq_ptr to = q.backend().data();
    const std::int64_t e = x.exponent();
    require_bits(e < 0 ? std::max(bits_after(x.mantissa(), 0), -e) : bits_after(x.mantissa(), e), "a fraction");
    mpz_set(mpq_numref(to), raw(x.mantissa()));
    if (e >= 0) mpz_mul_2exp(mpq_numref(to), mpq_numref(to), static_cast<mp_bitcnt_t>(e));
    else mpz_mul_2exp(mpq_denref(to), mpq_denref(to), static_cast<mp_bitcnt_t>(-e));
    return q;
}

}  // namespace tercet
