/// Integers: 64-bit integers, checked. What shapes, axes and indices in a file are computed with: the operators of a
/// graph, run over this context, fold them away.
///
/// Claim: exact in sums, products and comparisons; what leaves 64 bits throws DomainError, where others wrap. `divide`
/// truncates towards zero, as ONNX's Div of integers does, so the context as a whole claims nothing. Booleans are 0 and
/// 1.
#pragma once

#include <tercet/core/kernels.hpp>

#include <compare>
#include <limits>
#include <string>

namespace tercet {

struct CheckedInteger {
    std::int64_t value = 0;

    friend CheckedInteger operator+(CheckedInteger a, CheckedInteger b) {
        CheckedInteger y;
        if (__builtin_add_overflow(a.value, b.value, &y.value)) overflows(a, b, "add");
        return y;
    }
    friend CheckedInteger operator-(CheckedInteger a, CheckedInteger b) {
        CheckedInteger y;
        if (__builtin_sub_overflow(a.value, b.value, &y.value)) overflows(a, b, "subtract");
        return y;
    }
    friend CheckedInteger operator*(CheckedInteger a, CheckedInteger b) {
        CheckedInteger y;
        if (__builtin_mul_overflow(a.value, b.value, &y.value)) overflows(a, b, "multiply");
        return y;
    }
    friend CheckedInteger operator-(CheckedInteger a) { return CheckedInteger{} - a; }
    friend auto operator<=>(CheckedInteger, CheckedInteger) = default;

    [[noreturn]] static void overflows(CheckedInteger a, CheckedInteger b, const char* operation) {
        throw DomainError("the integers " + std::to_string(a.value) + " and " + std::to_string(b.value) + ": " +
                          operation + " overflows int64");
    }
};

struct Integers {
    using Scalar = CheckedInteger;
    static constexpr std::string_view name = "int64";
    static constexpr Claim claim = Claim::approximate;
    static constexpr Semantics semantics = Semantics::real;

    /// Throws DomainError where d is no integer of 64 bits.
    static Scalar exact(double d) {
        if (!(d >= -0x1p63 && d < 0x1p63) || static_cast<double>(static_cast<std::int64_t>(d)) != d)
            throw DomainError("the number " + std::to_string(d) + " is no int64");
        return {static_cast<std::int64_t>(d)};
    }
    static Scalar ratio(std::int64_t p, std::int64_t q) { return divide({p}, {q}); }
    static Scalar max(Scalar a, Scalar b) { return a < b ? b : a; }
    static Scalar relu(Scalar a) { return max(a, {}); }
    static Scalar step(Scalar a) { return {a.value > 0}; }
    static Truth less(Scalar a, Scalar b) { return truth(a < b); }
    static Scalar indicator(Truth t) { return {certainly(t)}; }
    static Scalar divide(Scalar a, Scalar b) {
        if (b.value == 0) throw DomainError("divides the integer " + std::to_string(a.value) + " by 0");
        if (b.value == -1) {
            if (a.value == std::numeric_limits<std::int64_t>::min()) Scalar::overflows(a, b, "divide");
            return -a;
        }
        return {a.value / b.value};
    }
    static Scalar floor(Scalar a) { return a; }
    static Scalar round_even(Scalar a) { return a; }
};

static_assert(FieldContext<Integers> && !ExactContext<Integers>);

}  // namespace tercet
