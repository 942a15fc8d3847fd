#include <tercet/io/text/decimal.hpp>
#include <tercet/io/vnnlib/read.hpp>

#include <filesystem>

#include "catch.hpp"
#include "messages.hpp"

using namespace tercet;

namespace {

/// Two inputs in [0, 1] and two outputs, then the text; line 1 is the prefix, so that the text starts on line 2.
const std::string prefix =
    "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-fun Y_1 () Real)"
    "(assert (>= X_0 0))(assert (<= X_0 1))(assert (<= 0.0 X_1))(assert (>= 1 X_1))\n";

Property parse(const std::string& text) { return parse_vnnlib(prefix + text, "p.vnnlib"); }
std::string refusal(const std::string& text) {
    return message([&] { parse(text); });
}
std::string whole_refusal(const std::string& text) {
    return message([&] { parse_vnnlib(text, "p.vnnlib"); });
}

RationalNumber operator""_q(const char* text, std::size_t size) { return parse_decimal({text, size}); }

using Terms = std::vector<std::pair<int, RationalNumber>>;

}  // namespace

TEST_CASE("boxes and constraints come out in normal form") {
    const Property p = parse(
        "(assert (<= X_0 0.1)) ; tighter\n(assert (<= (* -2 X_1) -0.5e0))\n(assert (> Y_0 (+ Y_1 (* 3 X_0) 1e-1)))");
    CHECK(p.inputs == 2);
    CHECK(p.outputs == 2);
    REQUIRE(p.disjuncts.size() == 1);
    const Disjunct& d = p.disjuncts[0];
    CHECK(p.boxes[0] == Box{{"0"_q, "0.25"_q}, {"1/10"_q, "1"_q}});
    CHECK(d.input_constraints.empty());
    REQUIRE(d.output_constraints.size() == 1);
    CHECK(d.output_constraints[0] == LinearConstraint{Terms{{0, 3}}, Terms{{0, -1}, {1, 1}}, "-0.1"_q, true});
}

TEST_CASE("both operand orders, and every way to write a linear term") {
    const auto one = [](const std::string& comparison) {
        const Property p = parse("(assert " + comparison + ")");
        return p.disjuncts.at(0).output_constraints.at(0);
    };
    const LinearConstraint expected{{}, Terms{{0, 1}, {1, -1}}, "2"_q, false};
    for (const char* text : {"(<= (- Y_0 Y_1) 2)", "(>= 2 (- Y_0 Y_1))", "(<= Y_0 (+ Y_1 2))", "(>= (+ Y_1 1 1) Y_0)",
                             "(<= (- Y_0 Y_1 2) 0)", "(<= (+ Y_0 (- Y_1)) 2.0)", "(<= (* 3 (- Y_0 Y_1) (/ 1 3)) 2)",
                             "(<= (/ (- Y_0 Y_1) 1 1) 2)", "(<= (+ Y_0 (* 2 Y_1)) (+ (* 3 Y_1) 2))",
                             "(<= (+ Y_0 Y_0 (- Y_0 Y_1)) (+ 2 Y_0 Y_0))"}) {
        INFO(text);
        CHECK(one(text) == expected);
    }
    CHECK(one("(<= Y_0 7/3)").bound == "7/3"_q);
    CHECK(one("(<= Y_0 (/ 7 3))").bound == "7/3"_q);
    CHECK(one("(<= Y_0 (* (- X_0 X_0 -2) 2))").bound == 4);  // a factor whose variables cancel is a constant
}

TEST_CASE("strict bounds, equations and constraints between inputs") {
    const Property strict = parse("(assert (< X_0 0.5))");
    CHECK(strict.boxes[0].upper[0] == "0.5"_q);
    REQUIRE(strict.disjuncts[0].input_constraints.size() == 1);
    CHECK(strict.disjuncts[0].input_constraints[0] == LinearConstraint{Terms{{0, 1}}, {}, "0.5"_q, true});
    const Property equal = parse("(assert (= X_0 0.5))(assert (= Y_0 Y_1))");
    CHECK(equal.boxes[0] == Box{{"0.5"_q, 0}, {"0.5"_q, 1}});
    CHECK(equal.disjuncts[0].output_constraints.size() == 2);
    const Property between = parse("(assert (<= (- (* 1.5 X_0) X_1) -0.25))");
    REQUIRE(between.disjuncts[0].input_constraints.size() == 1);
    CHECK(between.disjuncts[0].input_constraints[0] ==
          LinearConstraint{Terms{{0, "1.5"_q}, {1, -1}}, {}, "-0.25"_q, false});
    CHECK(
        parse("(assert (<= 0 1))(assert (>= X_0 X_0))").disjuncts[0].input_constraints.empty());  // true, says nothing
}

TEST_CASE("ors over inputs and outputs multiply, boxes are found again") {
    const std::string boxes = "(assert (or (and (<= X_0 0.25)) (>= X_0 0.75)))\n";
    const Property p = parse(boxes + "(assert (or (<= Y_0 1) (and (<= Y_1 2) (<= Y_1 Y_0)) (>= Y_0 3)))");
    REQUIRE(p.disjuncts.size() == 6);
    CHECK(p.boxes == std::vector<Box>{{{0, 0}, {"1/4"_q, 1}}, {{"3/4"_q, 0}, {1, 1}}});
    for (int i = 0; i < 6; ++i) CHECK(p.disjuncts[static_cast<std::size_t>(i)].box == i / 3);
    CHECK(p.disjuncts[1].output_constraints.size() == 2);
    const Property mixed = parse(
        "(assert (or (and (<= X_0 0.5) (>= Y_0 1)) (and (>= X_0 0.5) (or (<= Y_0 0) (and (<= Y_1 0) (or (<= X_1 0.5) "
        "(>= X_1 0.5)))))))");
    CHECK(mixed.disjuncts.size() == 4);
    CHECK(mixed.boxes.size() == 4);
}

TEST_CASE("a disjunct that holds nowhere is left out and counted") {
    const Property p = parse(
        "(assert (or (and (>= Y_0 1) (<= X_1 -1e-3)) (<= Y_0 0) (and (<= 1 0) (<= Y_0 2)) (and (<= X_0 0.5) (<= Y_1 "
        "0))))");
    CHECK(p.empty_disjuncts == 2);
    REQUIRE(p.disjuncts.size() == 2);
    CHECK(p.boxes == std::vector<Box>{{{0, 0}, {1, 1}}, {{0, 0}, {"0.5"_q, 1}}});
    CHECK(p.disjuncts[0].box == 0);
    CHECK(p.disjuncts[1].box == 1);
    CHECK(p.disjuncts[0].output_constraints[0].output_terms == Terms{{0, 1}});
    const std::string open =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)";  // no bounds outside the or
    const std::string bounded = "(and (>= X_0 0) (<= X_0 1) (>= X_1 0) (<= X_1 1) (<= Y_0 -1))";
    for (const char* nowhere : {"(and (<= 1 0))", "(and (>= X_0 2) (<= X_0 1))"}) {
        const Property r = parse_vnnlib(open + "(assert (or " + nowhere + " " + bounded + "))", "p");
        CHECK(r.empty_disjuncts == 1);
        CHECK(r.disjuncts.size() == 1);
    }
    // What a disjunct says of the box is undone after it, also where it says it twice.
    const Property q = parse("(assert (or (and (<= X_0 0.5) (<= X_0 0.25) (>= X_0 0.125) (<= Y_0 0)) (<= Y_0 1)))");
    CHECK(q.boxes == std::vector<Box>{{{"0.125"_q, 0}, {"0.25"_q, 1}}, {{0, 0}, {1, 1}}});
}

TEST_CASE("disjuncts without bounds of their own share one box") {
    std::string text = "(assert (or";
    for (int i = 0; i < 1000; ++i) text += " (<= Y_0 " + std::to_string(i) + ")";
    CHECK(parse(text + "))").boxes.size() == 1);
}

TEST_CASE("a bad file is refused with its place") {
    CHECK(refusal("(assert (<= X_2 1))") == "p.vnnlib:2:13: variable \"X_2\" is not declared");
    CHECK(refusal("\n  (assert (<= Z 1))") ==
          "p.vnnlib:3:15: unknown variable \"Z\"; inputs are X_0, X_1, ... and outputs Y_0, Y_1, ...");
    CHECK(refusal("(assert (<= X_01 1))") ==
          "p.vnnlib:2:13: unknown variable \"X_01\"; inputs are X_0, X_1, ... and outputs Y_0, Y_1, ...");
    CHECK(refusal("(declare-const X_123456789 Real)") ==
          "p.vnnlib:2:16: variable \"X_123456789\": the index is too large");
    CHECK(refusal("(assert (<= X_0 1)") == "p.vnnlib:2:1: this parenthesis is never closed");
    CHECK(refusal("(assert (<= X_0 1)))") == "p.vnnlib:2:20: this parenthesis closes nothing");
    CHECK(refusal("(assert (<= X_0 1..2))") == "p.vnnlib:2:17: number \"1..2\": unexpected \".2\" after the number");
    CHECK(refusal("(assert (<= X_0 nan))") ==
          "p.vnnlib:2:17: unknown variable \"nan\"; inputs are X_0, X_1, ... and outputs Y_0, Y_1, ...");
    CHECK(refusal("(assert (<= X_0 1e999999))") ==
          "p.vnnlib:2:17: number \"1e999999\": its exponent lies outside -100000 to 100000");
    CHECK(refusal("(assert (<= (* X_0 Y_0) 1))") ==
          "p.vnnlib:2:20: product of two variables: only linear terms are read");
    CHECK(refusal("(assert (<= (/ 1 Y_0) 1))") == "p.vnnlib:2:18: division by a variable: only linear terms are read");
    CHECK(refusal("(assert (<= (/ Y_0 0.0) 1))") == "p.vnnlib:2:20: division by 0");
    CHECK(refusal("(assert (<= (/ Y_0) 1))") == "p.vnnlib:2:13: a division needs two operands");
    CHECK(refusal("(assert (<= (+) 1))") == "p.vnnlib:2:13: \"+\" has no operands");
    CHECK(refusal("(assert (<= (max X_0 X_1) 1))") ==
          "p.vnnlib:2:13: unknown function \"max\"; terms are made of + - * / and numbers");
    CHECK(refusal("(assert (<= (X_0) 1))") ==
          "p.vnnlib:2:13: unknown function \"X_0\"; terms are made of + - * / and numbers");
    CHECK(refusal("(assert (<= () 1))") == "p.vnnlib:2:13: expected a function such as (+ X_0 X_1)");
    CHECK(refusal("(assert (<= X_0))") == "p.vnnlib:2:9: \"<=\" needs 2 operands, got 1");
    CHECK(refusal("(assert (<= X_0 1 2))") == "p.vnnlib:2:9: \"<=\" needs 2 operands, got 3");
    CHECK(refusal("(assert (not (<= X_0 1)))") ==
          "p.vnnlib:2:9: unknown connective \"not\"; expected and, or, or a comparison such as (<= X_0 0.5)");
    CHECK(refusal("(assert X_0)") == "p.vnnlib:2:9: expected and, or, or a comparison such as (<= X_0 0.5)");
    CHECK(refusal("(assert (or))") == "p.vnnlib:2:9: \"or\" has no operands");
    CHECK(refusal("(assert)") == "p.vnnlib:2:1: expected (assert FORMULA)");
    CHECK(
        refusal("(check-sat)") ==
        "p.vnnlib:2:1: unknown command \"check-sat\"; tercet reads VNN-LIB 1.0: declare-const, declare-fun and assert");
    CHECK(refusal("assert") == "p.vnnlib:2:1: expected a command such as (assert (<= X_0 0.5))");
    CHECK(refusal("()") == "p.vnnlib:2:1: expected a command such as (assert (<= X_0 0.5))");
    CHECK(refusal("(declare-const Y_1 Real)") == "p.vnnlib:2:16: variable \"Y_1\" is declared twice");
    CHECK(refusal("(declare-const X_2 Int)") == "p.vnnlib:2:20: sort \"Int\": only Real is read");
    CHECK(refusal("(declare-fun X_2 (Real) Real)") == "p.vnnlib:2:1: expected (declare-fun NAME () Real)");
    CHECK(refusal("(declare-const X_2)") == "p.vnnlib:2:1: expected (declare-const NAME Real)");
    CHECK(refusal("(declare-const X_3 Real)") == "p.vnnlib: X_3 is declared but not X_2");
    CHECK(refusal("(assert (<= 1 0))") ==
          "p.vnnlib:2:9: this comparison is false whatever the network does, so the query is empty");
    CHECK(refusal("(assert (< X_0 X_0))") ==
          "p.vnnlib:2:9: this comparison is false whatever the network does, so the query is empty");
    CHECK(refusal(std::string("(assert (<= X_0 \0))", 19)) ==
          "p.vnnlib:2:17: unknown variable \"\\x00\"; inputs are X_0, X_1, ... and outputs Y_0, Y_1, ...");
}

TEST_CASE("an input without bounds and an empty box are refused") {
    CHECK(refusal("(declare-const X_2 Real)(assert (>= X_2 0))") == "input X_2 has no upper bound in file p.vnnlib");
    CHECK(refusal("(declare-const X_2 Real)(assert (<= X_2 0))") == "input X_2 has no lower bound in file p.vnnlib");
    CHECK(refusal("(declare-const X_2 Real)(assert (<= X_2 X_1))") == "input X_2 has no upper bound in file p.vnnlib");
    CHECK(refusal("(declare-const X_2 Real)(assert (>= X_2 0))(assert (or (<= X_2 1) (<= Y_0 0)))") ==
          "input X_2 has no upper bound in file p.vnnlib");
    CHECK(refusal("(assert (>= X_1 1.5))") == "p.vnnlib:2:9: the box is empty: X_1 >= 1.5 and X_1 <= 1");
    CHECK(refusal("(assert (>= X_1 (/ 4 3)))") == "p.vnnlib:2:9: the box is empty: X_1 >= 4/3 and X_1 <= 1");
    CHECK(refusal("(assert (or (and (<= Y_0 0) (>= X_0 2)) (and (>= Y_0 1) (<= X_1 -1e-3))))") ==
          "p.vnnlib:2:29: the box is empty: X_0 >= 2 and X_0 <= 1");  // of all disjuncts the first
    CHECK(refusal("(assert (>= X_1 1))").empty());                    // a point is a box
    CHECK(whole_refusal("") == "p.vnnlib: declares no input X_0");
    CHECK(whole_refusal("(declare-const X_0 Real)(assert (= X_0 0))") == "p.vnnlib: declares no output Y_0");
    CHECK(message([] { read_vnnlib("/nonexistent/p.vnnlib"); }) ==
          "cannot read '/nonexistent/p.vnnlib': No such file or directory");
}

TEST_CASE("hostile sizes are refused, not served") {
    const auto repeat = [](const std::string& s, int n) {
        std::string all;
        for (int i = 0; i < n; ++i) all += s;
        return all;
    };
    // "(assert " and 999 times "(and " are open: column 1 + 8 + 999 * 5.
    CHECK(refusal("(assert " + repeat("(and ", 10'000) + "(<= X_0 1)" + repeat(")", 10'001)) ==
          "p.vnnlib:2:5004: parentheses nest deeper than 1000");
    CHECK_THAT(refusal(repeat("(", 1'000'000)), Catch::Matchers::EndsWith("parentheses nest deeper than 1000"));
    CHECK(refusal("(assert " + repeat("(and ", 900) + "(<= X_0 1)" + repeat(")", 901)).empty());
    CHECK(refusal("(assert (<= " + repeat("(- ", 900) + "Y_0" + repeat(")", 900) + " 1))").empty());
    const auto cases = [&](int n) { return "(assert (or " + repeat("(<= Y_0 1)", n) + "))"; };
    CHECK_THAT(refusal(cases(1000) + cases(1001)),
               Catch::Matchers::EndsWith("the formula has 1001000 disjuncts up to here, more than 1000000"));
    CHECK(parse(repeat("(assert (or (<= Y_0 1) (<= Y_1 1)))", 10)).disjuncts.size() == 1024);
    CHECK_THAT(refusal("(assert (<= Y_0 (* " + repeat("1e90000 ", 20) + ")))"),
               Catch::Matchers::EndsWith("this number needs more than 1048576 bits"));
    // A bound of 100000 digits, in one box of 250000 disjuncts, and in a box of each of them.
    const std::string bound = "(assert (<= X_0 0." + std::string(100'000, '3') + "))";
    CHECK(parse(bound + cases(500) + cases(500)).boxes.size() == 1);
    std::string boxes = "(assert (or";
    for (int i = 0; i < 30000; ++i) boxes += " (>= X_1 " + std::to_string(i) + "/30000)";
    CHECK_THAT(refusal(bound + boxes + "))"),
               Catch::Matchers::EndsWith("its 30000 disjuncts of 2 inputs take more than 1073741824 bytes"));
    // Constants whose arithmetic would take time that grows with the square of the text.
    CHECK_THAT(
        refusal("(assert (<= Y_0 (* " + repeat("2 ", 200'000) + ")))"),
        Catch::Matchers::EndsWith("the sums and products of constants up to here take more than 2147483648 bits"));
    CHECK_THAT(
        refusal("(assert (<= Y_0 (+ 1e-100000 " + repeat("0.1 ", 100'000) + ")))"),
        Catch::Matchers::EndsWith("the sums and products of constants up to here take more than 2147483648 bits"));
}
