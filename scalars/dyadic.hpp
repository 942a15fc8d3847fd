/// Dyadic: exact numbers m 2^e, a ring without division; what float networks with +, -, x, max compute stays in it.
///
/// Rational's numbers wherever both run, and much faster in bulk: a tensor lies in planes of limbs over one exponent
/// (dyadic_storage.hpp), and matrix products run on digits in vector registers (digit_gemm.hpp). `step(0) = 0`, the
/// seeds' convention.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/scalars/dyadic_storage.hpp>

#include <span>

namespace tercet {

struct Dyadic {
    using Scalar = DyadicNumber;
    using Storage = DyadicStorage;
    static constexpr std::string_view name = "dyadic";
    static constexpr Claim claim = Claim::exact;
    static constexpr Semantics semantics = Semantics::real;

    static DyadicNumber exact(double d) { return exact_dyadic(d); }  // throws DomainError on NaN and infinities
    static DyadicNumber lift(double d) { return exact(d); }
    static DyadicStorage lift(const std::vector<double>& values) { return DyadicStorage::exactly(values); }
    static DyadicNumber ratio(std::int64_t p,
                              std::int64_t q);  // throws DomainError unless q, reduced, is a power of two
    static DyadicNumber max(const DyadicNumber& a, const DyadicNumber& b) { return is_less(a, b) ? b : a; }
    static DyadicNumber relu(const DyadicNumber& a) { return a.sign() > 0 ? a : DyadicNumber(); }
    static DyadicNumber floor(const DyadicNumber& a) { return tercet::floor(a); }
    static DyadicNumber round_even(const DyadicNumber& a) { return tercet::round_even(a); }
    static DyadicNumber step(const DyadicNumber& a) { return DyadicNumber(a.sign() > 0 ? 1 : 0, 0); }
    static Truth less(const DyadicNumber& a, const DyadicNumber& b) { return truth(is_less(a, b)); }
    static DyadicNumber indicator(Truth t) {
        return t == Truth::unknown ? DyadicNumber(1, -1) : DyadicNumber(t == Truth::yes ? 1 : 0, 0);
    }

    static void gemm(const ConstMatrix<Dyadic>& a, const ConstMatrix<Dyadic>& b, const Matrix<Dyadic>& y);
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Dyadic>& a, const ConstRun<Dyadic>& b,
                            const Run<Dyadic>& y);
    static void copy(std::int64_t n, const ConstRun<Dyadic>& x, const Run<Dyadic>& y);
    static void rectify(std::int64_t n, const ConstRun<Dyadic>& x, const Run<Dyadic>& y);
    static void gate(std::int64_t n, const ConstRun<Dyadic>& x, const ConstRun<Dyadic>& g, const Run<Dyadic>& y);

    /// y_i = x at offset + at[i], 0 where at[i] < 0.
    static void gather(std::int64_t n, const ConstRun<Dyadic>& x, const std::int64_t* at, const Run<Dyadic>& y);
    /// y at offset + at[i] += x_i where at[i] >= 0; positions may repeat.
    static void scatter_add(std::int64_t n, const ConstRun<Dyadic>& x, const std::int64_t* at, const Run<Dyadic>& y);
    /// The first of the largest elements x at offset + cells[k]: its k.
    static std::size_t first_maximum(const ConstRun<Dyadic>& x, std::span<const std::int64_t> cells);
};

/// What a tensor of dyadic numbers takes: the bits and limbs of its integers, their exponent, the bytes of all.
struct DyadicSize {
    std::int64_t bits, limbs, exponent, bytes;
};
DyadicSize size_of(const DyadicStorage& x);

static_assert(replaces<hook::Gemm<Dyadic>, hook::Elementwise<Dyadic>, hook::Copy<Dyadic>, hook::Rectify<Dyadic>,
                       hook::Gate<Dyadic>, hook::MovesByPosition<Dyadic>, hook::FirstMaximum<Dyadic>>);

}  // namespace tercet
