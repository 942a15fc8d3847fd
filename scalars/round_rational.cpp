/// |q| = p/d lies in [2^e, 2^(e+1)). In a format of P bits whose smallest positive number is 2^s, the unit in the last
/// place there is 2^u with u = max(e - P + 1, s); m = floor(p / (d 2^u)) < 2^P and the remainder r say everything about
/// rounding:
///
///   magnitude is rounded | r = 0 | 2r < d 2^u | 2r = d 2^u | 2r > d 2^u
///   down                 |   m   |     m      |     m      |     m
///   up                   |   m   |    m+1     |    m+1     |    m+1
///   to nearest           |   m   |     m      | even one   |    m+1
///
/// The bits of m 2^u without its sign are (u - s) 2^(P-1) + m: for a subnormal u = s; for a normal number the leading
/// bit of m adds the 1 that the biased exponent u - s + 1 lacks; and m = 2^P carries into the next binade, past the
/// last one to infinity.
#include <tercet/core/error.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>

namespace tercet {

namespace {

static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<float>::is_iec559);
static_assert(sizeof(unsigned long) == 8, "mpz_get_ui and mpz_set_ui must carry 64 bits");

enum class Magnitude { down, up, nearest };

struct Double {
    using Bits = std::uint64_t;
    static constexpr long precision = 53, smallest = -1074,
                          largest = 1023;  // P, s, and the e of the largest finite number
};
struct Single {
    using Bits = std::uint32_t;
    static constexpr long precision = 24, smallest = -149, largest = 127;
};

/// e with 2^e <= p/d < 2^(e+1), for p, d > 0. With b = bits(p) - bits(d), e is b or b - 1.
long floor_log2(mpz_srcptr p, mpz_srcptr d) {
    const long b = static_cast<long>(mpz_sizeinbase(p, 2)) - static_cast<long>(mpz_sizeinbase(d, 2));
    Integer shifted;
    mpz_ptr t = shifted.backend().data();
    mpz_mul_2exp(t, b >= 0 ? d : p, static_cast<mp_bitcnt_t>(b >= 0 ? b : -b));
    const int order = b >= 0 ? mpz_cmp(p, t) : mpz_cmp(t, d);
    return order >= 0 ? b : b - 1;
}

/// The bits of |q| rounded into the format, sign excluded.
template <class Format>
typename Format::Bits rounded_magnitude(const RationalNumber& q, Magnitude how) {
    using Bits = typename Format::Bits;
    constexpr Bits infinity = static_cast<Bits>(Format::largest - Format::smallest - Format::precision + 3)
                              << (Format::precision - 1);
    Integer magnitude, divisor, quotient, remainder;
    mpz_ptr p = magnitude.backend().data(), d = divisor.backend().data(), m = quotient.backend().data(),
            r = remainder.backend().data();
    mpz_abs(p, mpq_numref(q.backend().data()));
    mpz_set(d, mpq_denref(q.backend().data()));
    if (mpz_sgn(p) == 0) return 0;

    const long e = floor_log2(p, d);
    if (e > Format::largest) return how == Magnitude::down ? infinity - 1 : infinity;
    const long u = std::max(e - Format::precision + 1, Format::smallest);
    if (u >= 0) mpz_mul_2exp(d, d, static_cast<mp_bitcnt_t>(u));
    else mpz_mul_2exp(p, p, static_cast<mp_bitcnt_t>(-u));
    mpz_tdiv_qr(m, r, p, d);

    Bits significand = static_cast<Bits>(mpz_get_ui(m));
    if (mpz_sgn(r) != 0) {
        mpz_mul_2exp(r, r, 1);
        const int half = mpz_cmp(r, d);
        if (how == Magnitude::up || (how == Magnitude::nearest && (half > 0 || (half == 0 && (significand & 1)))))
            ++significand;
    }
    return (static_cast<Bits>(u - Format::smallest) << (Format::precision - 1)) + significand;
}

double to_double(const RationalNumber& q, Magnitude how) {
    const std::uint64_t sign = q.sign() < 0 ? std::uint64_t{1} << 63 : 0;
    return std::bit_cast<double>(rounded_magnitude<Double>(q, how) | sign);
}

}  // namespace

double round_down(const RationalNumber& q) { return to_double(q, q.sign() < 0 ? Magnitude::up : Magnitude::down); }
double round_up(const RationalNumber& q) { return to_double(q, q.sign() < 0 ? Magnitude::down : Magnitude::up); }
double round_nearest(const RationalNumber& q) { return to_double(q, Magnitude::nearest); }

float round_nearest_float(const RationalNumber& q) {
    const std::uint32_t sign = q.sign() < 0 ? std::uint32_t{1} << 31 : 0;
    return std::bit_cast<float>(rounded_magnitude<Single>(q, Magnitude::nearest) | sign);
}

RationalNumber exact_rational(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const bool negative = bits >> 63;
    const auto biased = static_cast<long>(bits >> 52 & 0x7ff);
    std::uint64_t m = bits & 0xfffffffffffff;
    if (biased == 0x7ff)
        throw DomainError(std::string(m ? "NaN" : negative ? "-inf" : "inf") + " is not a rational number");
    RationalNumber q;
    if (biased == 0 && m == 0) return q;
    if (biased != 0) m |= std::uint64_t{1} << 52;
    const int twos = std::countr_zero(m);
    const long exponent = std::max(biased, 1L) - 1075 + twos;  // x = m 2^exponent, m odd: lowest terms without a gcd
    mpz_ptr p = mpq_numref(q.backend().data()), d = mpq_denref(q.backend().data());
    mpz_set_ui(p, m >> twos);
    if (exponent >= 0) mpz_mul_2exp(p, p, static_cast<mp_bitcnt_t>(exponent));
    else mpz_mul_2exp(d, d, static_cast<mp_bitcnt_t>(-exponent));
    if (negative) mpz_neg(p, p);
    return q;
}

}  // namespace tercet
