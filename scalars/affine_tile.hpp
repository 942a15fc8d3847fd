/// The source of the affine kernels, a template over Ops: vectors of `lanes` doubles and their operations.
///
/// Included by one file a processor, inside its flags; everything is in an unnamed namespace, so that no two of them are merged by the linker.
/// Each sum is one left fold over k in every version, so all versions that fuse give the same bits, whatever their lanes and tiles.
#pragma once

#include <tercet/scalars/affine_kernels.hpp>

#include <utility>

namespace tercet::affine {
namespace {

/// f(0), .., f(n - 1) with constant arguments, so that arrays they index become registers.
template <int n, class F>
inline __attribute__((always_inline)) void each(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) { (f(std::integral_constant<int, i>{}), ...); }
    (std::make_integer_sequence<int, n>{});
}

/// P panels times N columns, kept in registers over all k.
template <class Ops, Sum sum, int P, int N, bool indirect>
inline __attribute__((always_inline)) void tile(const Block& b, std::int64_t panel, std::int64_t column, std::int64_t first, std::int64_t last) {
    using V = typename Ops::V;
    constexpr int per_panel = 8 / Ops::lanes, vectors = P * per_panel, width = sum == Sum::plain ? 1 : 2, last_plane = planes(sum) - 1;
    V acc[planes(sum)][N][vectors];
    each<planes(sum)>([&](auto q) { each<N>([&](auto c) { each<vectors>([&](auto v) { acc[q][c][v] = Ops::zero(); }); }); });
    const std::int64_t* offsets = b.offsets;
    const double* w[P];
    each<P>([&](auto p) { w[p] = b.w + (panel + p) * b.cols * 8; });
    const double* x[N];
    each<N>([&](auto c) { x[c] = b.x[column + c]; });
    for (std::int64_t k = first; k < last; ++k) {
        const std::int64_t at = indirect ? offsets[k] : k * width;
        if constexpr (N == 1) {  // a tall tile keeps its operands and takes one weight at a time
            const V m = Ops::broadcast(x[0] + at), r = sum == Sum::plain ? m : Ops::broadcast(x[0] + at + 1);
            each<vectors>([&](auto v) {
                const V weight = Ops::load(w[v / per_panel] + k * 8 + v % per_panel * Ops::lanes);
                acc[0][0][v] = Ops::multiply_add(weight, m, acc[0][0][v]);
                if constexpr (sum == Sum::upward) acc[1][0][v] = Ops::negated_multiply_add(weight, m, acc[1][0][v]);
                if constexpr (sum != Sum::plain) acc[last_plane][0][v] = Ops::multiply_add(Ops::abs(weight), r, acc[last_plane][0][v]);
            });
        } else {  // a wide tile keeps its weights, then their sizes in the same registers
            V weight[vectors];
            each<vectors>([&](auto v) { weight[v] = Ops::load(w[v / per_panel] + k * 8 + v % per_panel * Ops::lanes); });
            each<N>([&](auto c) {
                const V m = Ops::broadcast(x[c] + at);
                each<vectors>([&](auto v) { acc[0][c][v] = Ops::multiply_add(weight[v], m, acc[0][c][v]); });
                if constexpr (sum == Sum::upward)
                    each<vectors>([&](auto v) { acc[1][c][v] = Ops::negated_multiply_add(weight[v], m, acc[1][c][v]); });
            });
            if constexpr (sum != Sum::plain) {
                each<vectors>([&](auto v) { weight[v] = Ops::abs(weight[v]); });
                each<N>([&](auto c) {
                    const V r = Ops::broadcast(x[c] + at + 1);
                    each<vectors>([&](auto v) { acc[last_plane][c][v] = Ops::multiply_add(weight[v], r, acc[last_plane][c][v]); });
                });
            }
        }
    }
    each<planes(sum)>([&](auto q) {
        each<N>([&](auto c) {
            double* to = b.out + ((q * b.columns + column + c) * b.panels + panel) * 8;
            each<vectors>([&](auto v) {
                Ops::store(to + v * Ops::lanes, first == 0 ? acc[q][c][v] : Ops::add(Ops::load(to + v * Ops::lanes), acc[q][c][v]));
            });
        });
    });
}

/// `panels` panels for all columns, chunk by chunk: the chunk's weights stay in the first cache while the columns pass.
template <class Ops, Sum sum, bool indirect, int panels, int N>
inline __attribute__((always_inline)) void stripe(const Block& b, std::int64_t panel, std::int64_t from, std::int64_t to) {
    std::int64_t first = 0;
    do {
        const std::int64_t last = first + chunk < b.cols ? first + chunk : b.cols;
        for (std::int64_t column = from; column < to; column += N) tile<Ops, sum, panels, N, indirect>(b, panel, column, first, last);
        first = last;
    } while (first < b.cols);
}

/// All panels and columns. The tile sizes fill the registers of Ops; for the last few columns more panels at once hide the latency of the sums.
template <class Ops, Sum sum, bool indirect>
void tiles(const Block& b) {
    constexpr int N = Ops::template tile_columns<sum>, P = Ops::template tile_panels<sum>, tall = Ops::tall_panels;
    const std::int64_t whole = b.columns / N * N;
    std::int64_t panel = 0;
    for (; panel + P <= b.panels && whole > 0; panel += P) stripe<Ops, sum, indirect, P, N>(b, panel, 0, whole);
    for (; panel < b.panels && whole > 0; ++panel) stripe<Ops, sum, indirect, 1, N>(b, panel, 0, whole);
    for (panel = 0; panel + tall <= b.panels && whole < b.columns; panel += tall) stripe<Ops, sum, indirect, tall, 1>(b, panel, whole, b.columns);
    for (; panel < b.panels && whole < b.columns; ++panel) stripe<Ops, sum, indirect, 1, 1>(b, panel, whole, b.columns);
}

template <class Ops, Sum sum>
void sums(const Block& b) {
    if (b.offsets) tiles<Ops, sum, true>(b);
    else tiles<Ops, sum, false>(b);
}

/// One column's results for the rows row .. row + lanes - 1. No operation subtracts a rounded quantity: lower ends are kept as n = -lower.
template <class Ops, Sum sum>
inline void result(const Results& r, std::int64_t column, std::int64_t row, typename Ops::V bias, double* y) {
    using V = typename Ops::V;
    const double* s = r.out + column * r.panels * 8 + row;
    const std::int64_t plane = r.columns * r.panels * 8;
    if constexpr (sum == Sum::plain) {
        const V value = Ops::add(Ops::load(s), bias);
        Ops::store_single(y, r.row_stride, r.rectify ? Ops::max(Ops::zero(), value) : value);
    } else {
        V n, u;
        if constexpr (sum == Sum::midrad) {
            const V radius = Ops::load(s + plane), grown = Ops::multiply_add(radius, Ops::broadcast(&r.growth), radius), middle = Ops::load(s);
            n = Ops::add(Ops::add(Ops::negate(middle), grown), Ops::negate(bias));
            u = Ops::add(Ops::add(middle, grown), bias);
        } else {
            const V radius = Ops::load(s + 2 * plane);
            n = Ops::add(Ops::add(Ops::load(s + plane), radius), Ops::negate(bias));
            u = Ops::add(Ops::add(Ops::load(s), radius), bias);
        }
        V lower = Ops::negate(n);
        if (r.rectify) {  // in this order a NaN, which the callers exclude, would stay one
            lower = Ops::max(Ops::zero(), lower);
            u = Ops::max(Ops::zero(), u);
        }
        Ops::store_pairs(y, r.row_stride, lower, u);
    }
}

template <class Ops, Sum sum>
void results(const Results& r) {
    constexpr int width = sum == Sum::plain ? 1 : 2;
    Results few = r;  // fewer rows than lanes go through a buffer
    few.row_stride = width;
    for (std::int64_t next = 0; next < r.rows; next += Ops::lanes) {
        const bool whole = r.rows >= Ops::lanes;
        const std::int64_t row = whole && next + Ops::lanes > r.rows ? r.rows - Ops::lanes : next;  // the last vector may overlap the one before
        double part[Ops::lanes] = {};
        if (r.bias)
            for (std::int64_t i = 0; i < Ops::lanes && row + i < r.rows; ++i) part[i] = r.bias[row + i];
        const auto bias = Ops::load(part);
        for (std::int64_t c = 0; c < r.columns; ++c) {
            if (whole) {
                result<Ops, sum>(r, c, row, bias, r.y[c] + row * r.row_stride);
            } else {
                double buffer[2 * Ops::lanes] = {};
                result<Ops, sum>(few, c, row, bias, buffer);
                for (std::int64_t i = 0; i < r.rows; ++i)
                    for (int e = 0; e < width; ++e) r.y[c][i * r.row_stride + e] = buffer[i * width + e];
            }
        }
    }
}

template <class Ops>
Survey centre(std::int64_t n, const double* ends, double g, double more, double* m_rho) {
    using V = typename Ops::V;
    const double half = 0.5, infinity = __builtin_inf();
    V most_m = Ops::zero(), most_r = Ops::zero(), nothing = Ops::zero(), least = Ops::broadcast(&infinity);
    const auto block = [&](const double* from, double* to) {
        V l, u;
        Ops::load_some_pairs(from, l, u);
        const V m = Ops::add(Ops::multiply(l, Ops::broadcast(&half)), Ops::multiply(u, Ops::broadcast(&half)));
        const V size = Ops::abs(m), r = Ops::abs(Ops::max(Ops::add(m, Ops::negate(l)), Ops::add(u, Ops::negate(m))));  // abs: -0 from [0, -0]
        Ops::store_some_pairs(to, m, Ops::multiply_add(size, Ops::broadcast(&g), Ops::multiply(r, Ops::broadcast(&more))));
        most_m = Ops::max(most_m, size);
        most_r = Ops::max(most_r, r);
        least = Ops::min(least, Ops::min(Ops::infinity_for_zero(size), Ops::infinity_for_zero(r)));
        nothing = Ops::add(nothing, Ops::add(r, Ops::negate(r)));  // an infinite end makes r infinite or NaN, and this NaN
    };
    for (std::int64_t i = 0; i + Ops::lanes <= n; i += Ops::lanes) block(ends + 2 * i, m_rho + 2 * i);
    if (n >= Ops::lanes && n % Ops::lanes != 0) {  // the last vector overlaps the one before
        block(ends + 2 * (n - Ops::lanes), m_rho + 2 * (n - Ops::lanes));
    } else if (n < Ops::lanes) {
        double from[2 * Ops::lanes] = {}, to[2 * Ops::lanes] = {};
        for (std::int64_t k = 0; k < 2 * n; ++k) from[k] = ends[k];
        block(from, to);
        for (std::int64_t k = 0; k < 2 * n; ++k) m_rho[k] = to[k];
    }
    double part[4][Ops::lanes];
    Ops::store(part[0], most_m);
    Ops::store(part[1], most_r);
    Ops::store(part[2], least);
    Ops::store(part[3], nothing);
    Survey s{0, 0, infinity, true};
    for (int v = 0; v < Ops::lanes; ++v) {
        s.most_m = part[0][v] > s.most_m ? part[0][v] : s.most_m;
        s.most_r = part[1][v] > s.most_r ? part[1][v] : s.most_r;
        s.least = part[2][v] < s.least ? part[2][v] : s.least;
        s.finite = s.finite && part[3][v] == 0;
    }
    return s;
}

template <class Ops>
constexpr Kernels table(const char* name) {
    return {name,
            {sums<Ops, Sum::plain>, sums<Ops, Sum::midrad>, sums<Ops, Sum::upward>},
            {results<Ops, Sum::plain>, results<Ops, Sum::midrad>, results<Ops, Sum::upward>},
            centre<Ops>};
}

}  // namespace
}  // namespace tercet::affine
