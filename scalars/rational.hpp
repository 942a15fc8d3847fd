/// Rational: exact fractions p/q. Every operation is exact; exp, tanh and sqrt do not exist; x/0 throws DomainError.
///
/// Bulk operations run on integers over one common denominator and reduce once per result, so no gcd stands in an inner
/// loop (rational.cpp), and refuse results beyond the limit of bits (bit_limit.hpp). `step(0) = 0`, the seeds'
/// convention.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/scalars/rational_number.hpp>

namespace tercet {

struct Rational {
    using Scalar = RationalNumber;
    static constexpr std::string_view name = "rational";
    static constexpr Claim claim = Claim::exact;
    static constexpr Semantics semantics = Semantics::real;
    static constexpr std::size_t bytes_of_scalar = 96;  // 32 and two heap blocks, of 32 where malloc is glibc's

    static RationalNumber exact(double d);  // throws DomainError on NaN and infinities
    static RationalNumber lift(double d) { return exact(d); }
    static RationalNumber ratio(std::int64_t p, std::int64_t q);
    static RationalNumber max(const RationalNumber& a, const RationalNumber& b) { return a < b ? b : a; }
    static RationalNumber relu(const RationalNumber& a) { return a.sign() > 0 ? a : RationalNumber(0); }
    static RationalNumber step(const RationalNumber& a) { return RationalNumber(a.sign() > 0 ? 1 : 0); }
    static Truth less(const RationalNumber& a, const RationalNumber& b) { return truth(a < b); }
    static RationalNumber indicator(Truth t) {
        return t == Truth::yes ? RationalNumber(1) : t == Truth::no ? RationalNumber(0) : ratio(1, 2);
    }
    static RationalNumber divide(const RationalNumber& a, const RationalNumber& b);
    static RationalNumber floor(const RationalNumber& a);
    static RationalNumber round_even(const RationalNumber& a);  // the nearest integer, of two the even one

    /// Throws LimitError where the numerator or the denominator has more bits than BitLimit allows. Bulk operations ask
    /// it of every result; whoever computes with the operators of RationalNumber asks when a value is made, as graphs
    /// do node by node.
    static void require_limit(const RationalNumber& x, const char* what);

    static void gemm(const ConstMatrix<Rational>& a, const ConstMatrix<Rational>& b, const Matrix<Rational>& y);
    static void elementwise(Binary op, std::int64_t n, const ConstRun<Rational>& a, const ConstRun<Rational>& b,
                            const Run<Rational>& y);
};

/// What a tensor of fractions takes: the most bits of a numerator and of a denominator, and the bytes of all, heap
/// blocks included.
struct FractionSize {
    std::int64_t bits, denominator_bits, bytes;
};
FractionSize size_of(const std::vector<RationalNumber>& x);

static_assert(replaces<hook::RequireLimit<Rational>, hook::Gemm<Rational>, hook::Elementwise<Rational>>);

}  // namespace tercet
