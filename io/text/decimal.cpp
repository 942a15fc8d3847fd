#include <tercet/core/error.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace tercet {

namespace {

constexpr long largest_exponent = 100'000;
constexpr std::size_t longest_text = 200'000;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw FormatError("number " + excerpt(text) + ": " + why);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// A reading position in the text of one number.
struct Cursor {
    std::string_view rest;

    /// A letter c is taken in either case.
    bool take(char c) {
        if (rest.empty() || (rest[0] != c && !(c >= 'a' && c <= 'z' && rest[0] == c - 'a' + 'A'))) return false;
        rest.remove_prefix(1);
        return true;
    }
    std::string_view take_while(bool (*accepts)(char)) {
        std::size_t n = 0;
        while (n < rest.size() && accepts(rest[n])) ++n;
        const std::string_view taken = rest.substr(0, n);
        rest.remove_prefix(n);
        return taken;
    }
};

Integer integer(std::string_view digits, int base) {
    Integer n;
    if (!digits.empty()) mpz_set_str(n.backend().data(), std::string(digits).c_str(), base);
    return n;
}

Integer power(unsigned long base, unsigned long exponent) {
    Integer n;
    mpz_ui_pow_ui(n.backend().data(), base, exponent);
    return n;
}

/// [+-] digits; the text up to here must not be the end.
long exponent(Cursor& at, std::string_view text) {
    const bool negative = at.take('-');
    if (!negative) at.take('+');
    std::string_view digits = at.take_while(is_digit);
    if (digits.empty()) refuse(text, "its exponent has no digits");
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.size() > 6 || (!digits.empty() && std::stol(std::string(digits)) > largest_exponent))
        refuse(text, "its exponent lies outside -" + std::to_string(largest_exponent) + " to " +
                         std::to_string(largest_exponent));
    const long e = digits.empty() ? 0 : std::stol(std::string(digits));
    return negative ? -e : e;
}

/// whole.part of at most 18 digits: numerator and denominator below 2^60.
RationalNumber short_decimal(std::string_view whole, std::string_view part) {
    std::uint64_t p = 0, q = 1;
    for (const char c : whole) p = 10 * p + static_cast<std::uint64_t>(c - '0');
    for (const char c : part) {
        p = 10 * p + static_cast<std::uint64_t>(c - '0');
        q *= 10;
    }
    const std::uint64_t common = std::gcd(p, q);  // q where p is 0
    RationalNumber x;
    mpz_set_ui(mpq_numref(x.backend().data()), p / common);
    mpz_set_ui(mpq_denref(x.backend().data()), q / common);
    return x;
}

/// whole [. part] [mark exponent] = (whole part as one integer) * radix^-|part| * scale^exponent.
RationalNumber positional(Cursor& at, std::string_view text, int radix, char mark, unsigned long scale) {
    const auto accepts = radix == 16 ? is_hex_digit : is_digit;
    const std::string_view whole = at.take_while(accepts);
    const std::string_view part = at.take('.') ? at.take_while(accepts) : std::string_view();
    if (whole.empty() && part.empty())
        refuse(text, "expected a decimal such as -1.5e-3, a fraction p/q or a hex float such as 0x1.8p-3");
    const long e = at.take(mark) ? exponent(at, text) : 0;
    if (radix == 10 && e == 0 && whole.size() + part.size() <= 18) return short_decimal(whole, part);
    Integer p = integer(std::string(whole) + std::string(part), radix);
    Integer q = power(static_cast<unsigned long>(radix), part.size());
    if (e >= 0) p *= power(scale, static_cast<unsigned long>(e));
    else q *= power(scale, static_cast<unsigned long>(-e));
    return RationalNumber(p, q);
}

/// |x| = p/d > 0; k with 10^k <= p/d < 10^(k+1).
long floor_log10(const RationalNumber& magnitude) {
    const Integer p = numerator(magnitude), d = denominator(magnitude);
    const auto digits = [](const Integer& n) {
        return static_cast<long>(mpz_sizeinbase(n.backend().data(), 10));
    };                                   // exact or 1 too big
    long k = digits(p) - digits(d) + 2;  // p/d < 10^digits(p) / 10^(digits(d) - 2)
    const auto below = [&](long j) {
        return j >= 0 ? p < d * power(10, static_cast<unsigned long>(j))
                      : p * power(10, static_cast<unsigned long>(-j)) < d;
    };
    while (below(k)) --k;
    return k;
}

/// n * 10^(k - digits + 1) for n of exactly `digits` digits, laid out as %g does but with trailing zeros kept.
std::string layout(const std::string& n, long k) {
    const long digits = static_cast<long>(n.size());
    if (k < -5 || k >= digits) {
        std::string s = n.substr(0, 1);
        if (digits > 1) s += "." + n.substr(1);
        const std::string size = std::to_string(k < 0 ? -k : k);
        return s + "e" + (k < 0 ? "-" : "+") + (size.size() < 2 ? "0" : "") + size;
    }
    if (k < 0) return "0." + std::string(static_cast<std::size_t>(-k - 1), '0') + n;
    const auto whole = static_cast<std::size_t>(k) + 1;
    return whole == n.size() ? n : n.substr(0, whole) + "." + n.substr(whole);
}

/// The magnitude goes up exactly where the direction and the sign of x agree.
std::string directed(double x, int digits, bool up) {
    if (std::isnan(x)) throw DomainError("NaN has no decimal bound");
    if (digits < 1 || digits > 1000)
        throw DomainError("a decimal of " + std::to_string(digits) + " digits: expected 1 to 1000");
    if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
    RationalNumber magnitude = exact_rational(x);
    if (magnitude.is_zero()) return "0";
    const bool negative = magnitude.sign() < 0;
    if (negative) magnitude = -magnitude;

    long k = floor_log10(magnitude);
    const long shift = digits - 1 - k;  // n = |x| 10^shift rounded, 10^(digits-1) <= n <= 10^digits
    Integer p = numerator(magnitude), d = denominator(magnitude), n;
    (shift >= 0 ? p : d) *= power(10, static_cast<unsigned long>(shift >= 0 ? shift : -shift));
    if (up != negative) mpz_cdiv_q(n.backend().data(), p.backend().data(), d.backend().data());
    else mpz_fdiv_q(n.backend().data(), p.backend().data(), d.backend().data());
    std::string text = n.str();
    if (static_cast<long>(text.size()) > digits) {  // n = 10^digits = 10 * 10^(digits-1)
        text.pop_back();
        ++k;
    }
    return (negative ? "-" : "") + layout(text, k);
}

}  // namespace

RationalNumber parse_decimal(std::string_view text) {
    if (text.size() > longest_text)
        refuse(text, "a number may have at most " + std::to_string(longest_text) + " bytes");
    Cursor at{text};
    const bool negative = at.take('-');
    if (!negative) at.take('+');
    RationalNumber q;
    if (Cursor hex = at; hex.take('0') && hex.take('x')) {
        at = hex;
        q = positional(at, text, 16, 'p', 2);
    } else if (Cursor ahead = at; !ahead.take_while(is_digit).empty() && ahead.take('/')) {
        const Integer p = integer(at.take_while(is_digit), 10);
        at.take('/');
        const std::string_view digits = at.take_while(is_digit);
        const Integer d = integer(digits, 10);
        if (!digits.empty() && d.is_zero()) refuse(text, "its denominator is 0");
        if (digits.empty()) refuse(text, "a fraction needs digits after the /");
        q = RationalNumber(p, d);
    } else {
        q = positional(at, text, 10, 'e', 10);
    }
    if (!at.rest.empty()) refuse(text, "unexpected " + excerpt(at.rest) + " after the number");
    return negative ? RationalNumber(-q) : q;
}

std::string decimal_down(double x, int digits) { return directed(x, digits, false); }
std::string decimal_up(double x, int digits) { return directed(x, digits, true); }

std::string decimal_nearest_shortest(double x) {
    char buffer[32];  // at most 24: -1.7976931348623157e+308
    if (std::isnan(x)) return "nan";
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr);
}

std::string readable(const RationalNumber& q) {
    const double near = round_nearest(q);
    if (std::isfinite(near))
        if (const std::string decimal = decimal_nearest_shortest(near); parse_decimal(decimal) == q) return decimal;
    const std::string exact = fraction(q);
    return exact.size() <= 60 ? exact : "a number of " + std::to_string(exact.size()) + " characters";
}

std::string fraction(const RationalNumber& q) { return numerator(q).str() + "/" + denominator(q).str(); }

}  // namespace tercet
