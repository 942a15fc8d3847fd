#include <tercet/verify/compare.hpp>

#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

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

RationalNumber power(long e) { return divided_by_power(RationalNumber(1), -e); }

bool rounds_to_infinity(const RationalNumber& magnitude, const Format& f) {
    return magnitude >= power(f.largest + 1) - power(f.largest - f.precision);
}

/// The order of errors: finite ones by size, then infinity, then NaN.
struct UlpError {
    enum Kind { finite, infinite, nan } kind = finite;
    RationalNumber ulps{0};

    bool operator>(const UlpError& other) const {
        return kind != other.kind ? kind > other.kind : kind == finite && ulps > other.ulps;
    }
};

}  // namespace

Comparison compare(const AnyTensor<Rational>& exact, const std::vector<double>& computed, const Format& format,
                   const std::optional<RationalNumber>& limit) {
    if (exact.data.size() != computed.size())
        throw ShapeError("the exact tensor has shape " + to_string_dims(exact.dims) + ", the other " +
                         std::to_string(computed.size()) + " elements");
    Comparison c;
    RationalNumber sum(0);
    UlpError largest;
    const auto note = [&](std::size_t i, UlpError error) {
        sum += error.ulps;
        if (!(error > largest)) return;
        largest = std::move(error);
        c.worst = static_cast<std::int64_t>(i);
    };
    for (std::size_t i = 0; i < computed.size(); ++i) {
        const RationalNumber& e = exact.data[i];
        if (std::isnan(computed[i])) {
            ++c.nan;
            ++c.beyond;
            note(i, {UlpError::nan, 0});
            continue;
        }
        const int sign =
            std::isinf(computed[i]) ? (std::signbit(computed[i]) ? -1 : 1) : Rational::exact(computed[i]).sign();
        if (e.sign() * sign < 0) ++c.wrong_signs;
        if (sign == 0 && !e.is_zero()) ++c.lost;
        if (e.is_zero() && sign != 0) ++c.spurious;
        if (std::isinf(computed[i])) {
            if (e.sign() == sign && rounds_to_infinity(abs(e), format)) continue;
            ++c.infinite;
            ++c.beyond;
            note(i, {UlpError::infinite, 0});
            continue;
        }
        const RationalNumber difference = abs(RationalNumber(Rational::exact(computed[i]) - e));
        if (difference.is_zero()) continue;
        const long least = format.least,
                   ulp = e.is_zero() ? least : std::max(exponent_of(e) - format.precision + 1, least);
        if (limit && difference > *limit * power(ulp)) ++c.beyond;
        // The error in ulp to 64 fractional bits: exact sums of full fractions would grow without bound.
        const RationalNumber scaled = divided_by_power(difference, ulp - 64);
        note(i, {UlpError::finite,
                 divided_by_power(RationalNumber(Integer(numerator(scaled) / denominator(scaled))), 64)});
    }
    constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    if (largest.kind != UlpError::finite) {
        c.largest_ulp = c.mean_ulp = largest.kind == UlpError::nan ? nan : inf;
    } else {
        c.largest_ulp = round_nearest(largest.ulps);
        if (!computed.empty()) c.mean_ulp = round_nearest(RationalNumber(sum / computed.size()));
    }
    return c;
}

}  // namespace tercet::verify
