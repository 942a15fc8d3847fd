/// The tightest bounds, decided in exact fractions: f is the tightest lower bound of r where f <= r and no double lies
/// in (f, r].
#pragma once

#include <tercet/scalars/rational_number.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace tercet::testing {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double largest = std::numeric_limits<double>::max();
inline constexpr double smallest = 0x1p-1074;

/// Exact: every double is a fraction.
inline RationalNumber exactly(double x) { return RationalNumber(x); }

inline bool tightest_lower(double f, const RationalNumber& r) {
    if (f == -infinity) return r < exactly(-largest);
    if (!(f <= largest)) return false;
    return exactly(f) <= r && (f == largest || r < exactly(std::nextafter(f, infinity)));
}
inline bool tightest_upper(double f, const RationalNumber& r) { return tightest_lower(-f, -r); }

/// The same for sqrt(r), r >= 0, f >= 0: squares keep the order.
inline bool tightest_root_lower(double f, const RationalNumber& r) {
    const double next = std::nextafter(f, infinity);
    return f >= 0 && exactly(f) * exactly(f) <= r && r < exactly(next) * exactly(next);
}
inline bool tightest_root_upper(double f, const RationalNumber& r) {
    if (f == 0) return r == 0;
    const double last = std::nextafter(f, 0.0);
    return f > 0 && r <= exactly(f) * exactly(f) && exactly(last) * exactly(last) < r;
}

/// Doubles of all magnitudes: every bit pattern alike, or (half of the time) exponents within 60 of 0, or a value where
/// things happen.
struct AnyDouble {
    std::mt19937_64 bits;

    double operator()() {
        static constexpr double special[] = {
            0.0,      -0.0,        smallest,   -smallest, 0x1p-1022, -0x1p-1022, 0x1.fffffffffffffp-1023,
            1.0,      -1.0,        0.1,        1.0 / 3,   largest,   -largest,   0x1p1023,
            0x1p-537, 1 + 0x1p-52, 1 - 0x1p-53};
        const std::uint64_t choice = bits() % 8;
        if (choice == 0) return special[bits() % std::size(special)];
        if (choice <= 4)
            return std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())),
                              static_cast<int>(bits() % 120) - 123);
        for (;;) {
            const double x = std::bit_cast<double>(bits());
            if (std::isfinite(x)) return x;
        }
    }
};

}  // namespace tercet::testing
