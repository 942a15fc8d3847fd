/// Loops for infinite ends and for division, wholly in upward rounding, over planes of doubles: n = -lower and u =
/// upper of each interval.
///
/// With both planes rounded upward each sum and product is an upper bound of what it stands for: u directly, and n of
/// -lower, so that -n is a lower bound. No loop negates or subtracts, hence no compiler identity (-(a*b) = (-a)*b, a -
/// b = a + (-b)) can change a direction; contraction to fma only tightens. The definitions are alone in their
/// translation unit and never inlined, so no operation moves across the change of MXCSR, which the caller makes. NaN
/// from 0 * inf is 0, the product of reals; a NaN in the results means "unbounded".
#pragma once

#include <cstdint>

namespace tercet::upward {

/// (n_y, u_y)[i] = sum_k w_ik (n, u)[k] for i < m, k < depth, the sum split over lanes; w in strides.
/// w_ik > 0 takes n from n and u from u; w_ik < 0 swaps them: w_ik x in [-|w_ik| u, |w_ik| n].
void point_gemv(std::int64_t m, std::int64_t depth, const double* w, std::int64_t row_stride, std::int64_t col_stride,
                const double* n, const double* u, double* n_y, double* u_y);

/// The ends of intervals and their negations, l, u, n = -l and m = -u, as four planes: loops that multiply need all
/// four, since none negates.
struct Planes {
    const double *l, *u, *n, *m;
};

/// (n_y, u_y)[j] += enclosure of [a] [b_j] for j < cols; the planes of a hold one element.
void interval_axpy(std::int64_t cols, Planes a, Planes b, double* n_y, double* u_y);

/// (n_y, u_y)[i] = enclosure of [a_i] / [b_i], where every b_i is above 0.
void divide(std::int64_t count, Planes a, Planes b, double* n_y, double* u_y);

/// y_i = a_i + b_i, both planes.
void add(std::int64_t count, const double* n_a, const double* u_a, const double* n_b, const double* u_b, double* n_y,
         double* u_y);

}  // namespace tercet::upward
