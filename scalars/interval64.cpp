#include <tercet/scalars/interval64.hpp>

namespace tercet {

Interval Interval64::ratio(std::int64_t p, std::int64_t q) {
    // Integers beyond 2^53 are not doubles: split p = high 2^32 + low, both exact, and let the interval sum enclose.
    const auto enclose = [](std::int64_t i) {
        const std::int64_t high = i >> 32, low = i - (high << 32);
        return Interval(static_cast<double>(high)) * Interval(4294967296.0) + Interval(static_cast<double>(low));
    };
    return enclose(p) / enclose(q);
}

}  // namespace tercet
