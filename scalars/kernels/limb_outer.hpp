/// Outer products y_ij = a_i b_j of integers in planes of limbs: the gradient of a weight matrix from one example.
#pragma once

#include <tercet/scalars/kernels/limb_runs.hpp>

#include <vector>

namespace tercet::limbs {

/// n integers as signs and magnitudes: limb l of |m_i| at limbs[i count + l], `count` limbs each, as few as hold the
/// largest.
struct Magnitudes {
    std::int64_t n, count;
    std::vector<std::uint64_t> limbs;
    std::vector<char> negative;

    /// The shift of x plays no part.
    Magnitudes(std::int64_t size, const IntegerRun& x);

    const std::uint64_t* at(std::int64_t i) const { return limbs.data() + i * count; }
    bool is_negative(std::int64_t i) const { return negative[static_cast<std::size_t>(i)] != 0; }
    bool is_zero(std::int64_t i) const;
};

/// The least b with every a_i b_j in [-2^b, 2^b).
std::int64_t bits_of_products(const Magnitudes& a, const Magnitudes& b);

/// y_ij = a_i b_j 2^shift at y.offset + i row_stride + j y.stride; `work` has room for numbers_of_work numbers of
/// y.count limbs.
std::int64_t numbers_of_work(const Magnitudes& a, const Magnitudes& b);
void outer(const Magnitudes& a, const Magnitudes& b, std::int64_t shift, const IntegerTarget& y,
           std::int64_t row_stride, std::uint64_t* work);

}  // namespace tercet::limbs
