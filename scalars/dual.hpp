/// Dual<C>: v + d eps with eps^2 = 0, over any context: forward-mode derivatives, one direction a run.
///
/// (a + a' e)(b + b' e) = ab + (a'b + ab') e;  f(a + a' e) = f(a) + f'(a) a' e.
/// Kinks follow the reverse mode: relu'(0) = 0, and of two equal arguments of max the first wins.
#pragma once

#include <tercet/core/functions.hpp>
#include <tercet/core/kernels.hpp>
#include <tercet/scalars/machine/opaque.hpp>
#include <tercet/scalars/no_limits.hpp>

#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tercet {

/// Of floats, sums and products pass through opaque(): the bits of Dual<Float64> are Float64's, under every flag.
template <class T>
struct DualNumber {
    T value{};
    T derivative{};

    friend DualNumber operator+(const DualNumber& a, const DualNumber& b) {
        return {kept(a.value + b.value), kept(a.derivative + b.derivative)};
    }
    friend DualNumber operator-(const DualNumber& a, const DualNumber& b) {
        return {kept(a.value - b.value), kept(a.derivative - b.derivative)};
    }
    friend DualNumber operator*(const DualNumber& a, const DualNumber& b) {
        return {kept(a.value * b.value), kept(kept(a.derivative * b.value) + kept(a.value * b.derivative))};
    }
    friend DualNumber operator-(const DualNumber& a) { return {-a.value, -a.derivative}; }
    friend bool operator==(const DualNumber&, const DualNumber&) = default;

private:
    static T kept(T x) {
        if constexpr (std::floating_point<T>) return opaque(x);
        else return x;
    }
};

template <Context C>
struct Dual {
    using Base = C;
    using Inner = tercet::Scalar<C>;
    using Scalar = DualNumber<Inner>;
    static constexpr std::string_view name = "dual";
    static constexpr Claim claim = C::claim;
    static constexpr Semantics semantics = C::semantics;

    static Scalar exact(double d) { return {C::exact(d), zero<C>()}; }
    static Scalar lift(const Inner& x) { return {x, zero<C>()}; }
    static Scalar ratio(std::int64_t p, std::int64_t q) { return {C::ratio(p, q), zero<C>()}; }
    static Scalar product(const Scalar& a, const Scalar& b) {
        return {tercet::product<C>(a.value, b.value),
                tercet::sum<C>(tercet::product<C>(a.derivative, b.value), tercet::product<C>(a.value, b.derivative))};
    }
    static Scalar relu(const Scalar& a) {
        return {C::relu(a.value), tercet::product<C>(C::step(a.value), a.derivative)};
    }
    static Scalar step(const Scalar& a) { return {C::step(a.value), zero<C>()}; }
    static Truth less(const Scalar& a, const Scalar& b) { return C::less(a.value, b.value); }
    static Scalar indicator(Truth t) { return {C::indicator(t), zero<C>()}; }

    /// The slope goes to b where a < b, else to a; where that is undecided, to a + [0,1](b - a).
    static Scalar max(const Scalar& a, const Scalar& b) {
        const Truth later_wins = C::less(a.value, b.value);
        if (certainly(later_wins)) return {C::max(a.value, b.value), b.derivative};
        if (!possibly(later_wins)) return {C::max(a.value, b.value), a.derivative};
        return {C::max(a.value, b.value), a.derivative + C::indicator(later_wins) * (b.derivative - a.derivative)};
    }

    /// (A + A' e)(B + B' e) = AB + (A'B + AB') e by three products of C's kernel; approximate contexts keep the
    /// reference loop, whose order is theirs.
    static void gemm(const ConstMatrix<Dual>& a, const ConstMatrix<Dual>& b,
                     const Matrix<Dual>& y) requires(C::claim != Claim::approximate) {
        const Planes left(a), right(b);
        Storage<C> value(static_cast<std::size_t>(y.rows * y.cols)), first(value.size()), second(value.size());
        multiply<C>(left.matrix(left.value), right.matrix(right.value), matrix_in<C>(value, 0, y.rows, y.cols));
        multiply<C>(left.matrix(left.derivative), right.matrix(right.value), matrix_in<C>(first, 0, y.rows, y.cols));
        multiply<C>(left.matrix(left.value), right.matrix(right.derivative), matrix_in<C>(second, 0, y.rows, y.cols));
        accumulate<C>(static_cast<std::int64_t>(first.size()), second, 0, first, 0);
        for (std::int64_t i = 0; i < y.rows; ++i)
            for (std::int64_t j = 0; j < y.cols; ++j) {
                const auto at = static_cast<std::size_t>(i * y.cols + j);
                y(i, j) = {value[at], first[at]};
            }
    }

    /// As C limits its numbers, where it does: both parts.
    static void require_limit(const Scalar& x, const char* what) requires hook::RequireLimit<C> {
        C::require_limit(x.value, what);
        C::require_limit(x.derivative, what);
    }

    /// (a/b)' = (a' - (a/b) b') / b
    static Scalar divide(const Scalar& a, const Scalar& b) requires FieldContext<C> {
        const Inner q = C::divide(a.value, b.value);
        return {q, C::divide(a.derivative - tercet::product<C>(q, b.derivative), b.value)};
    }
    static Scalar exp(const Scalar& a) requires ElementaryContext<C> {
        const Inner e = C::exp(a.value);
        return {e, tercet::product<C>(e, a.derivative)};
    }
    static Scalar log(const Scalar& a) requires ElementaryContext<C> {
        return {C::log(a.value), C::divide(a.derivative, a.value)};
    }
    static Scalar tanh(const Scalar& a) requires ElementaryContext<C> {
        return {C::tanh(a.value), tercet::product<C>(tercet::tanh_slope<C>(a.value), a.derivative)};
    }
    static Scalar sigmoid(const Scalar& a) requires ElementaryContext<C> {
        return {C::sigmoid(a.value), tercet::product<C>(tercet::sigmoid_slope<C>(a.value), a.derivative)};
    }
    /// sqrt(a)' = a' / (2 sqrt a)
    static Scalar sqrt(const Scalar& a) requires RootContext<C> {
        const Inner r = C::sqrt(a.value);
        return {r, C::divide(a.derivative, r + r)};
    }

    // Below, f(a) has the derivative f'(a) a'. Over a box that encloses it for all points in the domain of f; where f'
    // has a pole in the box (asin at 1) the division gives the whole line, and throws DomainError if the box is that
    // point.
    static Scalar two_over_sqrt_pi() requires requires { C::two_over_sqrt_pi(); }
    { return lift(C::two_over_sqrt_pi()); }
    static Scalar expm1(const Scalar& a) requires Has<C, function::All<function::Expm1, function::Exp>> {
        return {C::expm1(a.value), tercet::product<C>(C::exp(a.value), a.derivative)};
    }
    static Scalar log1p(const Scalar& a) requires Has<C, function::All<function::Log1p, function::Divide>> {
        return {C::log1p(a.value), C::divide(a.derivative, tercet::sum<C>(one<C>(), a.value))};
    }
    /// 2/sqrt(pi) exp(-a^2)
    static Scalar erf(const Scalar& a) requires Has<C, function::All<function::Erf, function::Exp>> {
        const Inner bell = C::exp(-tercet::square<C>(a.value));
        return {C::erf(a.value), tercet::product<C>(tercet::product<C>(C::two_over_sqrt_pi(), bell), a.derivative)};
    }
    static Scalar erfc(const Scalar& a) requires Has<C, function::All<function::Erf, function::Exp>> {
        const Inner bell = C::exp(-tercet::square<C>(a.value));
        return {C::erfc(a.value), -tercet::product<C>(tercet::product<C>(C::two_over_sqrt_pi(), bell), a.derivative)};
    }
    static Scalar sin(const Scalar& a) requires Has<C, function::Sin> {
        return {C::sin(a.value), tercet::product<C>(C::cos(a.value), a.derivative)};
    }
    static Scalar cos(const Scalar& a) requires Has<C, function::Sin> {
        return {C::cos(a.value), tercet::product<C>(-C::sin(a.value), a.derivative)};
    }
    /// 1 + tan^2
    static Scalar tan(const Scalar& a) requires Has<C, function::Tan> {
        const Inner t = C::tan(a.value);
        return {t, tercet::product<C>(tercet::sum<C>(one<C>(), tercet::square<C>(t)), a.derivative)};
    }
    /// 1 / sqrt(1 - a^2)
    static Scalar asin(
        const Scalar& a) requires Has<C, function::All<function::Asin, function::Sqrt, function::Divide>> {
        return {C::asin(a.value), C::divide(a.derivative, C::sqrt(one_minus_square(a.value)))};
    }
    static Scalar acos(
        const Scalar& a) requires Has<C, function::All<function::Acos, function::Sqrt, function::Divide>> {
        return {C::acos(a.value), -C::divide(a.derivative, C::sqrt(one_minus_square(a.value)))};
    }
    /// 1 / (1 + a^2)
    static Scalar atan(const Scalar& a) requires Has<C, function::All<function::Atan, function::Divide>> {
        return {C::atan(a.value), C::divide(a.derivative, one_plus_square(a.value))};
    }
    static Scalar sinh(const Scalar& a) requires Has<C, function::Sinh> {
        return {C::sinh(a.value), tercet::product<C>(C::cosh(a.value), a.derivative)};
    }
    static Scalar cosh(const Scalar& a) requires Has<C, function::Sinh> {
        return {C::cosh(a.value), tercet::product<C>(C::sinh(a.value), a.derivative)};
    }
    /// 1 / sqrt(1 + a^2)
    static Scalar asinh(
        const Scalar& a) requires Has<C, function::All<function::Asinh, function::Sqrt, function::Divide>> {
        return {C::asinh(a.value), C::divide(a.derivative, C::sqrt(one_plus_square(a.value)))};
    }
    /// 1 / sqrt(a^2 - 1)
    static Scalar acosh(
        const Scalar& a) requires Has<C, function::All<function::Acosh, function::Sqrt, function::Divide>> {
        return {C::acosh(a.value), C::divide(a.derivative, C::sqrt(-one_minus_square(a.value)))};
    }
    /// 1 / (1 - a^2)
    static Scalar atanh(const Scalar& a) requires Has<C, function::All<function::Atanh, function::Divide>> {
        return {C::atanh(a.value), C::divide(a.derivative, one_minus_square(a.value))};
    }
    /// Steps: the derivative is 0 by convention, at the jumps too, and over a box that contains some.
    static Scalar floor(const Scalar& a) requires Has<C, function::Floor> { return {C::floor(a.value), zero<C>()}; }
    static Scalar round_even(const Scalar& a) requires Has<C, function::RoundEven> {
        return {C::round_even(a.value), zero<C>()};
    }

    /// The Jacobian of softmax is symmetric: its derivative along x' is its pullback of x'. y may be x.
    static void softmax(std::span<const Scalar> x, std::span<Scalar> y) requires
        requires(std::span<const Inner> in, std::span<Inner> out) {
        C::softmax(in, out);
        C::softmax_pullback(in, in, out);
    }
    {
        const Parts in(x);
        std::vector<Inner> value(x.size()), derivative(x.size());
        C::softmax(std::span<const Inner>(in.value), std::span(value));
        C::softmax_pullback(std::span<const Inner>(in.value), std::span<const Inner>(in.derivative),
                            std::span(derivative));
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = {value[i], derivative[i]};
    }
    static Scalar cross_entropy(std::span<const Scalar> x, std::int64_t label) requires
        requires(std::span<const Inner> in, std::span<Inner> out) {
        C::cross_entropy(in, label);
        C::cross_entropy_gradient(in, label, out);
    }
    {
        const Parts in(x);
        std::vector<Inner> gradient(x.size());
        C::cross_entropy_gradient(std::span<const Inner>(in.value), label, std::span(gradient));
        Inner along = zero<C>();
        for (std::size_t i = 0; i < x.size(); ++i)
            along = tercet::sum<C>(along, tercet::product<C>(gradient[i], in.derivative[i]));
        return {C::cross_entropy(std::span<const Inner>(in.value), label), along};
    }

private:
    /// 1 - a^2 as a product: near |a| = 1 the difference loses nothing.
    static Inner one_minus_square(const Inner& a) {
        return tercet::product<C>(tercet::sum<C>(one<C>(), -a), tercet::sum<C>(one<C>(), a));
    }
    static Inner one_plus_square(const Inner& a) { return tercet::sum<C>(one<C>(), tercet::square<C>(a)); }

    /// Values and derivatives of a row.
    struct Parts {
        std::vector<Inner> value, derivative;

        explicit Parts(std::span<const Scalar> x) {
            for (const Scalar& v : x) {
                value.push_back(v.value);
                derivative.push_back(v.derivative);
            }
        }
    };

    /// Values and derivatives of a matrix, each row-major.
    struct Planes {
        std::int64_t rows, cols;
        Storage<C> value, derivative;

        explicit Planes(const ConstMatrix<Dual>& m)
            : rows(m.rows), cols(m.cols), value(static_cast<std::size_t>(m.rows * m.cols)), derivative(value.size()) {
            for (std::int64_t i = 0; i < rows; ++i)
                for (std::int64_t j = 0; j < cols; ++j) {
                    value[static_cast<std::size_t>(i * cols + j)] = m(i, j).value;
                    derivative[static_cast<std::size_t>(i * cols + j)] = m(i, j).derivative;
                }
        }
        ConstMatrix<C> matrix(const Storage<C>& plane) const { return {&plane, 0, rows, cols, cols, 1}; }
    };
};

}  // namespace tercet

/// Without this, numeric_limits<DualNumber<T>>::max() would compile, and be 0.
template <class T>
struct std::numeric_limits<tercet::DualNumber<T>> : tercet::NoLimits {};
