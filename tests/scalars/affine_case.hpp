/// Random affine layers over boxes, their exact hulls, and the bounds that a table of kernels gives.
#pragma once

#include <tercet/scalars/kernels/affine.hpp>
#include <tercet/scalars/rational.hpp>

#include <cmath>
#include <random>
#include <vector>

namespace tercet::testing {

/// Weights, boxes and a bias with random mantissas and exponents; some weights and midpoints are 0, some boxes points.
struct AffineCase {
    std::mt19937_64 engine;
    std::int64_t rows, cols, boxes;
    std::vector<double> w, x, bias;  // x: pairs

    double real(int low, int high) {  // a random mantissa, a random exponent in [low, high]
        const double m = 1 + static_cast<double>(engine() >> 12) * 0x1p-52;
        return std::ldexp(engine() % 2 ? m : -m,
                          low + static_cast<int>(engine() % static_cast<unsigned>(high - low + 1)));
    }

    /// radius: relative to |x|; low, high: exponents of the numbers.
    AffineCase(std::uint64_t seed, std::int64_t m, std::int64_t k, std::int64_t n, double radius, int low = -3,
               int high = 1)
        : engine(seed), rows(m), cols(k), boxes(n) {
        for (std::int64_t i = 0; i < m * k; ++i) w.push_back(engine() % 9 == 0 ? 0.0 : real(low, high));
        for (std::int64_t i = 0; i < m; ++i) bias.push_back(real(low, high));
        for (std::int64_t i = 0; i < k * n; ++i) {
            const double a = engine() % 9 == 0 ? 0.0 : real(low, high), r = std::fabs(real(low, high)) * radius;
            const bool point = engine() % 7 == 0;
            x.push_back(point ? a : a - r);
            x.push_back(point ? a : a + r);
        }
    }
};

inline RationalNumber exact(double d) { return Rational::exact(d); }

/// An exact range.
struct Hull {
    RationalNumber lower, upper;

    /// += w [l, u]
    void add(double w, double l, double u) {
        lower += exact(w) * exact(w > 0 ? l : u);
        upper += exact(w) * exact(w > 0 ? u : l);
    }
};

/// That of W x + b over a box.
inline Hull hull_of(const AffineCase& c, std::int64_t row, std::int64_t box, bool with_bias, bool rectify) {
    Hull h{0, 0};
    if (with_bias) h.lower = h.upper = exact(c.bias[static_cast<std::size_t>(row)]);
    for (std::int64_t k = 0; k < c.cols; ++k) {
        const double* x = &c.x[static_cast<std::size_t>(2 * (box * c.cols + k))];
        h.add(c.w[static_cast<std::size_t>(row * c.cols + k)], x[0], x[1]);
    }
    if (rectify) {
        h.lower = Rational::relu(h.lower);
        h.upper = Rational::relu(h.upper);
    }
    return h;
}

inline bool contains(const double* ends, const Hull& h) {
    const bool below = ends[0] == -HUGE_VAL || exact(ends[0]) <= h.lower,
               above = ends[1] == HUGE_VAL || h.upper <= exact(ends[1]);
    return below && above;
}

inline std::vector<double> enclose(const AffineCase& c, const affine::Kernels& with, affine::Bound bound,
                                   bool with_bias, bool rectify) {
    std::vector<double> y(static_cast<std::size_t>(2 * c.rows * c.boxes), 777.0);
    affine::enclose(PackedMatrix::pack(c.rows, c.cols, c.w.data(), c.cols, 1), {c.x.data(), c.boxes, c.cols, 1},
                    with_bias ? c.bias.data() : nullptr, rectify, {y.data(), c.boxes, c.rows, 1}, bound, with);
    return y;
}

}  // namespace tercet::testing
