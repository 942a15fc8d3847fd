/// The product of matrices of long integers by digits, over one processor's vectors: y = a b 2^shift.
///
/// A tile of y keeps in registers one place s, acc_s = sum_k sum_(d + e = s) a_d b_e (and high halves of d + e = s -
/// 1), place after place; where the depth pays for it, pairs of digits are multiplied by Karatsuba's identity instead.
/// Then carries run once up the places, and the fields are strung together to limbs. Widths and chunks that keep each
/// acc_s in 64 bits: digit_widths.hpp; packing: digit_pack.hpp.
///
/// Ops, one processor: Digit, Vector of `lanes` 64-bit sums, a tile of `rows` x `vectors` Vectors, parts (1: whole
/// products, 2: low and high halves) and its few operations. Everything is in an unnamed namespace: each translation
/// unit has its own.
#pragma once

#include <tercet/scalars/kernels/digit_limbs.hpp>

namespace tercet::digits {
namespace {

/// Part 0 of a product: all of it, or its low half; part 1: its high half.
template <int P>
struct Part {
    static constexpr int value = P;
};

/// Columns of b packed at a time, a multiple of N: 16 kB of digits, half of a level-1 cache, but 32 columns at least
/// and 4096 at most.
template <class Ops>
std::int64_t group_of(const Widths& p, std::int64_t depth, std::int64_t cols) {
    constexpr std::int64_t N = columns<Ops>;
    std::int64_t n = 16384 / (p.b * depth * static_cast<std::int64_t>(sizeof(typename Ops::Digit)));
    n = n < 32 ? 32 : n > 4096 ? 4096 : n;
    return ((n < cols ? n : cols) + N - 1) / N * N;
}

/// acc += sum_k a_k b_k over packed digits of `depth` k, R rows of the tile.
template <class Ops, int R, int P>
inline void accumulate(typename Ops::Vector (&acc)[R][Ops::vectors], const typename Ops::Digit* a,
                       const typename Ops::Digit* b, std::int64_t depth) {
    for (std::int64_t k = 0; k < depth; ++k, a += Ops::rows, b += columns<Ops>) {
        typename Ops::Vector right[Ops::vectors];
        Ops::load(b, right);
        for (int r = 0; r < R; ++r) {
            const typename Ops::Vector left = Ops::broadcast(a + r);
            for (int v = 0; v < Ops::vectors; ++v) acc[r][v] = Ops::template add_product<P>(acc[r][v], left, right[v]);
        }
    }
}

/// Every place of R rows of a tile += its sums over k in [from, from + count); at k = 0 the tile starts.
template <class Ops, int R>
void add_places(const Widths& p, std::int64_t K, const typename Ops::Digit* a, const typename Ops::Digit* b,
                std::int64_t from, std::int64_t count, std::int64_t* tile) {
    constexpr int size = Ops::rows * columns<Ops>;
    for (std::int64_t s = 0; s < p.a + p.b - 2 + Ops::parts; ++s) {
        typename Ops::Vector acc[R][Ops::vectors];
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < Ops::vectors; ++v)
                acc[r][v] = from == 0 ? Ops::zero() : Ops::get(tile + s * size + r * columns<Ops> + v * Ops::lanes);
        const auto pairs = [&](std::int64_t sum, auto part) {
            for (std::int64_t d = sum < p.b ? 0 : sum - p.b + 1; d < p.a && d <= sum; ++d)
                accumulate<Ops, R, decltype(part)::value>(acc, a + (d * K + from) * Ops::rows,
                                                          b + ((sum - d) * K + from) * columns<Ops>, count);
        };
        pairs(s, Part<0>{});
        if constexpr (Ops::parts == 2) pairs(s - 1, Part<1>{});
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < Ops::vectors; ++v)
                Ops::put(tile + s * size + r * columns<Ops> + v * Ops::lanes, acc[r][v]);
    }
}

/// to += or -= product, modulo 2^64.
template <int N, int Sign>
inline void add_product(const std::int64_t* product, std::int64_t* to) {
    using U = std::uint64_t;
    for (int i = 0; i < N; ++i)
        to[i] = static_cast<std::int64_t>(Sign > 0 ? static_cast<U>(to[i]) + static_cast<U>(product[i])
                                                   : static_cast<U>(to[i]) - static_cast<U>(product[i]));
}

/// The same by pairs of digits, in blocks of q.
template <class Ops, int R>
void add_pairs(const Widths& p, std::int64_t q, std::int64_t K, const typename Ops::Digit* a,
               const typename Ops::Digit* b, std::int64_t from, std::int64_t count, std::int64_t* tile) {
    constexpr int size = Ops::rows * columns<Ops>;
    for (std::int64_t oa = 0; oa < p.a; oa += q)
        for (std::int64_t ob = 0; ob < p.b; ob += q) {
            const std::int64_t na = p.a - oa < q ? p.a - oa : q, nb = p.b - ob < q ? p.b - ob : q,
                               both = na < nb ? na : nb;
            for (std::int64_t i = 0; i < na; ++i)
                for (std::int64_t j = i < both ? i : 0; j < nb; ++j) {
                    const bool pair = i < j && j < both;
                    const std::int64_t plane_a = pair ? pair_plane(p.a, q, oa, i, j) : oa + i,
                                       plane_b = pair ? pair_plane(p.b, q, ob, i, j) : ob + j;
                    typename Ops::Vector acc[R][Ops::vectors];
                    for (int r = 0; r < R; ++r)
                        for (int v = 0; v < Ops::vectors; ++v) acc[r][v] = Ops::zero();
                    accumulate<Ops, R, 0>(acc, a + (plane_a * K + from) * Ops::rows,
                                          b + (plane_b * K + from) * columns<Ops>, count);
                    std::int64_t product[R * columns<Ops>];
                    for (int r = 0; r < R; ++r)
                        for (int v = 0; v < Ops::vectors; ++v)
                            Ops::put(product + r * columns<Ops> + v * Ops::lanes, acc[r][v]);
                    std::int64_t* to = tile + (oa + ob + i) * size;
                    add_product<R * columns<Ops>, 1>(product, to + j * size);
                    if (i == j)  // once more for each pair with another digit
                        for (std::int64_t e = 0; e < both; ++e)
                            if (e != i) add_product<R * columns<Ops>, -1>(product, to + e * size);
                }
        }
}

/// The sums of packed digits over the k of each chunk: [chunk][d][place] for one block of `size` columns of D digits.
template <class Ops>
void sum_digits(const typename Ops::Digit* packed, std::int64_t D, std::int64_t K, int size, std::int64_t chunk,
                std::uint64_t* sums) {
    for (std::int64_t from = 0; from < K; from += chunk)
        for (std::int64_t d = 0; d < D; ++d, sums += size)
            for (int c = 0; c < size; ++c) {
                std::uint64_t sum = 0;
                for (std::int64_t k = from; k < K && k < from + chunk; ++k)
                    sum += static_cast<std::uint64_t>(packed[(d * K + k) * size + c]);
                sums[c] = sum;
            }
}

/// With a' = a + 2^(52 D_a - 1) and b' alike: sum a b = sum a' b' - 2^(52 D_b - 1) sum a' - 2^(52 D_a - 1) sum b' +
/// count 2^(52 (D_a + D_b)
/// - 2).
///
/// 2^(52 D - 1) x at place t is x/2 at place t + D: x >> 1 there and its last bit as 2^51 one place lower. A sum of
/// count <= 1023 digits is below 2^62, so two of them halved, two last bits, a field and 1023 2^50 stay below 2^63.
template <class Ops>
void take_off_offsets(const Widths& p, std::int64_t count, const std::uint64_t* sums_a, const std::uint64_t* sums_b,
                      std::int64_t* tile) {
    constexpr int N = columns<Ops>, size = Ops::rows * N;
    const auto take = [&](std::int64_t place, int i, std::uint64_t x) {
        tile[place * size + i] -= static_cast<std::int64_t>(x >> 1);
        tile[(place - 1) * size + i] -= static_cast<std::int64_t>((x & 1) << 51);
    };
    for (int r = 0; r < Ops::rows; ++r)
        for (int j = 0; j < N; ++j) {
            const int i = r * N + j;
            for (std::int64_t d = 0; d < p.a; ++d) take(d + p.b, i, sums_a[d * Ops::rows + r]);
            for (std::int64_t e = 0; e < p.b; ++e) take(e + p.a, i, sums_b[e * N + j]);
            tile[(p.a + p.b - 1) * size + i] += count << 50;
        }
}

/// The parts of the work space, in 64-bit words: a tile, sums of digits, packed digits.
template <class Ops>
struct Layout {
    /// Sums_a and packed_a for one block of rows, sums_b for one of columns.
    std::int64_t tile, sums_a, sums_b, packed_a, packed_b;

    Layout(const Widths& p, const IntegerMatrix& a, std::int64_t cols) {
        const std::int64_t depth = a.cols, q = pair_block<Ops>(p, depth),
                           chunks = Ops::parts == 2 ? blocks(depth, p.chunk) : 0;
        const std::int64_t per_word = 8 / static_cast<std::int64_t>(sizeof(typename Ops::Digit));
        tile = places(p) * Ops::rows * columns<Ops>;
        sums_a = Ops::rows * p.a * chunks;
        sums_b = columns<Ops> * p.b * chunks;
        packed_a = Ops::rows * planes_of(p.a, q) * depth / per_word;
        packed_b = group_of<Ops>(p, depth, cols) * planes_of(p.b, q) * depth / per_word;
    }
};

template <class Ops>
std::int64_t words(const Widths& p, const IntegerMatrix& a, const IntegerMatrix& b) {
    const Layout<Ops> l(p, a, b.cols);
    return l.tile + l.sums_b + l.packed_b + blocks(a.rows, Ops::rows) * (l.sums_a + l.packed_a);
}

template <class Ops, int R>
void add_rows(std::int64_t rows, const Widths& p, std::int64_t q, std::int64_t K, const typename Ops::Digit* a,
              const typename Ops::Digit* b, std::int64_t from, std::int64_t count, std::int64_t* tile) {
    if constexpr (R > 1) {
        if (rows < R) return add_rows<Ops, R - 1>(rows, p, q, K, a, b, from, count, tile);
    }
    if constexpr (Ops::parts == 1) {
        if (q > 0) return add_pairs<Ops, R>(p, q, K, a, b, from, count, tile);
    }
    add_places<Ops, R>(p, K, a, b, from, count, tile);
}

template <class Ops>
void gemm(const Widths& p, const IntegerMatrix& a, const IntegerMatrix& b, const ProductTarget& y, std::uint64_t* seen,
          std::uint64_t* work) {
    using Digit = typename Ops::Digit;
    constexpr int N = columns<Ops>, size = Ops::rows * N;
    const std::int64_t K = a.cols, group = group_of<Ops>(p, K, b.cols), q = pair_block<Ops>(p, K);
    const Layout<Ops> layout(p, a, b.cols);
    auto* tile = reinterpret_cast<std::int64_t*>(work);
    std::uint64_t* sums_b = work + layout.tile;
    std::uint64_t* sums_a = sums_b + layout.sums_b;
    std::uint64_t* packed_b = sums_a + blocks(a.rows, Ops::rows) * layout.sums_a;
    std::uint64_t* packed_a = packed_b + layout.packed_b;
    const std::int64_t row_blocks = blocks(a.rows, Ops::rows),
                       cleared =
                           q > 0 ? 0
                                 : (p.a + p.b - 2 + Ops::parts) * size;  // places that products go to start with them
    const auto digits = [](std::uint64_t* at) { return reinterpret_cast<Digit*>(at); };
    const IntegerMatrix left{a.limbs, a.plane, a.count, a.offset, a.cols, a.rows, a.col_stride, a.row_stride};
    pack<Ops, Ops::rows, false>(p, p.a, q, left, 0, a.rows, digits(packed_a));
    if constexpr (Ops::parts == 2)
        for (std::int64_t block = 0; block < row_blocks; ++block)
            sum_digits<Ops>(digits(packed_a + block * layout.packed_a), p.a, K, Ops::rows, p.chunk,
                            sums_a + block * layout.sums_a);
    for (std::int64_t g = 0; g < b.cols; g += group) {
        const std::int64_t width = b.cols - g < group ? b.cols - g : group;
        pack<Ops, N, true>(p, p.b, q, b, g, width, digits(packed_b));
        for (std::int64_t block = 0; block < row_blocks; ++block)
            for (std::int64_t panel = 0; panel < width; panel += N) {
                const std::int64_t first = block * Ops::rows,
                                   rows = a.rows - first < Ops::rows ? a.rows - first : Ops::rows;
                const Digit *up = digits(packed_a + block * layout.packed_a),
                            *right = digits(packed_b) + panel * planes_of(p.b, q) * K;
                if constexpr (Ops::parts == 2) sum_digits<Ops>(right, p.b, K, N, p.chunk, sums_b);
                clear(tile + cleared, places(p) * size - cleared);
                for (std::int64_t k = 0, chunk = 0; k < K; k += p.chunk, ++chunk) {
                    const std::int64_t count = K - k < p.chunk ? K - k : p.chunk;
                    add_rows<Ops, Ops::rows>(rows, p, q, K, up, right, k, count, tile);
                    if constexpr (Ops::parts == 2) {
                        carry<Ops>(p, tile, false);
                        take_off_offsets<Ops>(p, count, sums_a + block * layout.sums_a + chunk * p.a * Ops::rows,
                                              sums_b + chunk * p.b * N, tile);
                    }
                    carry<Ops>(p, tile, true);
                }
                for (std::int64_t r = 0; r < rows; ++r)
                    emit<Ops>(p, tile + r * N, y, y.offset + (first + r) * y.row_stride + (g + panel) * y.col_stride,
                              width - panel < N ? width - panel : N, seen);
            }
    }
}

}  // namespace
}  // namespace tercet::digits
