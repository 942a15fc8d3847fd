#include <tercet/io/text/excerpt.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>

namespace tercet {

namespace {

struct Range {
    std::uint32_t first, last;
};

/// Without ink, or not what they seem (Unicode 15.0): Cc, Cf, Zl, Zp, Zs but U+0020, Default_Ignorable_Code_Point, the
/// blank letters of Hangul and Braille, private use, noncharacters. The last two code points of each plane are
/// noncharacters too. Ascending.
constexpr Range unseen[] = {
    {0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},        {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},      {0x890, 0x891},     {0x8e2, 0x8e2},
    {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5},    {0x180b, 0x180f},   {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800},    {0x3000, 0x3000},   {0x3164, 0x3164},
    {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},  {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

bool is_unseen(std::uint32_t c) {
    const auto* range = std::lower_bound(std::begin(unseen), std::end(unseen), c,
                                         [](const Range& r, std::uint32_t x) { return r.last < x; });
    return (range != std::end(unseen) && range->first <= c) || (c & 0xfffe) == 0xfffe;
}

/// The code point that the text begins with and its bytes; no bytes where it begins with none: overlong forms,
/// surrogates, what lies above U+10FFFF and what breaks off are no UTF-8.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0;
};

CodePoint first_code_point(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1};
    const int n = std::countl_one(lead);
    if (n < 2 || n > 4 || text.size() < static_cast<std::size_t>(n)) return {};
    std::uint32_t c = lead & (0x7fu >> n);
    for (int i = 1; i < n; ++i) {
        const auto next = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
        if ((next & 0xc0) != 0x80) return {};
        c = c << 6 | (next & 0x3f);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return {};
    return {c, static_cast<std::size_t>(n)};
}

void append_hex(std::string& s, const char* before, std::uint32_t value, int least_digits) {
    int digits = least_digits;
    while (digits < 8 && value >> (4 * digits)) ++digits;
    s += before;
    for (int i = digits; i-- > 0;) s += "0123456789abcdef"[value >> (4 * i) & 15];
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
    std::string s;
    s.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = first_code_point(text.substr(i));
        if (c.bytes == 0) append_hex(s, "\\x", static_cast<unsigned char>(text[i]), 2);
        else if (!is_unseen(c.value)) s += text.substr(i, c.bytes);
        else append_hex(s, c.value < 0x80 ? "\\x" : "\\u", c.value, c.value < 0x80 ? 2 : 4);
        i += std::max<std::size_t>(c.bytes, 1);
    }
    if (s.size() <= longest) return s;
    const std::string gap = "...(" + std::to_string(text.size()) + " bytes)...";
    const std::size_t kept = longest > gap.size() ? longest - gap.size() : 0;
    std::size_t head = kept - kept / 3, tail = s.size() - kept / 3;
    while (head > 0 && continues(s[head])) --head;
    while (tail < s.size() && continues(s[tail])) ++tail;
    return s.substr(0, head) + gap + s.substr(tail);
}

std::string excerpt(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string s = "\"";
    for (const char c : text.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) s += c;
        else append_hex(s, "\\x", byte, 2);
    }
    return s + (text.size() > longest ? "...\" (" + std::to_string(text.size()) + " bytes)" : "\"");
}

}  // namespace tercet
