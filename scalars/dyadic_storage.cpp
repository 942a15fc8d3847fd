#include <tercet/core/error.hpp>
#include <tercet/scalars/dyadic_storage.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace tercet {

namespace {

mpz_ptr raw(Integer& x) { return x.backend().data(); }
mpz_srcptr raw(const Integer& x) { return x.backend().data(); }

constexpr std::uint64_t sign_of(std::uint64_t limb) { return 0 - (limb >> 63); }

/// A finite double as m 2^e with m odd, or m = 0.
struct Parts {
    std::int64_t mantissa, exponent;

    explicit Parts(double x) {
        const auto pattern = std::bit_cast<std::uint64_t>(x);
        const auto field = static_cast<int>(pattern >> 52 & 0x7FF);
        if (field == 0x7FF) throw DomainError("a NaN or an infinity is no dyadic number");
        mantissa = static_cast<std::int64_t>((pattern & ((std::uint64_t{1} << 52) - 1)) |
                                             (field ? std::uint64_t{1} << 52 : 0));
        exponent = (field ? field : 1) - 1075;
        if (mantissa == 0) return;
        const int twos = std::countr_zero(static_cast<std::uint64_t>(mantissa));
        mantissa >>= twos;
        exponent += twos;
        if (pattern >> 63) mantissa = -mantissa;
    }
};

}  // namespace

DyadicStorage::DyadicStorage(const DyadicStorage& other)
    : count_(other.count_), exponent_(other.exponent_), bits_(other.bits_), planes_(other.limbs()), capacity_(planes_) {
    if (planes_ == 0) return;
    data_ = limbs_within_limit(count_, planes_, "a copy");
    if (count_ > 0)
        std::memcpy(data_.get(), other.data_.get(), static_cast<std::size_t>(planes_) * count_ * sizeof(std::uint64_t));
}

void DyadicStorage::swap(DyadicStorage& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(exponent_, other.exponent_);
    std::swap(bits_, other.bits_);
    std::swap(planes_, other.planes_);
    std::swap(capacity_, other.capacity_);
    std::swap(data_, other.data_);
}

/// Over the smallest exponent of any odd mantissa; then each integer is its 53 bits, shifted across at most two limbs.
DyadicStorage DyadicStorage::exactly(const std::vector<double>& values) {
    DyadicStorage y(values.size());
    std::int64_t low = std::numeric_limits<std::int64_t>::max(), top = std::numeric_limits<std::int64_t>::min();
    for (const double v : values) {
        const Parts p(v);
        if (p.mantissa == 0) continue;
        low = std::min(low, p.exponent);
        top = std::max<std::int64_t>(
            top, p.exponent + std::bit_width(static_cast<std::uint64_t>(p.mantissa < 0 ? -p.mantissa : p.mantissa)));
    }
    if (low > top) return y;
    y.make_room(low, top - low, "a tensor of floats");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Parts p(values[i]);
        if (p.mantissa == 0) continue;
        const std::int64_t by = p.exponent - low, q = by / 64;
        const int r = static_cast<int>(by % 64);
        const std::uint64_t sign = p.mantissa < 0 ? ~std::uint64_t{0} : 0;
        y.plane(q)[i] = static_cast<std::uint64_t>(p.mantissa) << r;
        if (q + 1 < y.planes_) y.plane(q + 1)[i] = r == 0 ? sign : static_cast<std::uint64_t>(p.mantissa >> (64 - r));
        for (std::int64_t l = q + 2; l < y.planes_; ++l) y.plane(l)[i] = sign;
    }
    y.wrote_all(top - low);
    return y;
}

DyadicNumber DyadicStorage::number(std::size_t i) const {
    const std::int64_t n = limbs();
    if (n == 0) return {};
    Integer m;
    const bool negative = plane(n - 1)[i] >> 63 != 0;
    mp_limb_t* to = mpz_limbs_write(raw(m), n);
    std::uint64_t carry = negative;  // -m = ~m + 1
    for (std::int64_t l = 0; l < n; ++l) {
        const std::uint64_t limb = negative ? ~plane(l)[i] + carry : plane(l)[i];
        carry = carry != 0 && limb == 0 ? 1 : 0;
        to[l] = limb;
    }
    mpz_limbs_finish(raw(m), negative ? -n : n);
    return {std::move(m), exponent_};
}

void DyadicStorage::assign(std::size_t i, const DyadicNumber& x) {
    if (x.is_zero() && planes_ == 0) return;
    const auto bits = static_cast<std::int64_t>(mpz_sizeinbase(raw(x.mantissa()), 2));
    if (!x.is_zero()) make_room(x.exponent(), bits, "an element");
    const std::int64_t by = x.is_zero() ? 0 : x.exponent() - exponent_, q = by / 64,
                       n = static_cast<std::int64_t>(mpz_size(raw(x.mantissa())));
    const int r = static_cast<int>(by % 64);
    std::uint64_t below = 0, carry = x.sign() < 0;
    for (std::int64_t l = 0; l < planes_; ++l) {
        const std::uint64_t at = l >= q && l - q < n ? mpz_getlimbn(raw(x.mantissa()), l - q) : 0;
        const std::uint64_t shifted = r == 0 ? at : at << r | below >> (64 - r);
        below = at;
        plane(l)[i] = x.sign() < 0 ? ~shifted + carry : shifted;
        carry = carry != 0 && shifted == 0 ? 1 : 0;
    }
    wrote_some(bits + by);
}

void DyadicStorage::widen(std::int64_t planes, const char* what) {
    if (planes <= planes_) return;
    const auto at = [&](std::int64_t l) { return static_cast<std::size_t>(l) * count_; };
    if (planes > capacity_) {
        const std::int64_t capacity =
            planes_ == 0 ? planes : planes + planes / 4;  // a tensor that grows limb by limb is copied O(log) times
        LimbMemory data = limbs_within_limit(count_, capacity, what);
        if (at(planes_) > 0) std::memcpy(data.get(), data_.get(), at(planes_) * sizeof(std::uint64_t));
        data_ = std::move(data);
        capacity_ = capacity;
    }
    for (std::int64_t l = planes_; l < planes; ++l)
        if (planes_ == 0) std::fill_n(plane(l), count_, 0);
        else std::transform(plane(planes_ - 1), plane(planes_ - 1) + count_, plane(l), sign_of);
    planes_ = planes;
}

void DyadicStorage::make_room(std::int64_t exponent, std::int64_t bits, const char* what, std::int64_t results) {
    const std::int64_t from = planes_ == 0 ? exponent : exponent_;
    const std::int64_t by = std::max<std::int64_t>(0, difference_of_exponents(from, exponent));
    const std::int64_t asked =
        sum_of_exponents(bits, std::max<std::int64_t>(0, difference_of_exponents(exponent, from)));
    const std::int64_t need = std::max(asked, sum_of_exponents(planes_ == 0 ? 0 : bits_, by));
    require_bits(need, what, results);
    widen(limbs_for(need), what);  // may throw: nothing is changed before
    exponent_ = from;
    if (by == 0) return;
    const std::int64_t q = by / 64;
    const int r = static_cast<int>(by % 64);
    for (std::int64_t l = planes_; l-- > 0;) {  // downward: limb l reads limbs l - q and l - q - 1
        std::uint64_t* to = plane(l);
        if (l < q) {
            std::fill_n(to, count_, 0);
            continue;
        }
        const std::uint64_t* high = plane(l - q);
        const auto shift = [r](std::uint64_t h, std::uint64_t below) { return h << r | below >> (64 - r); };
        if (r == 0) std::copy_n(high, count_, to);
        else if (l == q) std::transform(high, high + count_, to, [r](std::uint64_t h) { return h << r; });
        else std::transform(high, high + count_, plane(l - q - 1), to, shift);
    }
    exponent_ = exponent;
    bits_ += by;
}

void DyadicStorage::overwrite(std::int64_t exponent, std::int64_t bits, const char* what) {
    require_bits(bits, what, 0);
    const std::int64_t planes = limbs_for(bits);
    LimbMemory data;
    if (planes > capacity_) data = limbs_within_limit(count_, planes, what);
    require_bits(bits, what, static_cast<std::int64_t>(count_));
    if (planes > capacity_) {  // what may throw is done
        data_ = std::move(data);
        capacity_ = planes;
    }
    planes_ = planes;
    exponent_ = exponent;
    bits_ = bits;
}

void DyadicStorage::set_zero() {
    planes_ = 0;
    exponent_ = 0;
    bits_ = 0;
}

/// bits = 0: every integer is 0 or -1.
void DyadicStorage::wrote_all(std::int64_t bits) {
    bits_ = bits;
    if (bits == 0 && planes_ > 0 &&
        std::all_of(plane(0), plane(0) + count_, [](std::uint64_t limb) { return limb == 0; }))
        set_zero();
}

bool operator==(const DyadicStorage& a, const DyadicStorage& b) {
    if (a.count_ != b.count_) return false;
    if (a.exponent_ != b.exponent_ || a.planes_ == 0 || b.planes_ == 0) {
        for (std::size_t i = 0; i < a.count_; ++i)
            if (!(a.number(i) == b.number(i))) return false;
        return true;
    }
    const std::int64_t n = std::min(a.planes_, b.planes_);
    for (std::int64_t l = 0; l < std::max(a.planes_, b.planes_); ++l)
        for (std::size_t i = 0; i < a.count_; ++i) {
            const std::uint64_t x = l < a.planes_ ? a.plane(l)[i] : sign_of(a.plane(n - 1)[i]),
                                y = l < b.planes_ ? b.plane(l)[i] : sign_of(b.plane(n - 1)[i]);
            if (x != y) return false;
        }
    return true;
}

}  // namespace tercet
