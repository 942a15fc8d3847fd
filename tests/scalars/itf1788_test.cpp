/// The bare assertions of the ITF1788 suite for the operations that Interval has.
/// tight: the same interval; valid: contains it; else a violation.
///
/// The suite is read from shared/itf1788 when the test runs, and is absent from a clone of the repository alone.
/// Not attempted: decorations, the empty set and other operands that Interval refuses, results that are empty, division
/// by an interval that contains 0 unless the line is expected (ours is the line, the suite's a half-line), and
/// operations that Interval has not.
#include <tercet/scalars/elementary/interval_elementary.hpp>
#include <tercet/scalars/elementary/interval_functions.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace tercet;

namespace {

/// An interval, or a point [x, x] for a number; nothing where Interval has no such value.
std::optional<Interval> parse(const std::string& text) {
    const double inf = std::numeric_limits<double>::infinity();
    if (text == "[entire]") return Interval(-inf, inf);
    const bool bracketed = text.front() == '[';
    if (bracketed && text.back() != ']') return std::nullopt;  // decorated
    const std::string inner = bracketed ? text.substr(1, text.size() - 2) : text;
    std::vector<double> ends;
    std::stringstream parts(inner);
    for (std::string part; std::getline(parts, part, ',');) {
        char* rest = nullptr;
        ends.push_back(std::strtod(part.c_str(), &rest));
        if (rest == part.c_str()) return std::nullopt;
    }
    if (ends.empty() || is_nan(ends.front()) || is_nan(ends.back())) return std::nullopt;
    try {
        return Interval(ends.front(), ends.back());
    } catch (const DomainError&) {
        return std::nullopt;
    }
}

using Operands = std::vector<Interval>;
using Operation = Interval (*)(const Operands&);

const std::map<std::string, Operation> operations = {
    {"pos", [](const Operands& x) { return x[0]; }},
    {"neg", [](const Operands& x) { return -x[0]; }},
    {"add", [](const Operands& x) { return x[0] + x[1]; }},
    {"sub", [](const Operands& x) { return x[0] - x[1]; }},
    {"mul", [](const Operands& x) { return x[0] * x[1]; }},
    {"div", [](const Operands& x) { return x[0] / x[1]; }},
    {"recip", [](const Operands& x) { return Interval(1.0) / x[0]; }},
    {"sqr", [](const Operands& x) { return square(x[0]); }},
    {"sqrt", [](const Operands& x) { return sqrt(x[0]); }},
    {"abs", [](const Operands& x) { return abs(x[0]); }},
    {"min", [](const Operands& x) { return min(x[0], x[1]); }},
    {"max", [](const Operands& x) { return max(x[0], x[1]); }},
    {"convexHull", [](const Operands& x) { return hull(x[0], x[1]); }},
    {"exp", [](const Operands& x) { return exp(x[0]); }},
    {"log", [](const Operands& x) { return log(x[0]); }},
    {"tanh", [](const Operands& x) { return tanh(x[0]); }},
    {"expm1", [](const Operands& x) { return expm1(x[0]); }},
    {"logp1", [](const Operands& x) { return log1p(x[0]); }},
    {"sin", [](const Operands& x) { return sin(x[0]); }},
    {"cos", [](const Operands& x) { return cos(x[0]); }},
    {"tan", [](const Operands& x) { return tan(x[0]); }},
    {"asin", [](const Operands& x) { return asin(x[0]); }},
    {"acos", [](const Operands& x) { return acos(x[0]); }},
    {"atan", [](const Operands& x) { return atan(x[0]); }},
    {"sinh", [](const Operands& x) { return sinh(x[0]); }},
    {"cosh", [](const Operands& x) { return cosh(x[0]); }},
    {"asinh", [](const Operands& x) { return asinh(x[0]); }},
    {"acosh", [](const Operands& x) { return acosh(x[0]); }},
    {"atanh", [](const Operands& x) { return atanh(x[0]); }},
    {"floor", [](const Operands& x) { return floor(x[0]); }},
    {"roundTiesToEven", [](const Operands& x) { return round_even(x[0]); }},
    {"mid", [](const Operands& x) { return Interval(x[0].midpoint()); }},
    {"isMember", [](const Operands& x) { return Interval(x[1].contains(x[0].lower()) ? 1.0 : 0.0); }},
    {"subset", [](const Operands& x) { return Interval(x[1].contains(x[0]) ? 1.0 : 0.0); }},
    {"equal", [](const Operands& x) { return Interval(x[0] == x[1] ? 1.0 : 0.0); }},
};

struct Score {
    int tight = 0, valid = 0, violations = 0, not_attempted = 0;
};

/// One statement without its semicolon: op operand... = result. Counts it.
void assess(const std::string& statement, std::map<std::string, Score>& scores) {
    static const std::regex token(R"([^\s\[\]]+|\[[^\]]*\]\S*)");
    std::vector<std::string> words(std::sregex_token_iterator(statement.begin(), statement.end(), token), {});
    if (words.size() < 3) return;
    const auto equals = std::find(words.begin(), words.end(), "=");
    const auto operation = operations.find(words[0]);
    Score& score = scores[operation == operations.end() ? "(others)" : words[0]];
    ++score.not_attempted;  // unless all goes well
    if (operation == operations.end() || words.end() - equals != 2) return;

    Operands x;
    for (auto w = words.begin() + 1; w != equals; ++w) {
        const auto operand = parse(*w);
        if (!operand) return;
        x.push_back(*operand);
    }
    const std::string result = words.back() == "true" ? "1" : words.back() == "false" ? "0" : words.back();
    const auto expected = parse(result);
    if (!expected) return;
    if ((words[0] == "div" || words[0] == "recip") && x.back().contains(0.0) && result != "[entire]") return;

    --score.not_attempted;
    const Interval y = operation->second(x);
    if (y == *expected) ++score.tight;
    else if (y.contains(*expected) && result.front() == '[') ++score.valid;
    else {
        ++score.violations;
        UNSCOPED_INFO(statement);
    }
}

}  // namespace

TEST_CASE("ITF1788: no violation, and every attempted result is tight") {
    const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "itf1788";
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: no ITF1788 files in " << folder);
        return;
    }
    std::map<std::string, Score> scores;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".itl") continue;
        std::ifstream file(entry.path());
        std::string text((std::istreambuf_iterator<char>(file)), {});
        for (std::size_t from; (from = text.find("/*")) != std::string::npos;)
            text.erase(from, text.find("*/", from) + 2 - from);
        text = std::regex_replace(text, std::regex("//[^\n]*|testcase[^{]*\\{|\\}"), "");
        std::stringstream statements(text);
        for (std::string s; std::getline(statements, s, ';');) assess(s, scores);
    }
    Score all;
    for (const auto& [name, s] : scores) {
        std::cout << "ITF1788 " << name << ": tight " << s.tight << ", valid " << s.valid << ", violations "
                  << s.violations << ", not attempted " << s.not_attempted << '\n';
        all.tight += s.tight, all.valid += s.valid, all.violations += s.violations,
            all.not_attempted += s.not_attempted;
    }
    std::cout << "ITF1788 in all: tight " << all.tight << ", valid " << all.valid << ", violations " << all.violations
              << ", not attempted " << all.not_attempted << '\n';
    CHECK(all.violations == 0);
    CHECK(all.valid == 0);
    CHECK(all.tight > 1200);
}
