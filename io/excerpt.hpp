/// Text from a file as an error sentence shows it: in quotes, one line, short.
#pragma once

#include <string>
#include <string_view>

namespace tercet {

/// "text" with every byte outside printable ASCII as \xNN, cut after 40 bytes with "..." and the length.
inline std::string excerpt(std::string_view text) {
    constexpr std::size_t longest = 40;
    constexpr char digits[] = "0123456789abcdef";
    std::string s = "\"";
    for (const char c : text.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) s += c;
        else (s += "\\x") += {digits[byte >> 4], digits[byte & 15]};
    }
    if (text.size() > longest) s += "...";
    s += '"';
    if (text.size() > longest) s += " (" + std::to_string(text.size()) + " bytes)";
    return s;
}

}  // namespace tercet
