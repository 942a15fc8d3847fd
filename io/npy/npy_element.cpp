#include <tercet/core/error.hpp>
#include <tercet/io/npy/npy_element.hpp>
#include <tercet/io/text/excerpt.hpp>

#include <bit>

namespace tercet {

namespace {

/// The binary16, bfloat16 or binary32 number with these bits as the same number in binary64; a NaN keeps its payload.
double widen(std::uint64_t bits, int exponent_bits, int part_bits) {
    const std::uint64_t sign = (bits >> (exponent_bits + part_bits) & 1) << 63;
    const std::uint64_t largest = (std::uint64_t{1} << exponent_bits) - 1;
    const int bias = static_cast<int>(largest >> 1);
    int biased = static_cast<int>(bits >> part_bits & largest);
    std::uint64_t part = bits & ((std::uint64_t{1} << part_bits) - 1);
    const int shift = 52 - part_bits;
    if (static_cast<std::uint64_t>(biased) == largest)
        return std::bit_cast<double>(sign | std::uint64_t{0x7ff} << 52 | part << shift);
    if (biased == 0) {
        if (part == 0) return std::bit_cast<double>(sign);
        const int missing =
            part_bits + 1 - std::bit_width(part);  // a subnormal becomes normal: its leading bit moves to bit part_bits
        part = (part << missing) & ((std::uint64_t{1} << part_bits) - 1);
        biased = 1 - missing;
    }
    return std::bit_cast<double>(sign | static_cast<std::uint64_t>(biased - bias + 1023) << 52 | part << shift);
}

/// The integer as a double; exact when its odd part has at most 53 bits, which is asked here and not of the rounding.
double integer_element(std::uint64_t magnitude, bool negative) {
    const int twos = magnitude ? std::countr_zero(magnitude) : 0;
    if (std::bit_width(magnitude >> twos) > 53)
        throw FormatError(std::string("is ") + (negative ? "-" : "") + std::to_string(magnitude) +
                          ", which no double equals");
    const double x = static_cast<double>(magnitude);
    return negative ? -x : x;
}

}  // namespace

NpyDtype parse_npy_dtype(const std::string& descr, V2 v2) {
    const auto refuse = [&](const std::string& why) { return FormatError("dtype " + excerpt(descr) + " " + why); };
    if (descr == "O" || descr == "|O" || descr == "|O8")
        throw refuse("holds Python objects, which tercet does not read");
    if (descr == "bfloat16") return {'V', 2, false};
    const std::string type = descr.size() > 1 ? descr.substr(1) : "";
    if (type == "V2" && std::string_view("<>|").find(descr[0]) != std::string_view::npos) {
        if (v2 == V2::refused) throw refuse("is two bytes of no numeric type, as arrays of bfloat16 are saved");
        return {'V', 2, descr[0] == '>'};
    }
    const bool number = type == "f2" || type == "f4" || type == "f8" || type == "b1" ||
                        (type.size() == 2 && (type[0] == 'i' || type[0] == 'u') &&
                         std::string_view("1248").find(type[1]) != std::string_view::npos);
    if (!number || std::string_view("<>=|").find(descr[0]) == std::string_view::npos)
        throw refuse("is not one of f2, f4, f8, i1 to i8, u1 to u8, b1 and bfloat16");
    const int bytes = type[1] - '0';
    if (descr[0] == '|' && bytes > 1) throw refuse("does not say its byte order");
    const bool native_is_big = std::endian::native == std::endian::big;
    return {type[0], bytes, descr[0] == '>' || (descr[0] == '=' && native_is_big)};
}

std::uint64_t load_npy_bits(const char* at, int bytes, bool big_endian) {
    std::uint64_t bits = 0;
    for (int i = 0; i < bytes; ++i) bits = bits << 8 | static_cast<unsigned char>(at[big_endian ? i : bytes - 1 - i]);
    return bits;
}

double npy_element(const char* at, const NpyDtype& dtype) {
    const std::uint64_t bits = load_npy_bits(at, dtype.bytes, dtype.big_endian);
    if (dtype.kind == 'f')
        return dtype.bytes == 8   ? std::bit_cast<double>(bits)
               : dtype.bytes == 4 ? widen(bits, 8, 23)
                                  : widen(bits, 5, 10);
    if (dtype.kind == 'V') return widen(bits, 8, 7);
    if (dtype.kind == 'b' && bits > 1)
        throw FormatError("is the byte " + std::to_string(bits) + ", neither False nor True");
    const int width = 8 * dtype.bytes;
    const bool negative = dtype.kind == 'i' && bits >> (width - 1);
    const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    return integer_element(negative ? (~bits + 1) & mask : bits, negative);
}

}  // namespace tercet
