/// Dyadic numbers and tensors where something can happen, and what must hold of any storage.
#pragma once

#include "../catch.hpp"
#include "../laws/random_data.hpp"

namespace tercet::testing {

/// Integers of every size up to 2^bits, often at the edge of a limb or a digit, often 0.
inline DyadicNumber any_number(Random& random, std::int64_t bits, std::int64_t exponent) {
    const std::int64_t n = random.integer(0, bits), kind = random.integer(0, 7);
    Integer m = 1;
    m <<= static_cast<unsigned>(n);
    if (kind == 0) return {};
    if (kind == 1) return {-m, exponent};
    if (kind == 2) return {m - 1, exponent};
    if (kind == 3) return {1 - m, exponent};
    Integer r = 0;
    for (std::int64_t l = 0; l <= n; l += 32) r = (r << 32) + static_cast<std::uint32_t>(random.engine());
    r %= m + 1;
    return {kind % 2 == 0 ? r : Integer(-r), exponent};
}

inline DyadicStorage any_storage(Random& random, std::size_t count, std::int64_t bits, std::int64_t exponent) {
    DyadicStorage x(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = any_number(random, bits, exponent);
    return x;
}

inline std::vector<RationalNumber> rationals(const DyadicStorage& x) {
    std::vector<RationalNumber> q(x.size());
    for (std::size_t i = 0; i < q.size(); ++i) q[i] = to_rational(x[i]);
    return q;
}

inline RationalNumber power(std::int64_t e) { return to_rational(DyadicNumber(1, e)); }

/// The bound that is kept is a bound, and no limb is wasted by more than one.
inline void check_bounds(const DyadicStorage& x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const RationalNumber m = to_rational(x[i]) / power(x.exponent()), top = power(x.bits());
        REQUIRE(-top <= m);
        REQUIRE(m < top);
    }
}

}  // namespace tercet::testing
