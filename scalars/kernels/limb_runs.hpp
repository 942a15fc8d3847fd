/// Loops over runs of two's complement integers in planes: sums, copies, selections by sign. The elementwise half of
/// Dyadic.
///
/// All work on blocks: every limb of the results of one block is computed before any is written, so y may be an operand
/// element for element. Each returns the bits of what it wrote: the least b with all results in [-2^b, 2^b).
#pragma once

#include <cstdint>

namespace tercet::limbs {

/// Integers m_i 2^shift, i = 0, 1, ..: limb l of m_i at limbs[l plane + position(i)], `count` limbs (0: all zero).
struct IntegerRun {
    const std::uint64_t* limbs;
    std::int64_t plane, count, offset, stride, shift;
    const std::int64_t* at = nullptr;  // where given, positions are offset + at[i]; copies read 0 where at[i] < 0

    std::int64_t position(std::int64_t i) const { return offset + (at ? at[i] : i * stride); }
};

/// Where results go: `count` limbs each, which hold them.
struct IntegerTarget {
    std::uint64_t* limbs;
    std::int64_t plane, count, offset, stride;
};

/// y_i = a_i + b_i, or a_i - b_i
std::int64_t add(std::int64_t n, const IntegerRun& a, const IntegerRun& b, bool subtract, const IntegerTarget& y);

/// y_i = x_i
std::int64_t copy(std::int64_t n, const IntegerRun& x, const IntegerTarget& y);

/// y_i = g_i where x_i > 0, else 0; the shift of x plays no part.
std::int64_t gate(std::int64_t n, const IntegerRun& x, const IntegerRun& g, const IntegerTarget& y);

/// y_i = a_i b_i
std::int64_t multiply(std::int64_t n, const IntegerRun& a, const IntegerRun& b, const IntegerTarget& y);

/// y at position offset + at[i] += x_i where at[i] >= 0, one after the other: positions may repeat.
std::int64_t scatter_add(std::int64_t n, const IntegerRun& x, const std::int64_t* at, const IntegerTarget& y);

}  // namespace tercet::limbs
