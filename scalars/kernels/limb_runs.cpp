#include <tercet/scalars/kernels/limb_memory.hpp>
#include <tercet/scalars/kernels/limb_runs.hpp>

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace tercet::limbs {

namespace {

constexpr std::int64_t block = 64;
constexpr std::int64_t few = 16;  // limbs that need no allocation
using Block = std::uint64_t[block];

constexpr std::uint64_t sign_of(std::uint64_t limb) { return 0 - (limb >> 63); }

/// to_i = limb l of x_(first + i) without its shift: 0 below, the sign above.
void load(const IntegerRun& x, std::int64_t first, std::int64_t n, std::int64_t l, std::uint64_t* to) {
    if (l < 0 || x.count == 0) {
        std::fill_n(to, n, 0);
        return;
    }
    const std::uint64_t* from = x.limbs + std::min(l, x.count - 1) * x.plane;
    if (x.at)
        for (std::int64_t i = 0; i < n; ++i) to[i] = x.at[first + i] < 0 ? 0 : from[x.offset + x.at[first + i]];
    else if (x.stride == 1) std::copy_n(from + x.offset + first, n, to);
    else
        for (std::int64_t i = 0; i < n; ++i) to[i] = from[x.position(first + i)];
    if (l >= x.count)
        for (std::int64_t i = 0; i < n; ++i) to[i] = sign_of(to[i]);
}

/// to_i = limb l of x_(first + i) 2^shift.
void fetch(const IntegerRun& x, std::int64_t first, std::int64_t n, std::int64_t l, std::uint64_t* to) {
    const std::int64_t q = x.shift / 64;
    const int r = static_cast<int>(x.shift % 64);
    load(x, first, n, l - q, to);
    if (r == 0) return;
    Block below;
    load(x, first, n, l - q - 1, below);
    for (std::int64_t i = 0; i < n; ++i) to[i] = to[i] << r | below[i] >> (64 - r);
}

/// The least b with every m in [-2^b, 2^b): m xor its sign has b bits or fewer.
class Bits {
public:
    explicit Bits(std::int64_t limbs) : limbs_(limbs), many_(limbs > few ? static_cast<std::size_t>(limbs) : 0) {}
    std::uint64_t& operator[](std::int64_t l) { return limbs_ > few ? many_[static_cast<std::size_t>(l)] : seen_[l]; }
    std::int64_t count() {
        for (std::int64_t l = limbs_; l-- > 0;)
            if (const std::uint64_t seen = (*this)[l]; seen != 0) return 64 * l + std::bit_width(seen);
        return 0;
    }

private:
    std::int64_t limbs_;
    std::uint64_t seen_[few] = {};
    std::vector<std::uint64_t> many_;
};

/// Room for the limbs of one block of numbers, of n in all: limb l of number i at data()[l width() + i]. No more than
/// the n numbers take.
class Room {
public:
    Room(std::int64_t n, std::int64_t count)
        : width_(std::min(block, n)),
          many_(count > few ? static_cast<std::size_t>(count * width_) : 0),
          data_(count > few ? many_.get() : few_) {}
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    std::int64_t width() const { return width_; }
    std::uint64_t* data() const { return data_; }

private:
    std::int64_t width_;
    std::uint64_t few_[few * block];
    LimbMemory many_;
    std::uint64_t* data_;
};

/// bits |= those of n numbers, limb l of number i at from[l plane + i].
void see(std::int64_t n, const std::uint64_t* from, std::int64_t plane, std::int64_t count, Bits& bits) {
    const std::uint64_t* top = from + (count - 1) * plane;
    for (std::int64_t l = 0; l < count; ++l, from += plane) {
        std::uint64_t seen = 0;
        for (std::int64_t i = 0; i < n; ++i) seen |= from[i] ^ sign_of(top[i]);
        bits[l] |= seen;
    }
}

/// y = what compute(first, n, l, to) gives for limb l = 0, 1, .. of each block in turn; where y is apart from all
/// operands, at once in its place.
template <class Compute>
std::int64_t write(std::int64_t n, bool apart, const IntegerTarget& y, Compute compute) {
    const bool at_once = apart && y.stride == 1;
    const Room room(n, at_once ? 0 : y.count);
    Bits bits(y.count);
    for (std::int64_t first = 0; first < n; first += block) {
        const std::int64_t m = std::min(block, n - first), plane = at_once ? y.plane : room.width();
        std::uint64_t* results = at_once ? y.limbs + y.offset + first : room.data();
        for (std::int64_t l = 0; l < y.count; ++l) compute(first, m, l, results + l * plane);
        see(m, results, plane, y.count, bits);
        for (std::int64_t l = 0; l < y.count && !at_once; ++l) {
            const std::uint64_t* from = results + l * plane;
            std::uint64_t* to = y.limbs + l * y.plane + y.offset + first * y.stride;
            if (y.stride == 1) std::copy_n(from, m, to);
            else
                for (std::int64_t i = 0; i < m; ++i) to[i * y.stride] = from[i];
        }
    }
    return bits.count();
}

/// mask_i = all ones where x_(first + i) > 0: not negative, and a limb is not 0.
void positive(const IntegerRun& x, std::int64_t first, std::int64_t n, std::uint64_t* mask) {
    Block limb;
    std::fill_n(mask, n, 0);
    for (std::int64_t l = 0; l < x.count; ++l) {
        load(x, first, n, l, limb);
        for (std::int64_t i = 0; i < n; ++i) mask[i] |= limb[i];
    }
    for (std::int64_t i = 0; i < n; ++i) mask[i] = x.count == 0 ? 0 : sign_of((mask[i] | (0 - mask[i])) & ~limb[i]);
}

/// A contiguous run that needs no shift within limbs.
bool plain(const IntegerRun& x) { return !x.at && x.stride == 1 && x.shift == 0 && x.count > 0; }

/// a + b, both plain, element by element: what short runs need, a convolution's rows.
std::int64_t add_plain(std::int64_t n, const IntegerRun& a, const IntegerRun& b, const IntegerTarget& y) {
    Bits bits(y.count);
    for (std::int64_t i = 0; i < n; ++i) {
        std::uint64_t sum[few], s = 0, t = 0, carry = 0;
        for (std::int64_t l = 0; l < y.count; ++l) {
            s = l < a.count ? a.limbs[l * a.plane + a.offset + i] : sign_of(s);
            t = l < b.count ? b.limbs[l * b.plane + b.offset + i] : sign_of(t);
            const std::uint64_t half = s + t;
            sum[l] = half + carry;
            carry = static_cast<std::uint64_t>(half < s) | static_cast<std::uint64_t>(sum[l] < half);
        }
        const std::uint64_t sign = sign_of(sum[y.count - 1]);
        for (std::int64_t l = 0; l < y.count; ++l) {
            y.limbs[l * y.plane + y.offset + i * y.stride] = sum[l];
            bits[l] |= sum[l] ^ sign;
        }
    }
    return bits.count();
}

}  // namespace

std::int64_t add(std::int64_t n, const IntegerRun& a, const IntegerRun& b, bool subtract, const IntegerTarget& y) {
    if (n <= block && y.count <= few && !subtract && plain(a) && plain(b)) return add_plain(n, a, b, y);
    const std::uint64_t flip = subtract ? ~std::uint64_t{0} : 0;  // a - b = a + ~b + 1
    Block carry, other;
    return write(n, a.limbs != y.limbs && b.limbs != y.limbs, y,
                 [&](std::int64_t first, std::int64_t m, std::int64_t l, std::uint64_t* to) {
                     if (l == 0) std::fill_n(carry, m, subtract ? 1 : 0);
                     fetch(a, first, m, l, to);
                     fetch(b, first, m, l, other);
                     for (std::int64_t i = 0; i < m; ++i) {
                         const std::uint64_t s = to[i], t = other[i] ^ flip, sum = s + t + carry[i];
                         carry[i] = ((s & t) | ((s | t) & ~sum)) >> 63;
                         to[i] = sum;
                     }
                 });
}

std::int64_t copy(std::int64_t n, const IntegerRun& x, const IntegerTarget& y) {
    if (y.count <= few && plain(x) && y.stride == 1) {
        Bits bits(y.count);
        const std::uint64_t* top = x.limbs + (x.count - 1) * x.plane + x.offset;
        for (std::int64_t l = 0; l < y.count; ++l) {
            const std::uint64_t* from = x.limbs + l * x.plane + x.offset;
            std::uint64_t* to = y.limbs + l * y.plane + y.offset;
            std::uint64_t seen = 0;
            for (std::int64_t i = 0; i < n; ++i) {
                const std::uint64_t sign = sign_of(top[i]);
                to[i] = l < x.count ? from[i] : sign;
                seen |= to[i] ^ sign;
            }
            bits[l] |= seen;
        }
        return bits.count();
    }
    return write(n, x.limbs != y.limbs, y, [&](std::int64_t first, std::int64_t m, std::int64_t l, std::uint64_t* to) {
        fetch(x, first, m, l, to);
    });
}

std::int64_t gate(std::int64_t n, const IntegerRun& x, const IntegerRun& g, const IntegerTarget& y) {
    Block mask;
    return write(n, x.limbs != y.limbs && g.limbs != y.limbs, y,
                 [&](std::int64_t first, std::int64_t m, std::int64_t l, std::uint64_t* to) {
                     if (l == 0) positive(x, first, m, mask);
                     fetch(g, first, m, l, to);
                     for (std::int64_t i = 0; i < m; ++i) to[i] &= mask[i];
                 });
}

/// Schoolbook on magnitudes by mpn_mul; the product's sign is the factors'.
std::int64_t multiply(std::int64_t n, const IntegerRun& a, const IntegerRun& b, const IntegerTarget& y) {
    const auto limbs = static_cast<std::size_t>(std::max<std::int64_t>(1, std::max(a.count, b.count)));
    const Room results(n, y.count);
    std::vector<mp_limb_t> s(limbs), t(limbs), p(2 * limbs);
    const auto magnitude = [&](const IntegerRun& x, std::int64_t i, std::vector<mp_limb_t>& to) {
        std::fill(to.begin(), to.end(), 0);
        for (std::int64_t l = 0; l < x.count; ++l)
            to[static_cast<std::size_t>(l)] = x.limbs[l * x.plane + x.position(i)];
        const bool negative = x.count > 0 && to[static_cast<std::size_t>(x.count - 1)] >> 63;
        if (negative) mpn_neg(to.data(), to.data(), static_cast<mp_size_t>(x.count));
        return negative;
    };
    const IntegerRun products{results.data(), results.width(), y.count, 0, 1, a.shift + b.shift};
    std::int64_t bits = 0;
    for (std::int64_t first = 0; first < n; first += block) {
        const std::int64_t m = std::min(block, n - first);
        for (std::int64_t i = 0; i < m; ++i) {
            const bool negative = magnitude(a, first + i, s) != magnitude(b, first + i, t);
            mpn_mul_n(p.data(), s.data(), t.data(), static_cast<mp_size_t>(limbs));
            if (negative) mpn_neg(p.data(), p.data(), static_cast<mp_size_t>(2 * limbs));
            const auto known = static_cast<std::int64_t>(2 * limbs);
            for (std::int64_t l = 0; l < y.count; ++l)
                results.data()[l * results.width() + i] =
                    l < known ? p[static_cast<std::size_t>(l)] : sign_of(p.back());
        }
        IntegerTarget part = y;
        part.offset += first * y.stride;
        bits = std::max(bits, copy(m, products, part));
    }
    return bits;
}

std::int64_t scatter_add(std::int64_t n, const IntegerRun& x, const std::int64_t* at, const IntegerTarget& y) {
    const Room results(n, y.count);
    Bits bits(y.count);
    const std::int64_t count = y.count, plane = y.plane, width = results.width();
    for (std::int64_t first = 0; first < n; first += block) {
        const std::int64_t m = std::min(block, n - first);
        for (std::int64_t l = 0; l < count; ++l) fetch(x, first, m, l, results.data() + l * width);
        for (std::int64_t i = 0; i < m; ++i) {
            const bool moves = at[first + i] >= 0;
            std::uint64_t *to = y.limbs + y.offset + (moves ? at[first + i] : 0), *part = results.data() + i, carry = 0;
            for (std::int64_t l = 0; l < count; ++l, part += width) {
                if (!moves) {
                    *part = 0;
                    continue;
                }
                const std::uint64_t half = to[l * plane] + *part, sum = half + carry;
                carry = static_cast<std::uint64_t>(half < *part) | static_cast<std::uint64_t>(sum < half);
                to[l * plane] = *part = sum;
            }
        }
        see(m, results.data(), width, count, bits);
    }
    return bits.count();
}

}  // namespace tercet::limbs
