/// With s = +-a_i 2^shift in two's complement of N limbs, the sign b_j's, a_i b_j 2^shift = s |b_j| modulo 2^(64 N),
/// where it fits: no product is negated. The magnitude is that of the factor with fewer limbs, E; N E products of
/// limbs, less what lies above limb N.
#include <tercet/scalars/kernels/limb_outer.hpp>

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <type_traits>
#include <utility>

namespace tercet::limbs {

namespace {

__extension__ using Wide = unsigned __int128;

/// s m modulo 2^(64 N), limb l to to[l plane].
template <int N, int E>
struct Unrolled {
    static constexpr std::int64_t limbs() { return N; }
    static void multiply(const std::uint64_t* s, const std::uint64_t* m, std::uint64_t* to, std::int64_t plane) {
        std::uint64_t sum[N] = {};
        for (int e = 0; e < E; ++e) {
            std::uint64_t carry = 0;
            for (int l = 0; l < N - e; ++l) {
                // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
                const Wide p = static_cast<Wide>(s[l]) * m[e] + sum[l + e] + carry;
                sum[l + e] = static_cast<std::uint64_t>(p);
                carry = static_cast<std::uint64_t>(p >> 64);
            }
        }
        for (int l = 0; l < N; ++l) to[l * plane] = sum[l];
    }
};

/// The same for any N and E.
class Long {
public:
    Long(std::int64_t n, std::int64_t e) : e_(std::min(n, e)), sum_(static_cast<std::size_t>(n)) {}
    std::int64_t limbs() const { return static_cast<std::int64_t>(sum_.size()); }
    void multiply(const std::uint64_t* s, const std::uint64_t* m, std::uint64_t* to, std::int64_t plane) {
        mpn_mul_1(sum_.data(), s, limbs(), m[0]);
        for (std::int64_t i = 1; i < e_; ++i) mpn_addmul_1(sum_.data() + i, s, limbs() - i, m[i]);
        for (std::int64_t l = 0; l < limbs(); ++l) to[l * plane] = sum_[static_cast<std::size_t>(l)];
    }

private:
    std::int64_t e_;
    std::vector<mp_limb_t> sum_;
};

/// to = m 2^shift or its negative, in n limbs.
void extend(const std::uint64_t* m, std::int64_t count, std::int64_t shift, bool negative, std::uint64_t* to,
            std::int64_t n) {
    const std::int64_t q = shift / 64;
    const int r = static_cast<int>(shift % 64);
    std::uint64_t below = 0, carry = negative;
    for (std::int64_t l = 0; l < n; ++l) {
        const std::uint64_t at = l >= q && l - q < count ? m[l - q] : 0,
                            shifted = r == 0 ? at : at << r | below >> (64 - r);
        below = at;
        to[l] = negative ? ~shifted + carry : shifted;
        carry = carry != 0 && shifted == 0 ? 1 : 0;
    }
}

/// One row: s from + column_j times m + j step. Loop bounds are values, which no store can change.
template <class Product>
void by_row(Product& product, std::int64_t n, const std::uint64_t* from, const std::int64_t* column,
            const std::uint64_t* m, std::int64_t step, std::uint64_t* to, std::int64_t plane, std::int64_t stride) {
    for (std::int64_t j = 0; j < n; ++j, m += step, to += stride) product.multiply(from + column[j], m, to, plane);
}

/// Is s +-a_i, or +-b_j?
bool has_signed_rows(const Magnitudes& a, const Magnitudes& b) { return a.count >= b.count; }

template <class Product>
void outer_by(Product product, const Magnitudes& a, const Magnitudes& b, std::int64_t shift, const IntegerTarget& y,
              std::int64_t row_stride, std::uint64_t* both) {
    const std::int64_t N = product.limbs();
    const bool signed_rows = has_signed_rows(a, b);
    const Magnitudes& s = signed_rows ? a : b;
    for (std::int64_t i = 0; i < s.n; ++i) {  // all s, then all -s
        extend(s.at(i), s.count, shift, s.is_negative(i), both + i * N, N);
        extend(s.at(i), s.count, shift, !s.is_negative(i), both + (s.n + i) * N, N);
    }
    std::vector<std::int64_t> column(
        static_cast<std::size_t>(b.n));  // where the s of column j is, from that of its row
    for (std::int64_t j = 0; j < b.n; ++j)
        column[static_cast<std::size_t>(j)] = !signed_rows ? j * N : b.is_negative(j) ? s.n * N : 0;
    for (std::int64_t i = 0; i < a.n; ++i) {
        std::uint64_t* row = y.limbs + y.offset + i * row_stride;
        if (a.is_zero(i)) {  // half of them are after a ReLU
            for (std::int64_t l = 0; l < N; ++l)
                if (y.stride == 1) std::fill_n(row + l * y.plane, b.n, 0);
                else
                    for (std::int64_t j = 0; j < b.n; ++j) row[l * y.plane + j * y.stride] = 0;
            continue;
        }
        const std::uint64_t* from = both + (signed_rows ? i * N : a.is_negative(i) ? s.n * N : 0);
        by_row(product, b.n, from, column.data(), signed_rows ? b.at(0) : a.at(i), signed_rows ? b.count : 0, row,
               y.plane, y.stride);
    }
}

}  // namespace

Magnitudes::Magnitudes(std::int64_t size, const IntegerRun& x)
    : n(size),
      count(x.count),
      limbs(static_cast<std::size_t>(size * x.count)),
      negative(static_cast<std::size_t>(size)) {
    std::int64_t used = 1;
    for (std::int64_t i = 0; i < n; ++i) {
        std::uint64_t* m = limbs.data() + i * count;
        for (std::int64_t l = 0; l < count; ++l) m[l] = x.limbs[l * x.plane + x.position(i)];
        const bool minus = count > 0 && m[count - 1] >> 63 != 0;
        negative[static_cast<std::size_t>(i)] = minus;
        if (minus) mpn_neg(m, m, count);
        while (used < count && std::any_of(m + used, m + count, [](std::uint64_t l) { return l != 0; })) ++used;
    }
    for (std::int64_t i = 0; used < count && i < n; ++i)
        std::copy_n(limbs.data() + i * count, used, limbs.data() + i * used);
    count = std::min(count, used);
}

bool Magnitudes::is_zero(std::int64_t i) const {
    return std::all_of(at(i), at(i) + count, [](std::uint64_t l) { return l == 0; });
}

/// The extremes are among the products of the largest magnitudes of each sign; below -2^b only a magnitude of more than
/// 2^b is.
std::int64_t bits_of_products(const Magnitudes& a, const Magnitudes& b) {
    const auto largest = [](const Magnitudes& x, bool negative) {
        std::int64_t best = -1;
        for (std::int64_t i = 0; i < x.n; ++i)
            if (x.is_negative(i) == negative && !x.is_zero(i) &&
                (best < 0 || mpn_cmp(x.at(i), x.at(best), x.count) > 0))
                best = i;
        return best;
    };
    std::int64_t bits = 0;
    for (const bool minus_a : {false, true})
        for (const bool minus_b : {false, true}) {
            const std::int64_t i = largest(a, minus_a), j = largest(b, minus_b);
            if (i < 0 || j < 0) continue;
            std::vector<mp_limb_t> p(static_cast<std::size_t>(a.count + b.count));
            if (a.count >= b.count) mpn_mul(p.data(), a.at(i), a.count, b.at(j), b.count);
            else mpn_mul(p.data(), b.at(j), b.count, a.at(i), a.count);
            if (minus_a != minus_b) mpn_sub_1(p.data(), p.data(), static_cast<mp_size_t>(p.size()), 1);
            for (std::size_t l = p.size(); l-- > 0;)
                if (p[l] != 0) {
                    bits = std::max<std::int64_t>(bits, 64 * static_cast<std::int64_t>(l) + std::bit_width(p[l]));
                    break;
                }
        }
    return bits;
}

std::int64_t numbers_of_work(const Magnitudes& a, const Magnitudes& b) { return 2 * (has_signed_rows(a, b) ? a : b).n; }

void outer(const Magnitudes& a, const Magnitudes& b, std::int64_t shift, const IntegerTarget& y,
           std::int64_t row_stride, std::uint64_t* work) {
    const std::int64_t E = std::min(a.count, b.count);
    const auto by = [&](auto product) { outer_by(std::move(product), a, b, shift, y, row_stride, work); };
    const auto with = [&]<int N>(std::integral_constant<int, N>) {
        if (E == 1) by(Unrolled<N, 1>());
        else if (E == 2)
            by(Unrolled<N, std::min(N, 2)>());  // a product's limbs are 2 E - 1 or more, so N = 1 does not occur
        else by(Long(N, E));
    };
    switch (y.count) {
        case 1: return with(std::integral_constant<int, 1>{});
        case 2: return with(std::integral_constant<int, 2>{});
        case 3: return with(std::integral_constant<int, 3>{});
        case 4: return with(std::integral_constant<int, 4>{});
        case 5: return with(std::integral_constant<int, 5>{});
        case 6: return with(std::integral_constant<int, 6>{});
        default: return by(Long(y.count, E));
    }
}

}  // namespace tercet::limbs
