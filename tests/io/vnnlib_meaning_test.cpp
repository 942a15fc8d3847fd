/// The normal form means what the text means: random formulas are decided at random points in two ways.
#include <tercet/io/vnnlib/read.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <random>

#include "catch.hpp"
#include "messages.hpp"

using namespace tercet;

namespace {

using Point = std::vector<RationalNumber>;
using Value = std::function<RationalNumber(const Point& x, const Point& y)>;
using Decision = std::function<bool(const Point& x, const Point& y)>;

template <class Meaning>
struct Phrase {
    std::string text;
    Meaning meaning;
};

constexpr int inputs = 3, outputs = 2;

struct Generator {
    std::mt19937_64 random;

    int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }

    Phrase<Value> number() {
        const int n = below(9) - 4;
        const bool half = below(2);
        const RationalNumber value = RationalNumber(n) + (half ? RationalNumber(n < 0 ? -1 : 1, 2) : RationalNumber(0));
        const char* forms[] = {"", "0"};
        return {std::to_string(n) + (half ? ".5" : "." + std::string(forms[below(2)])),
                [value](const Point&, const Point&) { return value; }};
    }
    Phrase<Value> term(int depth) {
        const auto kind = depth == 0 ? below(3) : below(8);
        if (kind == 0) return number();
        if (kind < 3) {
            const auto i = static_cast<std::size_t>(below(inputs + outputs));
            if (i < inputs) return {"X_" + std::to_string(i), [i](const Point& x, const Point&) { return x[i]; }};
            return {"Y_" + std::to_string(i - inputs), [i](const Point&, const Point& y) { return y[i - inputs]; }};
        }
        auto a = term(depth - 1);
        if (kind == 3)
            return {"(- " + a.text + ")",
                    [m = a.meaning](const Point& x, const Point& y) { return RationalNumber(-m(x, y)); }};
        if (kind == 4) {
            auto c = number();
            const bool left = below(2);
            return {"(* " + (left ? c.text + " " + a.text : a.text + "  " + c.text) + ")",
                    [m = a.meaning, n = c.meaning](const Point& x, const Point& y) {
                        return RationalNumber(m(x, y) * n(x, y));
                    }};
        }
        auto b = term(depth - 1), c = term(depth - 1);
        const bool minus = below(2);
        return {std::string(minus ? "(- " : "(+ ") + a.text + " " + b.text + "\n" + c.text + ")",
                [minus, m = a.meaning, n = b.meaning, o = c.meaning](const Point& x, const Point& y) {
                    return RationalNumber(minus ? m(x, y) - n(x, y) - o(x, y) : m(x, y) + n(x, y) + o(x, y));
                }};
    }
    Phrase<Decision> formula(int depth) {
        if (depth == 0 || below(4) == 0) {
            const auto a = term(below(3)), b = term(below(2));
            const int op = below(5);
            const char* names[] = {"<=", "<", ">=", ">", "="};
            return {"(" + std::string(names[op]) + " " + a.text + " " + b.text + ")",
                    [op, m = a.meaning, n = b.meaning](const Point& x, const Point& y) {
                        const auto u = m(x, y), v = n(x, y);
                        return op == 0 ? u <= v : op == 1 ? u < v : op == 2 ? u >= v : op == 3 ? u > v : u == v;
                    }};
        }
        const bool all = below(2);
        const int size = 1 + below(3);
        Phrase<Decision> phrase{all ? "(and" : "(or", [all](const Point&, const Point&) { return all; }};
        for (int i = 0; i < size; ++i) {
            auto part = formula(depth - 1);
            phrase.text += " ; a comment ( \n" + part.text;
            phrase.meaning = [all, m = phrase.meaning, n = part.meaning](const Point& x, const Point& y) {
                return all ? m(x, y) && n(x, y) : m(x, y) || n(x, y);
            };
        }
        phrase.text += ")";
        return phrase;
    }
    Point point(int size) {
        Point p;
        for (int i = 0; i < size; ++i) p.push_back(RationalNumber(below(13) - 6, 2));
        return p;
    }
};

const std::string declarations = [] {
    std::string text;
    for (int i = 0; i < inputs; ++i) text += "(declare-const X_" + std::to_string(i) + " Real)\n";
    for (int i = 0; i < outputs; ++i) text += "(declare-fun Y_" + std::to_string(i) + " () Real)\n";
    for (int i = 0; i < inputs; ++i)
        text += "(assert (>= X_" + std::to_string(i) + " -2.5))(assert (<= X_" + std::to_string(i) + " 2))\n";
    return text;
}();

}  // namespace

TEST_CASE("the normal form of a random formula holds exactly where the formula does") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    Generator generator{std::mt19937_64(seed)};
    int read = 0, yes = 0, decided = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto a = generator.formula(3), b = generator.formula(2);
        const std::string text = declarations + "(assert " + a.text + ")\n(assert " + b.text + ")";
        INFO(text);
        Property property;
        const std::string refused = message([&] { property = parse_vnnlib(text, "random"); });
        if (!refused.empty()) {  // random formulas are often empty in a disjunct; nothing else is wrong with them
            REQUIRE((refused.find("the box is empty") != refused.npos ||
                     refused.find("is false whatever") != refused.npos));
            continue;
        }
        ++read;
        for (int k = 0; k < 40; ++k) {
            const Point x = generator.point(inputs), y = generator.point(outputs);
            bool expected = a.meaning(x, y) && b.meaning(x, y);
            for (const auto& value : x) expected = expected && value >= RationalNumber(-5, 2) && value <= 2;
            REQUIRE(holds(property, x, y) == expected);
            ++decided;
            yes += expected;
        }
    }
    CHECK(read > 500);
    CHECK(yes > 500);
    CHECK(yes < decided / 2);
}

TEST_CASE("texts with random bytes, cuts and repetitions never crash") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    Generator generator{std::mt19937_64(seed)};
    const std::string alphabet = "()()  \n;XY_0123456789.-+*/=<>eandorst";
    int refused = 0, read = 0;
    for (int i = 0; i < 6000; ++i) {
        std::string text = declarations + "(assert " + generator.formula(2).text + ")";
        const auto place = [&] {
            return static_cast<std::size_t>(generator.random() % std::max<std::size_t>(text.size(), 1));
        };
        for (int n = generator.below(4); n >= 0; --n) {
            const int kind = generator.below(5);
            if (text.empty()) break;
            if (kind == 0) text[place()] = static_cast<char>(generator.random());
            else if (kind == 1) text[place()] = alphabet[generator.random() % alphabet.size()];
            else if (kind == 2) text.erase(place(), 1 + generator.random() % 5);
            else if (kind == 3) text.insert(place(), text.substr(place(), 1 + generator.random() % 20));
            else text.resize(1 + place());
        }
        ++(message([&] { parse_vnnlib(text, "mutated"); }).empty() ? read : refused);
    }
    CHECK(refused > 1000);
    CHECK(read > 20);
}

TEST_CASE("every VNN-LIB 1.0 file of VNN-COMP is read") {
    namespace fs = std::filesystem;
    const fs::path root = fs::path(TERCET_SHARED_DIR) / "vnncomp";
    if (!fs::exists(root)) {
        WARN("skipped: " << root << " is absent");
        return;
    }
    int files = 0;
    double slowest = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".vnnlib") continue;
        if (entry.path().parent_path().filename() == "vnnlib2") {
            CHECK_THROWS_AS(read_vnnlib(entry.path()), FormatError);
            continue;
        }
        const auto start = std::chrono::steady_clock::now();
        CHECK_NOTHROW(read_vnnlib(entry.path()));
        slowest = std::max(slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        ++files;
    }
    CHECK(files == 635);
    INFO("slowest file: " << slowest << " s");
    CHECK(slowest < 5);

    const Property two_boxes = read_vnnlib(root / "acasxu/vnnlib/prop_6.vnnlib");
    CHECK(two_boxes.disjuncts.size() == 8);
    CHECK(two_boxes.boxes.size() == 2);
    CHECK(two_boxes.boxes[0].upper[0] == RationalNumber(700434925, 1000000000));
    const Property lines = read_vnnlib(root / "nn4sys/vnnlib/lindex_800.vnnlib");
    CHECK(lines.disjuncts.size() == 1600);
    CHECK(lines.boxes.size() == 800);
    const Property between = read_vnnlib(root / "ACC/vnnlib/prop_far0_eps0.vnnlib");
    CHECK(between.disjuncts.size() == 2);
    CHECK(between.boxes[0].lower[0] == 0);
    CHECK(between.disjuncts[0].input_constraints.size() == 1);
}
