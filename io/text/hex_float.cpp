#include <tercet/core/error.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/text/hex_float.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <bit>
#include <cstdint>
#include <limits>

namespace tercet {

std::string hex_float(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const int biased = static_cast<int>(bits >> 52 & 0x7ff);
    std::uint64_t part = bits & 0xfffffffffffff;
    if (biased == 0x7ff && part) return "nan";
    const std::string sign = bits >> 63 ? "-" : "";
    if (biased == 0x7ff) return sign + "inf";
    if (biased == 0 && part == 0) return sign + "0x0p+0";

    std::string s = sign + (biased ? "0x1" : "0x0");
    if (part) s += '.';
    for (part <<= 12; part; part <<= 4)
        s += "0123456789abcdef"[part >> 60];  // 13 digits from the top, trailing zeros left out
    const int exponent = biased ? biased - 1023 : -1022;
    return s + (exponent < 0 ? "p-" : "p+") + std::to_string(exponent < 0 ? -exponent : exponent);
}

double parse_hex_float(std::string_view text) {
    using Limits = std::numeric_limits<double>;
    if (text == "inf" || text == "+inf") return Limits::infinity();
    if (text == "-inf") return -Limits::infinity();
    if (text == "nan") return Limits::quiet_NaN();
    const RationalNumber q = parse_decimal(text);
    if (q.is_zero()) return text[0] == '-' ? -0.0 : 0.0;
    const double x = round_down(q);
    if (std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(round_up(q)))
        throw FormatError("number " + excerpt(text) + " is no double");
    return x;
}

}  // namespace tercet
