/// DyadicStorage: a tensor of dyadic numbers over one common exponent, element i = 2^exponent m_i, where the integers
/// m_i lie limb by limb in planes: limb l of element i at plane(l)[i], two's complement. L limbs cost 8 L bytes an
/// element.
///
/// Every m_i lies in [-2^bits, 2^bits), so it takes limbs() = bits/64 + 1 limbs; planes above these hold copies of the
/// sign, and dropping them moves nothing. A tensor that was made, or written as a whole, as zeros has no planes and the
/// exponent 0.
/// Writing one element by operator[] widens or realigns the whole tensor where it must: right, not fast. Bulk loops use
/// make_room.
#pragma once

#include <tercet/scalars/dyadic_number.hpp>
#include <tercet/scalars/machine/memory_limit.hpp>

#include <vector>

namespace tercet {

class DyadicStorage {
public:
    /// An element that can be written.
    class Element {
    public:
        Element(DyadicStorage& storage, std::size_t i) : storage_(&storage), i_(i) {}
        Element(const Element&) = default;
        operator DyadicNumber() const { return storage_->number(i_); }
        Element& operator=(const DyadicNumber& x) {
            storage_->assign(i_, x);
            return *this;
        }
        Element& operator=(const Element& other) { return *this = DyadicNumber(other); }

    private:
        DyadicStorage* storage_;
        std::size_t i_;
    };

    DyadicStorage() = default;
    explicit DyadicStorage(std::size_t count) : count_(count) {}  // all zero
    DyadicStorage(const DyadicStorage& other);
    DyadicStorage(DyadicStorage&& other) noexcept { swap(other); }
    DyadicStorage& operator=(DyadicStorage other) noexcept {
        swap(other);
        return *this;
    }

    /// The numbers that these doubles are. Throws DomainError on NaN and infinities.
    static DyadicStorage exactly(const std::vector<double>& values);

    std::size_t size() const { return count_; }
    DyadicNumber operator[](std::size_t i) const { return number(i); }
    Element operator[](std::size_t i) { return {*this, i}; }

    std::int64_t exponent() const { return exponent_; }
    std::int64_t bits() const { return bits_; }
    std::int64_t planes() const { return planes_; }
    std::int64_t limbs() const { return planes_ == 0 ? 0 : limbs_for(bits_); }
    const std::uint64_t* plane(std::int64_t l) const { return data_.get() + static_cast<std::size_t>(l) * count_; }
    std::uint64_t* plane(std::int64_t l) { return data_.get() + static_cast<std::size_t>(l) * count_; }

    static constexpr std::int64_t limbs_for(std::int64_t bits) { return bits / 64 + 1; }

    /// Room for any 2^exponent m with m in [-2^bits, 2^bits) in every element, all values kept: afterwards exponent()
    /// <= exponent. Throws DomainError at the limit of bits. So many results are to be written.
    void make_room(std::int64_t exponent, std::int64_t bits, const char* what, std::int64_t results = 1);

    /// The same without keeping values: every limb of every plane is to be written.
    void overwrite(std::int64_t exponent, std::int64_t bits, const char* what);

    /// After writing: the bits of what was written, over part of the elements or over all.
    void wrote_some(std::int64_t bits) { bits_ = bits > bits_ ? bits : bits_; }
    void wrote_all(std::int64_t bits);

    /// Every element is 0. Planes and exponent go, so that zeros are alike wherever they come from; the memory stays
    /// for what is written next.
    void set_zero();

    /// m_i < m_j
    bool is_less(std::size_t i, std::size_t j) const {
        std::int64_t l = limbs();
        if (l == 0) return false;
        const auto a = static_cast<std::int64_t>(plane(l - 1)[i]),
                   b = static_cast<std::int64_t>(plane(l - 1)[j]);  // the sign is in the top limb alone
        if (a != b) return a < b;
        while (--l > 0)
            if (plane(l - 1)[i] != plane(l - 1)[j]) return plane(l - 1)[i] < plane(l - 1)[j];
        return false;
    }

    /// Equal values, over whatever exponents.
    friend bool operator==(const DyadicStorage& a, const DyadicStorage& b);

private:
    void swap(DyadicStorage& other) noexcept;
    DyadicNumber number(std::size_t i) const;
    void assign(std::size_t i, const DyadicNumber& x);
    void widen(std::int64_t planes, const char* what);

    std::size_t count_ = 0;
    std::int64_t exponent_ = 0, bits_ = 0, planes_ = 0, capacity_ = 0;
    LimbMemory data_;
};

}  // namespace tercet
