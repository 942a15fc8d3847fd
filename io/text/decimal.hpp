/// Decimal numbers as text: read as exact rationals, printed rounded outward.
///
/// parse_decimal("0.01") is 1/100, not the double near it. decimal_down(x, n) <= x <= decimal_up(x, n) as real numbers,
/// so a printed bound is still a bound. Everything is integer arithmetic: neither the rounding mode nor the locale
/// plays a part.
#pragma once

#include <tercet/scalars/rational_number.hpp>

#include <string>
#include <string_view>

namespace tercet {

/// The number that the text says. With an optional sign before it:
///   decimal   "0.01" "-1.5e-3" ".5" "5."   digits [. digits] [e exponent]
///   fraction  "7/3"                        digits / digits
///   hex float "0x1.8p-3"                   0x hexdigits [. hexdigits] [p exponent]
/// Throws FormatError, with the text quoted, on anything else (blanks, nan and inf too), on a zero denominator, on an
/// exponent beyond +-100000 and on a text longer than 200000 bytes: 10 bytes of text must not ask for gigabytes.
RationalNumber parse_decimal(std::string_view text);

/// Decimal text of the largest (smallest) number of `digits` significant digits that is <= x (>= x); "-2.50",
/// "1.25e-07", "0". Written with an exponent where x < 1e-5 or x >= 10^digits, as %g does. Edge cases: "inf", "-inf";
/// both zeros print as "0".
/// Throws DomainError on NaN, which bounds nothing, and unless 1 <= digits <= 1000.
std::string decimal_down(double x, int digits);
std::string decimal_up(double x, int digits);

/// The shortest decimal that reads back as x: "0.1", "1e+300", "-0", "inf", "nan".
std::string decimal_nearest_shortest(double x);

/// "p/q" in lowest terms, q >= 1 always written: "3/1", "-7/2".
std::string fraction(const RationalNumber& q);

/// The number exactly, for a sentence: its short decimal where that is all of it ("1e-30"), else the fraction; one of
/// more than 60 characters is only counted.
std::string readable(const RationalNumber& q);

}  // namespace tercet
