/// The loops of the affine kernels on raw memory, once for each processor. Each runs in the rounding mode that its
/// caller has set.
///
/// This header is included by files with processor flags of their own: it holds nothing that could be inlined into code
/// for others.
#pragma once

#include <cstdint>

namespace tercet::affine {

/// What one term of a sum is. plain: w m into one sum. midrad: w m and |w| r, into two. upward: w m, -w m and |w| r,
/// into three.
enum class Sum { plain, midrad, upward };

constexpr int planes(Sum s) { return s == Sum::plain ? 1 : s == Sum::midrad ? 2 : 3; }

/// The terms that one register sum takes before it is added to the total: its weights stay in the first cache, and
/// fewer roundings follow one another.
inline constexpr std::int64_t chunk = 256;

/// The sums of `panels` panels of 8 rows over `cols` terms, chunk by chunk, for `columns` columns.
///
/// Weight (8 p + r, k) lies at w[(p cols + k) 8 + r], or so in short_w where that is not null. Column c's operand k
/// begins at x[c][offsets[k]], or at x[c][width k] where offsets is null; width is 1 (m) for plain sums, 2 (m, r) else.
/// Plane q of the sum of row 8 p + r, column c, is out[(q columns + c) 8 panels + 8 p + r].
struct Block {
    const double* w;
    const float* short_w;
    std::int64_t cols, panels;
    const double* const* x;
    const std::int64_t* offsets;
    std::int64_t columns;
    double* out;
};

/// Where rows of results go, as pairs (lower, upper) or plain doubles: row i of column c at y[c] + i row_stride.
struct Results {
    const double* out;  // as a Block's
    std::int64_t panels, columns, rows;
    const double* bias;  // [rows] or null
    bool rectify;
    double growth;  // midrad: the radius is multiplied by 1 + growth
    double* const* y;
    std::int64_t row_stride;
};

/// Runs of n intervals (lower, upper) into (m, rho): m about the midpoint, r0 = max(fl(m - lower), fl(upper - m)), rho
/// = fl(|m| g + fl(r0 more)). Strides are of runs, in doubles. The survey is of m and r0.
struct Centre {
    std::int64_t runs, n;
    const double* ends;
    std::int64_t ends_stride;
    double g, more;
    double* m_rho;
    std::int64_t m_rho_stride;
};

/// What the midpoints and radii of a box are like. least is over the nonzero ones, inf if there are none.
struct Survey {
    double most_m, most_r, least;
    bool finite;
};

struct Kernels {
    const char* name;
    void (*sums[3])(const Block&);
    /// Under upward rounding: [s - r', s + r'] + b for midrad, r' = r (1 + growth); [-(n + r), u + r] + b for upward.
    /// For plain, s + b in nearest.
    void (*results[3])(const Results&);
    /// In the caller's rounding.
    Survey (*centre)(const Centre&);
};

extern const Kernels portable_kernels, avx2_kernels, avx512_kernels;

}  // namespace tercet::affine
