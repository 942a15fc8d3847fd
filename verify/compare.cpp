#include <tercet/verify/compare.hpp>

#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <cmath>

namespace tercet::verify {

namespace {

/// floor(log2 |x|) of a nonzero fraction: the difference of bit lengths is it or one more.
long exponent_of(const RationalNumber& x) {
    const Integer p = abs(numerator(x)), q = denominator(x);
    const long guess = static_cast<long>(msb(p)) - static_cast<long>(msb(q));
    const Integer scaled_p = guess < 0 ? Integer(p << static_cast<unsigned long>(-guess)) : p;
    const Integer scaled_q = guess > 0 ? Integer(q << static_cast<unsigned long>(guess)) : q;
    return scaled_p < scaled_q ? guess - 1 : guess;
}

/// x 2^-e, exactly.
RationalNumber divided_by_power(const RationalNumber& x, long e) {
    if (e >= 0) return x / RationalNumber(Integer(1) << static_cast<unsigned long>(e));
    return x * RationalNumber(Integer(1) << static_cast<unsigned long>(-e));
}

}  // namespace

Comparison compare(const AnyTensor<Rational>& exact, const std::vector<double>& computed, bool float32) {
    if (exact.data.size() != computed.size())
        throw ShapeError("the exact tensor has shape " + to_string_dims(exact.dims) + ", the other " + std::to_string(computed.size()) +
                         " elements");
    const long precision = float32 ? 24 : 53, least = float32 ? -149 : -1074;
    Comparison c;
    RationalNumber sum(0), largest(0);
    std::int64_t counted = 0;
    for (std::size_t i = 0; i < computed.size(); ++i) {
        if (!std::isfinite(computed[i])) {
            ++c.not_finite;
            continue;
        }
        const RationalNumber& e = exact.data[i];
        const RationalNumber v = Rational::exact(computed[i]);
        if (e.sign() * v.sign() < 0) ++c.wrong_signs;
        if (v.is_zero() && !e.is_zero()) ++c.lost;
        if (e.is_zero() && !v.is_zero()) ++c.spurious;
        ++counted;
        if (v == e) continue;
        const long ulp = e.is_zero() ? least : std::max(exponent_of(e) - precision + 1, least);
        // The error in ulp to 64 fractional bits: exact sums of full fractions would grow without bound.
        const RationalNumber error = divided_by_power(abs(RationalNumber(v - e)), ulp - 64);
        const Integer units = numerator(error) / denominator(error);
        const RationalNumber ulps = divided_by_power(RationalNumber(units), 64);
        if (ulps > largest) {
            largest = ulps;
            c.worst = static_cast<std::int64_t>(i);
        }
        sum += ulps;
    }
    c.largest_ulp = round_nearest(largest);
    if (counted > 0) c.mean_ulp = round_nearest(RationalNumber(sum / counted));
    return c;
}

}  // namespace tercet::verify
