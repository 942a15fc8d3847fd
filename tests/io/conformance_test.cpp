/// docs/conformance.md and the operators that are read agree: each operator has its row, each row its operators.
#include <tercet/io/onnx/rules.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "catch.hpp"

namespace {

/// The names in the first column, what stands in parentheses left out.
std::set<std::string> listed_operators() {
    std::ifstream in(TERCET_SOURCE_DIR "/docs/conformance.md");
    std::set<std::string> names;
    std::string line;
    while (std::getline(in, line)) {
        if (!line.starts_with("| ") || line.starts_with("| operator")) continue;
        std::string cell = line.substr(2, line.find(" |", 2) - 2), plain;
        int depth = 0;
        for (const char c : cell) {
            depth += c == '(';
            if (depth == 0) plain += c;
            depth -= c == ')';
        }
        std::istringstream words(plain);
        for (std::string name; std::getline(words, name, ',');) {
            name.erase(0, name.find_first_not_of(' '));
            name.erase(name.find_last_not_of(' ') + 1);
            CHECK(names.insert(name).second);  // in one row
        }
    }
    return names;
}

}  // namespace

TEST_CASE("docs/conformance.md has a row for every operator that is read, and no other") {
    const std::set<std::string> listed = listed_operators();
    const auto kinds = tercet::onnx_io::known_kinds();
    const std::set<std::string> known(kinds.begin(), kinds.end());
    for (const auto& name : known) {
        CAPTURE(name);
        CHECK(listed.count(name) == 1);
    }
    for (const auto& name : listed) {
        CAPTURE(name);
        CHECK(known.count(name) == 1);
    }
}
