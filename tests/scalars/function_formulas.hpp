/// The functions of mpfr_functions.hpp in 4000 bits, by other formulas than MPFR's own: their series, or logarithms.
///
/// No step cancels more than the 1075 bits of 1 + x at x = 2^-1074, or the 1300 of erf's series at 30, whose terms
/// reach exp(900); reducing x < 2^1024 by multiples of pi/2 costs 1024 and the 62 by which a double may come near to
/// one. So each value is right to 2^-2600 of itself. The values that come nearest to a double are those at +-2^-1074:
/// x^3/6 away from x, 2^-2151 of themselves.
#pragma once

#include <cmath>
#include <utility>

#include "many_bits.hpp"

namespace tercet::testing {

inline Bits4000 pi_4000() {
    Bits4000 a;
    mpfr_const_pi(a.backend().data(), MPFR_RNDN);
    return a;
}

/// first + second + .., where each term is factor(k) times the last, k = 1, 2, .., until they no longer matter.
template <class Factor>
Bits4000 series(const Bits4000& first, Factor factor) {
    static const Bits4000 little = ldexp(Bits4000(1), -4000);
    Bits4000 term = first, sum = first;
    for (int k = 1; abs(term) > abs(sum) * little; ++k) {
        term *= factor(k);
        sum += term;
    }
    return sum;
}

/// x less the nearest multiple k pi/2, and k modulo 4.
inline std::pair<Bits4000, int> reduced(double x) {
    static const Bits4000 quarter_turn = pi_4000() / 2;
    const Bits4000 k = round(Bits4000(x) / quarter_turn);
    return {x - k * quarter_turn, static_cast<int>(k - 4 * floor(k / 4))};
}
inline Bits4000 sine_near_0(const Bits4000& r) {
    const Bits4000 s = -r * r;
    return series(r, [&](int k) { return Bits4000(s / (2 * k * (2 * k + 1))); });
}
inline Bits4000 cosine_near_0(const Bits4000& r) {
    const Bits4000 s = -r * r;
    return series(1, [&](int k) { return Bits4000(s / (2 * k * (2 * k - 1))); });
}
inline Bits4000 sin_formula(double x) {
    const auto [r, k] = reduced(x);
    const Bits4000 y = k % 2 == 0 ? sine_near_0(r) : cosine_near_0(r);
    return k >= 2 ? -y : y;
}
inline Bits4000 cos_formula(double x) {
    const auto [r, k] = reduced(x);
    const Bits4000 y = k % 2 == 0 ? cosine_near_0(r) : sine_near_0(r);
    return k == 1 || k == 2 ? -y : y;
}
inline Bits4000 tan_formula(double x) { return sin_formula(x) / cos_formula(x); }

/// atan t = 2 atan(t / (1 + sqrt(1 + t^2))), six times, then sum (-1)^k t^(2k+1) / (2k+1).
inline Bits4000 arc(Bits4000 t) {
    for (int i = 0; i < 6; ++i) t /= 1 + sqrt(1 + t * t);
    const Bits4000 s = -t * t;
    return 64 * series(t, [&](int k) { return Bits4000(s * (2 * k - 1) / (2 * k + 1)); });
}
inline Bits4000 atan_formula(double x) { return arc(x); }
inline Bits4000 asin_formula(double x) { return arc(x / sqrt((1 - Bits4000(x)) * (1 + Bits4000(x)))); }
inline Bits4000 acos_formula(double x) { return 2 * arc(sqrt((1 - Bits4000(x)) / (1 + Bits4000(x)))); }

/// 2/sqrt(pi) sum (-1)^k x^(2k+1) / (k! (2k+1)); beyond 30 only that it lies between 1 - exp(-900) and 1.
inline Bits4000 erf_formula(double x) {
    if (std::abs(x) > 30) return (x > 0 ? 1 : -1) * (1 - ldexp(Bits4000(1), -1000));
    const Bits4000 s = -Bits4000(x) * x;
    return 2 / sqrt(pi_4000()) * series(x, [&](int k) { return Bits4000(s * (2 * k - 1) / k / (2 * k + 1)); });
}

/// To 2^-1400 of itself: at 30 it is 2^-1300 and erf's series right to 2^-2700. Beyond 30 only that it is below the
/// doubles.
inline Bits4000 erfc_formula(double x) { return x > 30 ? ldexp(Bits4000(1), -1300) : 1 - erf_formula(x); }

/// Beyond 800 only that it is beyond the doubles.
inline Bits4000 exp_or_beyond(double x) { return exp(Bits4000(x > 800 ? 800.0 : x)); }
/// Below -800 only that it is nearly -1.
inline Bits4000 expm1_formula(double x) { return exp_or_beyond(x < -800 ? -800 : x) - 1; }
inline Bits4000 sinh_formula(double x) {
    const Bits4000 e = exp_or_beyond(std::abs(x));
    return (x < 0 ? -1 : 1) * (e - 1 / e) / 2;
}
inline Bits4000 cosh_formula(double x) {
    const Bits4000 e = exp_or_beyond(std::abs(x));
    return (e + 1 / e) / 2;
}
inline Bits4000 log1p_formula(double x) { return log(1 + Bits4000(x)); }
inline Bits4000 asinh_formula(double x) {
    const Bits4000 a = std::abs(x);
    return (x < 0 ? -1 : 1) * log(a + sqrt(a * a + 1));
}
inline Bits4000 acosh_formula(double x) { return log(x + sqrt((Bits4000(x) - 1) * (Bits4000(x) + 1))); }
inline Bits4000 atanh_formula(double x) { return log((1 + Bits4000(x)) / (1 - Bits4000(x))) / 2; }

}  // namespace tercet::testing
