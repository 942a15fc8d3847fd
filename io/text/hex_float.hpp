/// Doubles as hexadecimal floats: every bit in readable text, "0x1.8p-3" = 1.5 * 2^-3.
///
/// The same text as C99's %a in glibc, but from the bits of the number: no locale, no rounding mode, no library in
/// between. Python's float.fromhex, C's strtod and parse_decimal read it.
#pragma once

#include <string>
#include <string_view>

namespace tercet {

/// "-0x1.8p-3", "0x1p+0", "0x0p+0", "-0x0p+0", subnormal "0x0.0000000000001p-1022", "inf", "-inf", "nan".
std::string hex_float(double x);

/// The double that the text says: what hex_float prints (sign of zero, infinities and nan too), or any number that
/// parse_decimal reads. Throws FormatError on other text and on a number that is no double.
double parse_hex_float(std::string_view text);

}  // namespace tercet
