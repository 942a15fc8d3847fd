/// A row times a matrix of long integers by digits, y = x b 2^shift: b is cut and used once, so nothing is packed.
///
/// Columns of b that are contiguous are dot products, acc_s = sum_(d + e = s) sum_k x_d[k] b_e[k], the sum over k in
/// lanes. Rows of b that are contiguous are added up, 8 of them at a time: acc_s[j] += x_d[k] b_e[k, j]; rows where x_k
/// = 0 are not read. The chunk is at least the depth. Plans, places, carries: digit_gemm.hpp.
#pragma once

#include <tercet/scalars/kernels/digit_gemm.hpp>

namespace tercet::digits {
namespace {

/// A tile holds the places of this many columns; the row form works on several tiles, so that it reads b in runs of 1.5
/// kB.
template <class Ops>
constexpr std::int64_t tile_columns = Ops::rows* columns<Ops>;
constexpr std::int64_t tiles_at_once = 4, rows_at_once = 8;

/// The parts of the work space in 64-bit words: tiles, the digits of x, digits of b; lines of k are padded, those of b
/// with zeros.
template <class Ops>
struct GemvLayout {
    std::int64_t padded, tiles, x, b;

    GemvLayout(const Widths& p, std::int64_t depth) {
        const std::int64_t C = tile_columns<Ops> * tiles_at_once;
        padded = blocks(depth, 8) * 8;
        tiles = places(p) * C;
        x = p.a * padded / 2;
        b = p.b * (padded > rows_at_once * C ? padded : rows_at_once * C) / 2;
    }
};

template <class Ops>
std::int64_t gemv_words(const Widths& p, const IntegerMatrix& x, const IntegerMatrix&) {
    const GemvLayout<Ops> l(p, x.cols);
    return l.tiles + l.x + l.b;
}

/// Carries and limbs of the columns first .. first + n of y.
template <class Ops>
void finish(const Widths& p, std::int64_t* tile, const ProductTarget& y, std::int64_t first, std::int64_t n,
            std::uint64_t* seen) {
    carry<Ops>(p, tile, true);
    for (std::int64_t j = 0; j < n; j += columns<Ops>)
        emit<Ops>(p, tile + j, y, y.offset + (first + j) * y.col_stride, n - j < columns<Ops> ? n - j : columns<Ops>,
                  seen);
}

/// sum_k a_k b_k over n digits, a multiple of 8.
template <class Ops>
inline void dot(const std::int32_t* a, const std::int32_t* b, std::int64_t n,
                typename Ops::Vector (&acc)[Ops::vectors]) {
    for (std::int64_t k = 0; k < n; k += columns<Ops>) {
        typename Ops::Vector left[Ops::vectors], right[Ops::vectors];
        Ops::load(a + k, left);
        Ops::load(b + k, right);
        for (int v = 0; v < Ops::vectors; ++v) acc[v] = Ops::template add_product<0>(acc[v], left[v], right[v]);
    }
}

template <class Ops>
void gemv_by_columns(const Widths& p, const GemvLayout<Ops>& layout, const std::int32_t* x, const IntegerMatrix& b,
                     const ProductTarget& y, std::uint64_t* seen, std::int64_t* tile, std::int32_t* line) {
    const std::int64_t size = tile_columns<Ops>, padded = layout.padded;
    for (std::int64_t e = 0; e < p.b; ++e) clear(line + e * padded + b.rows, padded - b.rows);
    for (std::int64_t first = 0; first < b.cols; first += size) {
        const std::int64_t n = b.cols - first < size ? b.cols - first : size;
        clear(tile, places(p) * size);
        for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t e = 0; e < p.b; ++e)
                split<Ops>(p, p.b, b, b.offset + (first + j) * b.col_stride, b.row_stride, b.rows, e,
                           line + e * padded);
            for (std::int64_t s = 0; s < p.a + p.b - 1; ++s) {
                typename Ops::Vector acc[Ops::vectors];
                for (auto& v : acc) v = Ops::zero();
                for (std::int64_t d = s < p.b ? 0 : s - p.b + 1; d < p.a && d <= s; ++d)
                    dot<Ops>(x + d * padded, line + (s - d) * padded, padded, acc);
                std::int64_t lanes[columns<Ops>], sum = 0;
                for (int v = 0; v < Ops::vectors; ++v) Ops::put(lanes + v * Ops::lanes, acc[v]);
                for (const std::int64_t lane : lanes) sum += lane;
                tile[s * size + j] = sum;
            }
        }
        finish<Ops>(p, tile, y, first, n, seen);
    }
}

template <class Ops>
void gemv_by_rows(const Widths& p, const GemvLayout<Ops>& layout, const std::int32_t* x, const IntegerMatrix& b,
                  const ProductTarget& y, std::uint64_t* seen, std::int64_t* tiles, std::int32_t* lines) {
    constexpr std::int64_t size = tile_columns<Ops>, N = columns<Ops>, C = size * tiles_at_once;
    const std::int64_t padded = layout.padded;
    for (std::int64_t first = 0; first < b.cols; first += C) {
        const std::int64_t n = b.cols - first < C ? b.cols - first : C;
        clear(tiles, layout.tiles);
        clear(lines, rows_at_once * p.b * C);
        for (std::int64_t k = 0; k < b.rows;) {
            std::int64_t row[rows_at_once], rows = 0;
            for (; k < b.rows && rows < rows_at_once; ++k) {
                std::int32_t any = 0;
                for (std::int64_t d = 0; d < p.a; ++d) any |= x[d * padded + k];
                if (any == 0) continue;
                for (std::int64_t e = 0; e < p.b; ++e)
                    split<Ops>(p, p.b, b, b.offset + k * b.row_stride + first, 1, n, e, lines + (rows * p.b + e) * C);
                row[rows++] = k;
            }
            for (std::int64_t j = 0; j < n; j += N)
                for (std::int64_t s = 0; s < p.a + p.b - 1; ++s) {
                    std::int64_t* at = tiles + j / size * places(p) * size + s * size + j % size;
                    typename Ops::Vector acc[Ops::vectors];
                    for (int v = 0; v < Ops::vectors; ++v) acc[v] = Ops::get(at + v * Ops::lanes);
                    for (std::int64_t d = s < p.b ? 0 : s - p.b + 1; d < p.a && d <= s; ++d)
                        for (std::int64_t r = 0; r < rows; ++r) {
                            typename Ops::Vector right[Ops::vectors];
                            Ops::load(lines + (r * p.b + s - d) * C + j, right);
                            const typename Ops::Vector left = Ops::broadcast(x + d * padded + row[r]);
                            for (int v = 0; v < Ops::vectors; ++v)
                                acc[v] = Ops::template add_product<0>(acc[v], left, right[v]);
                        }
                    for (int v = 0; v < Ops::vectors; ++v) Ops::put(at + v * Ops::lanes, acc[v]);
                }
        }
        for (std::int64_t j = 0; j < n; j += size) {
            std::int64_t* tile = tiles + j / size * places(p) * size;
            for (std::int64_t i = 0; i < places(p) * size;
                 i += N) {  // lane c of a load holds the column that pack would put there
                std::int64_t in_order[N];
                for (int c = 0; c < N; ++c) in_order[Ops::slot(c)] = tile[i + c];
                for (int c = 0; c < N; ++c) tile[i + c] = in_order[c];
            }
            finish<Ops>(p, tile, y, first + j, n - j < size ? n - j : size, seen);
        }
    }
}

template <class Ops>
void gemv(const Widths& p, const IntegerMatrix& x, const IntegerMatrix& b, const ProductTarget& y, std::uint64_t* seen,
          std::uint64_t* work) {
    const GemvLayout<Ops> layout(p, x.cols);
    auto* tiles = reinterpret_cast<std::int64_t*>(work);
    auto* digits = reinterpret_cast<std::int32_t*>(work + layout.tiles);
    auto* lines = reinterpret_cast<std::int32_t*>(work + layout.tiles + layout.x);
    for (std::int64_t d = 0; d < p.a; ++d)
        split<Ops>(p, p.a, x, x.offset, x.col_stride, x.cols, d, digits + d * layout.padded);
    if (b.col_stride == 1 && b.row_stride != 1) gemv_by_rows<Ops>(p, layout, digits, b, y, seen, tiles, lines);
    else gemv_by_columns<Ops>(p, layout, digits, b, y, seen, tiles, lines);
}

}  // namespace
}  // namespace tercet::digits
