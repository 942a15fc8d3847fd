/// The source of the affine kernels, a template over Ops: vectors of `lanes` doubles and their operations.
///
/// Included by one file a processor, inside its flags; everything is in an unnamed namespace, so that no two of them
/// are merged by the linker. Each sum is one left fold over k in every version, so all versions that fuse give the same
/// bits, whatever their lanes and tiles.
#pragma once

#include <tercet/scalars/kernels/affine_centre.hpp>

#include <utility>

namespace tercet::affine {
namespace {

/// f(0), .., f(n - 1) with constant arguments, so that arrays they index become registers.
template <int n, class F>
inline __attribute__((always_inline)) void each(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
        (f(std::integral_constant<int, i>{}), ...);
    }
    (std::make_integer_sequence<int, n>{});
}

template <class W>
const W* weights(const Block& b) {
    if constexpr (sizeof(W) == sizeof(float)) return b.short_w;
    else return b.w;
}

/// P panels times N columns, kept in registers over all k.
template <class Ops, Sum sum, int P, int N, bool indirect, class W>
inline __attribute__((always_inline)) void tile(const Block& b, std::int64_t panel, std::int64_t column,
                                                std::int64_t first, std::int64_t last) {
    using V = typename Ops::V;
    constexpr int per_panel = 8 / Ops::lanes, vectors = P * per_panel, width = sum == Sum::plain ? 1 : 2,
                  last_plane = planes(sum) - 1;
    V acc[planes(sum)][N][vectors];
    each<planes(sum)>(
        [&](auto q) { each<N>([&](auto c) { each<vectors>([&](auto v) { acc[q][c][v] = Ops::zero(); }); }); });
    const std::int64_t* offsets = b.offsets;
    const W* w[P];
    each<P>([&](auto p) { w[p] = weights<W>(b) + (panel + p) * b.cols * 8; });
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
                if constexpr (sum != Sum::plain)
                    acc[last_plane][0][v] = Ops::multiply_add(Ops::abs(weight), r, acc[last_plane][0][v]);
            });
        } else {  // a wide tile keeps its weights, then their sizes in the same registers
            V weight[vectors];
            each<vectors>(
                [&](auto v) { weight[v] = Ops::load(w[v / per_panel] + k * 8 + v % per_panel * Ops::lanes); });
            each<N>([&](auto c) {
                const V m = Ops::broadcast(x[c] + at);
                each<vectors>([&](auto v) { acc[0][c][v] = Ops::multiply_add(weight[v], m, acc[0][c][v]); });
                if constexpr (sum == Sum::upward)
                    each<vectors>(
                        [&](auto v) { acc[1][c][v] = Ops::negated_multiply_add(weight[v], m, acc[1][c][v]); });
            });
            if constexpr (sum != Sum::plain) {
                each<vectors>([&](auto v) { weight[v] = Ops::abs(weight[v]); });
                each<N>([&](auto c) {
                    const V r = Ops::broadcast(x[c] + at + 1);
                    each<vectors>([&](auto v) {
                        acc[last_plane][c][v] = Ops::multiply_add(weight[v], r, acc[last_plane][c][v]);
                    });
                });
            }
        }
    }
    each<planes(sum)>([&](auto q) {
        each<N>([&](auto c) {
            double* to = b.out + ((q * b.columns + column + c) * b.panels + panel) * 8;
            each<vectors>([&](auto v) {
                Ops::store(to + v * Ops::lanes,
                           first == 0 ? acc[q][c][v] : Ops::add(Ops::load(to + v * Ops::lanes), acc[q][c][v]));
            });
        });
    });
}

/// All panels of the columns from .. to, `tall` at a time, for one chunk: its weights stay in the first cache while the
/// columns pass.
template <class Ops, Sum sum, bool indirect, class W, int tall, int N>
inline __attribute__((always_inline)) void pass(const Block& b, std::int64_t from, std::int64_t to, std::int64_t first,
                                                std::int64_t last) {
    std::int64_t panel = 0;
    for (; panel + tall <= b.panels; panel += tall)
        for (std::int64_t column = from; column < to; column += N)
            tile<Ops, sum, tall, N, indirect, W>(b, panel, column, first, last);
    for (; panel < b.panels; ++panel)
        for (std::int64_t column = from; column < to; column += N)
            tile<Ops, sum, 1, N, indirect, W>(b, panel, column, first, last);
}

/// All panels and columns, chunk by chunk: the operands of a chunk stay in the second cache while the panels pass. The
/// tile sizes fill the registers of Ops; for the last few columns more panels at once hide the latency of the sums.
template <class Ops, Sum sum, bool indirect, class W>
void tiles(const Block& b) {
    constexpr int N = Ops::template tile_columns<sum>;
    const std::int64_t whole = b.columns / N * N;
    std::int64_t first = 0;
    do {
        const std::int64_t last = first + chunk < b.cols ? first + chunk : b.cols;
        if (whole > 0) pass<Ops, sum, indirect, W, Ops::template tile_panels<sum>, N>(b, 0, whole, first, last);
        if (whole < b.columns) pass<Ops, sum, indirect, W, Ops::tall_panels, 1>(b, whole, b.columns, first, last);
        first = last;
    } while (first < b.cols);
}

template <class Ops, Sum sum>
void sums(const Block& b) {
    if (b.short_w) b.offsets ? tiles<Ops, sum, true, float>(b) : tiles<Ops, sum, false, float>(b);
    else b.offsets ? tiles<Ops, sum, true, double>(b) : tiles<Ops, sum, false, double>(b);
}

/// One column's results for the rows row .. row + lanes - 1. Only given doubles (s, b) are subtracted, no bound that
/// was rounded: lower ends are kept as n = -lower.
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
            const V radius = Ops::load(s + plane), grown = Ops::multiply_add(radius, Ops::broadcast(&r.growth), radius),
                    middle = Ops::load(s);
            n = Ops::subtract(Ops::subtract(grown, middle), bias);
            u = Ops::add(Ops::add(middle, grown), bias);
        } else {
            const V radius = Ops::load(s + 2 * plane);
            n = Ops::subtract(Ops::add(Ops::load(s + plane), radius), bias);
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

/// The results of `lanes` rows at least, in the order in which they lie in memory.
template <class Ops, Sum sum>
void whole_results(const Results& r) {
    const auto bias_of = [&](std::int64_t row) { return r.bias ? Ops::load(r.bias + row) : Ops::zero(); };
    const std::int64_t last = r.rows - Ops::lanes;  // the last vector may overlap the one before
    const auto at = [&](std::int64_t next) { return next < last ? next : last; };
    if (r.row_stride == (sum == Sum::plain ? 1 : 2)) {
        for (std::int64_t c = 0; c < r.columns; ++c)
            for (std::int64_t next = 0; next < r.rows; next += Ops::lanes)
                result<Ops, sum>(r, c, at(next), bias_of(at(next)), r.y[c] + at(next) * r.row_stride);
    } else {
        for (std::int64_t next = 0; next < r.rows; next += Ops::lanes)
            for (std::int64_t c = 0; c < r.columns; ++c)
                result<Ops, sum>(r, c, at(next), bias_of(at(next)), r.y[c] + at(next) * r.row_stride);
    }
}

/// The results of fewer rows than `lanes`, through a buffer.
template <class Ops, Sum sum>
void few_results(const Results& r) {
    constexpr int width = sum == Sum::plain ? 1 : 2;
    Results few = r;
    few.row_stride = width;
    double bias[Ops::lanes] = {}, buffer[2 * Ops::lanes] = {};
    for (std::int64_t i = 0; r.bias && i < r.rows; ++i) bias[i] = r.bias[i];
    for (std::int64_t c = 0; c < r.columns; ++c) {
        result<Ops, sum>(few, c, 0, Ops::load(bias), buffer);
        for (std::int64_t i = 0; i < r.rows; ++i)
            for (int e = 0; e < width; ++e) r.y[c][i * r.row_stride + e] = buffer[i * width + e];
    }
}

template <class Ops, Sum sum>
void results(const Results& r) {
    if (r.rows >= Ops::lanes) whole_results<Ops, sum>(r);
    else few_results<Ops, sum>(r);
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
