/// A test's own Context: intervals with rational ends and no rounding at all, the exact hull of an interval pass.
#pragma once

#include <tercet/scalars/rational.hpp>

#include <algorithm>
#include <optional>

namespace tercet {

struct ExactEnds {
    RationalNumber lower{0}, upper{0};

    friend ExactEnds operator+(const ExactEnds& a, const ExactEnds& b) {
        return {a.lower + b.lower, a.upper + b.upper};
    }
    friend ExactEnds operator-(const ExactEnds& a) { return {-a.upper, -a.lower}; }
    friend ExactEnds operator-(const ExactEnds& a, const ExactEnds& b) { return a + -b; }
    friend ExactEnds operator*(const ExactEnds& a, const ExactEnds& b) {
        const RationalNumber p[] = {a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper};
        return {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
    }
    friend bool operator==(const ExactEnds&, const ExactEnds&) = default;
};

struct RationalInterval {
    using Scalar = ExactEnds;
    using Parameters = Rational;
    static constexpr std::string_view name = "rational_interval";
    static constexpr Claim claim = Claim::enclosing;
    static constexpr Semantics semantics = Semantics::real;

    static ExactEnds exact(double d) { return exact(Rational::exact(d)); }
    static ExactEnds exact(const RationalNumber& x) { return {x, x}; }
    static ExactEnds ratio(std::int64_t p, std::int64_t q) { return exact(Rational::ratio(p, q)); }
    static ExactEnds max(const ExactEnds& a, const ExactEnds& b) {
        return {Rational::max(a.lower, b.lower), Rational::max(a.upper, b.upper)};
    }
    static ExactEnds relu(const ExactEnds& a) { return {Rational::relu(a.lower), Rational::relu(a.upper)}; }
    static ExactEnds step(const ExactEnds& a) { return {Rational::step(a.lower), Rational::step(a.upper)}; }
    static Truth less(const ExactEnds& a, const ExactEnds& b) {
        return a.upper < b.lower ? Truth::yes : a.lower >= b.upper ? Truth::no : Truth::unknown;
    }
    static ExactEnds indicator(Truth t) {
        return {RationalNumber(t == Truth::yes ? 1 : 0), RationalNumber(t == Truth::no ? 0 : 1)};
    }

    using Bound = RationalNumber;
    static RationalNumber lower(const ExactEnds& a) { return a.lower; }
    static RationalNumber upper(const ExactEnds& a) { return a.upper; }
    static bool bounded(const ExactEnds&) { return true; }
    static ExactEnds point(const RationalNumber& x) { return exact(x); }
    static ExactEnds hull(const ExactEnds& a, const ExactEnds& b) {
        return {a.lower < b.lower ? a.lower : b.lower, a.upper < b.upper ? b.upper : a.upper};
    }
    static ExactEnds around(const RationalNumber* lower, const RationalNumber* upper) { return {*lower, *upper}; }
    static std::optional<RationalNumber> exact_end(const RationalNumber& end) { return end; }

    /// Point weights: y += w x with the ends chosen by the sign of w, over integers, as Rational does: two exact
    /// products, lower and upper.
    static void gemm(const ConstMatrix<RationalInterval>& a, const ConstMatrix<Rational>& b,
                     const Matrix<RationalInterval>& y) {
        for (std::int64_t i = 0; i < y.rows; ++i)
            for (std::int64_t j = 0; j < y.cols; ++j) {
                Storage<Rational> w(static_cast<std::size_t>(b.rows)), ends(w.size()), out(1);
                for (std::int64_t k = 0; k < b.rows; ++k) w[static_cast<std::size_t>(k)] = b(k, j);
                for (const bool up : {false, true}) {
                    for (std::int64_t k = 0; k < b.rows; ++k)
                        ends[static_cast<std::size_t>(k)] = (b(k, j).sign() > 0) == up ? a(i, k).upper : a(i, k).lower;
                    Rational::gemm({&ends, 0, 1, b.rows, b.rows, 1}, {&w, 0, b.rows, 1, 1, 1},
                                   matrix_in<Rational>(out, 0, 1, 1));
                    (up ? y(i, j).upper : y(i, j).lower) = out[0];
                }
            }
    }
    static void gemm(const ConstMatrix<Rational>& a, const ConstMatrix<RationalInterval>& b,
                     const Matrix<RationalInterval>& y) {
        gemm(b.transposed(), a.transposed(), y.transposed());
    }
};
static_assert(EnclosingContext<RationalInterval>);

}  // namespace tercet
