/// [a] [b] by the sign of a, which is one interval while b runs along a row: four products and two maxima, where nine
/// cases of signs hide.
///
///   a >= 0        upper = max(a.u b.u, a.l b.u)    -lower = max(a.l n, a.u n)        n = -b.lower
///   a <= 0        upper = max(a.l b.l, a.u b.l)    -lower = max(-a.l b.u, -a.u b.u)
///   a around 0    upper = max(a.l b.l, a.u b.u)    -lower = max(a.u n, -a.l b.u)
/// In upward rounding the maximum of rounded products is the rounded maximum, so each sum gains the same bits as from
/// all four products of ends. [0, 0] b adds nothing. Included by one file a processor; everything is in an unnamed
/// namespace.
#pragma once

#include <tercet/scalars/kernels/plane_kernels.hpp>

namespace tercet::planes {
namespace {

/// n_y += max(p x, q x'), u_y += max(r z, s z').
inline void accumulate(std::int64_t count, double p, const double* x, double q, const double* x2, double r,
                       const double* z, double s, const double* z2, double* n_y, double* u_y) {
    for (std::int64_t j = 0; j < count; ++j) {
        const double n1 = p * x[j], n2 = q * x2[j], u1 = r * z[j], u2 = s * z2[j];
        n_y[j] += n1 > n2 ? n1 : n2;
        u_y[j] += u1 > u2 ? u1 : u2;
    }
}

void add_product_loop(std::int64_t count, const double* a, const double* b_l, const double* b_u, const double* b_n,
                      double* n_y, double* u_y) {
    const double l = a[0], u = a[1], n = a[2], m = a[3];
    if (l == 0 && u == 0) return;
    if (l >= 0) accumulate(count, l, b_n, u, b_n, u, b_u, l, b_u, n_y, u_y);
    else if (u <= 0) accumulate(count, n, b_u, m, b_u, l, b_l, u, b_l, n_y, u_y);
    else accumulate(count, u, b_n, n, b_u, l, b_l, u, b_u, n_y, u_y);
}

}  // namespace
}  // namespace tercet::planes
