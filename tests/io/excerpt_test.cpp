#include <tercet/io/text/excerpt.hpp>

#include "catch.hpp"

using tercet::excerpt;
using tercet::printable;

TEST_CASE("printable spells out what has no ink, moves the cursor or turns the text around, and leaves the rest") {
    CHECK(printable("layers.0/weight 'x' \"y\" \\n") == "layers.0/weight 'x' \"y\" \\n");
    CHECK(printable("Größe 层 вес ώ 😀") == "Größe 层 вес ώ 😀");
    CHECK(printable("a\nproved: b\r\t\x1b[31m\x7f" + std::string(1, '\0')) ==
          "a\\x0aproved: b\\x0d\\x09\\x1b[31m\\x7f\\x00");
    CHECK(printable("\xc2\x85\xc2\x9b\xc2\xa0") ==
          "\\u0085\\u009b\\u00a0");  // C1 controls, a blank that does not break
    CHECK(printable("\xe2\x80\xae\xe2\x80\xa8\xe2\x80\x8b") ==
          "\\u202e\\u2028\\u200b");  // right to left, a new line, width 0
    CHECK(printable("\xef\xbb\xbf\xe2\x81\xa6\xef\xbf\xbf") ==
          "\\ufeff\\u2066\\uffff");  // a byte order mark, an isolate, no character
    CHECK(printable("\xf3\xa0\x81\x81\xee\x80\x80\xf4\x8f\xbf\xbf") ==
          "\\ue0041\\ue000\\u10ffff");  // a tag, private use
    CHECK(printable("\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xb0") ==
          "\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xb0");  // between the unseen ranges
}

TEST_CASE("printable spells out bytes that are no UTF-8") {
    CHECK(printable("\x80\xff") == "\\x80\\xff");
    CHECK(printable("\xc0\x8a\xe0\x80\x8a") == "\\xc0\\x8a\\xe0\\x80\\x8a");  // overlong line feeds
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");                    // a surrogate
    CHECK(printable("\xf4\x90\x80\x80\xf8") == "\\xf4\\x90\\x80\\x80\\xf8");  // beyond U+10FFFF
    CHECK(printable("\xe2\x80") == "\\xe2\\x80");                             // broken off
    CHECK(printable("\xe2\x28\xa1\xc3") == "\\xe2(\\xa1\\xc3");
}

TEST_CASE(
    "printable keeps the beginning and the end of what is long, in whole characters, and changes nothing the second "
    "time") {
    const std::string name(100'000, 'a');
    const std::string line = printable("node '" + name + "' (Div): division by zero");
    CHECK(line.size() == 1000);
    CHECK(line.starts_with("node 'aaa"));
    CHECK(line.ends_with("aaa' (Div): division by zero"));
    CHECK(line.find("a...(100031 bytes)...a") != line.npos);
    CHECK(printable(line) == line);
    CHECK(printable(std::string(1000, 'b')) == std::string(1000, 'b'));
    for (std::size_t n = 20; n < 32; ++n) {
        std::string text;
        for (std::size_t i = 0; i < n; ++i) text += "层";
        const std::string cut = printable(text, 60);
        CHECK(cut.size() <= 60);
        CHECK(cut.size() >= 56);
        CHECK(printable(cut, 60) == cut);  // else a character would have been split
        CHECK((n <= 20) == (cut == text));
    }
    CHECK(printable(std::string(100, '\n'), 60).size() == 60);
    CHECK(printable("", 60).empty());
}

TEST_CASE("excerpt quotes one piece, 40 bytes of it") {
    CHECK(excerpt("a\nb\xc3\xa4") == "\"a\\x0ab\\xc3\\xa4\"");
    CHECK(excerpt(std::string(41, 'x')) == "\"" + std::string(40, 'x') + "...\" (41 bytes)");
}
