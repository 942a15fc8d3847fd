/// `tercet bound --spec` in all its forms, as a script sees it: exit code, verdict, witness, and how much is printed.
#include "catch.hpp"
#include "tool.hpp"

#include "../verify/small_query.hpp"

#include <tercet/io/text/decimal.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>

using namespace tercet;
using namespace tercet::testing;
using Json = nlohmann::json;

namespace {

constexpr int proved_exit = 0, open_exit = 3;

void check_goal(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts, const Json& goal) {
    const auto expected = expected_verdict(s, disjuncts);
    REQUIRE(goal["verdict"] == std::string(to_string(expected)));
    const bool holds_somewhere = some_grid_point_holds(s, disjuncts);
    if (expected == verify::Verdict::proved) REQUIRE_FALSE(holds_somewhere);
    REQUIRE(goal.contains("witness") == (expected == verify::Verdict::violated));
    if (!goal.contains("witness")) return;
    Point x;
    for (const auto& text : goal["witness"]["input"]) x.push_back(parse_decimal(text.get<std::string>()));
    REQUIRE(is_witness(s, disjuncts, x));
}

}  // namespace

/// TERCET_SPEC_CASES sets how many; each is a process or two.
TEST_CASE("random questions to the tool have the verdicts that exact ranges and exhaustion give") {
    const char* wanted = std::getenv("TERCET_SPEC_CASES");
    const int cases = wanted ? std::atoi(wanted) : 150;
    Random random(95);
    CAPTURE(random.seed);
    const TemporaryFolder folder;
    std::array<int, 5> seen{};
    for (int trial = 0; trial < cases; ++trial) {
        CAPTURE(trial);
        const int form = static_cast<int>(random.integer(0, 4));
        const bool about_class = form >= 3;
        const SmallNetwork s = small_network(random, !about_class && random.integer(0, 2) == 0);
        write_onnx(s.network.graph, s.network.parameters, folder / "m.onnx");
        const std::string start = "bound " + folder / "m.onnx";
        // The box of --input and --eps: a middle of quarters, a half-width of quarters.
        SmallDisjunct region;
        std::vector<double> middle;
        const RationalNumber eps(random.integer(0, 3), 4);
        for (int i = 0; i < s.inputs(); ++i) {
            middle.push_back(static_cast<double>(random.integer(-8, 8)) / 4);
            region.lower.push_back(Rational::exact(middle.back()) - eps);
            region.upper.push_back(Rational::exact(middle.back()) + eps);
        }
        const std::string around =
            " --input " + tool::write_input(folder, "x.npy", {s.images, 2}, middle) + " --eps " + eps.str() + " --json";
        if (about_class) {
            std::vector<int> labels;
            std::string list;
            for (int i = 0; i < (form == 3 ? 1 : s.images); ++i) {
                labels.push_back(static_cast<int>(random.integer(0, s.classes - 1)));
                list += (i > 0 ? "," : "") + std::to_string(labels.back());
            }
            const auto r = tool::run(folder, start + around + " --spec class:" + list);
            const Json j = Json::parse(r.out);
            REQUIRE(j["goals"].size() == static_cast<std::size_t>(s.images));
            bool all = true;
            for (int i = 0; i < s.images; ++i) {
                const int label = labels[labels.size() == 1 ? 0 : static_cast<std::size_t>(i)];
                const auto disjuncts = class_disjuncts(s, region, i, label);
                const Json& goal = j["goals"][static_cast<std::size_t>(i)];
                REQUIRE(goal["image"] == i);
                REQUIRE(goal["class"] == label);
                check_goal(s, disjuncts, goal);
                all = all && expected_verdict(s, disjuncts) == verify::Verdict::proved;
            }
            REQUIRE(r.exit == (all ? proved_exit : open_exit));
        } else {
            std::vector<SmallDisjunct> disjuncts;
            for (auto n = random.integer(1, 3); n > 0; --n) {
                disjuncts.push_back(small_box(random, s.inputs(), form != 2));
                for (auto k = random.integer(1, 2); k > 0; --k)
                    disjuncts.back().constraints.push_back(small_constraint(random, s, true));
            }
            if (std::all_of(disjuncts.begin(), disjuncts.end(), [](const auto& d) { return d.empty(); })) continue;
            const std::string p = folder.file("p.vnnlib", vnnlib_text(s, disjuncts));
            const auto r = tool::run(folder, form == 0   ? start + " --json --box " + p + " --spec vnnlib"
                                             : form == 1 ? start + " --json --box " + p + " --spec " + p
                                                         : start + around + " --spec " + p);
            if (form == 2)
                for (auto& d : disjuncts) {
                    d.lower = region.lower;
                    d.upper = region.upper;
                }
            const Json j = Json::parse(r.out);
            check_goal(s, disjuncts, j["goals"][0]);
            REQUIRE(j["verdict"] == j["goals"][0]["verdict"]);
            REQUIRE(r.exit == (expected_verdict(s, disjuncts) == verify::Verdict::proved ? proved_exit : open_exit));
        }
        ++seen[static_cast<std::size_t>(form)];
    }
    if (cases >= 150)
        for (const int n : seen) CHECK(n > 10);
}

TEST_CASE("20,000 disjuncts are answered in a few kilobytes, and listed where that is asked for") {
    const TemporaryFolder folder;
    const std::string m = tool::write_model(folder, "m.onnx");
    std::string text =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n(assert "
        "(or\n";
    for (int k = 0; k < 20000; ++k) {
        const std::string low = std::to_string(k) + "/20000", high = std::to_string(k + 1) + "/20000";
        text += "(and (>= X_0 " + low + ") (<= X_0 " + high + ") (>= X_1 0) (<= X_1 1) (<= Y_0 " +
                std::to_string(k % 100) + "/1000))\n";
    }
    const std::string p = folder.file("p.vnnlib", text + "))\n");
    const auto r = tool::run(folder, "bound " + m + " --box " + p + " --spec vnnlib --json");
    CHECK(r.exit == 0);  // Y_0 is at least 0.4
    CHECK(r.out.size() < 5000);
    const Json j = Json::parse(r.out);
    CHECK(j["verdict"] == "proved");
    CHECK(j["region_count"] == 20000);
    CHECK(j["region_verdicts"] == Json{{"proved", 20000}, {"violated", 0}, {"open", 0}});
    CHECK_FALSE(j.contains("regions"));
    const auto listed = tool::run(folder, "bound " + m + " --box " + p + " --spec vnnlib --json --regions");
    const Json all = Json::parse(listed.out);
    REQUIRE(all["regions"].size() == 20000);
    for (const Json& region : all["regions"]) REQUIRE(region["rows"].size() == 1);  // its own
    CHECK(tool::run(folder, "bound " + m + " --box " + p).out.size() < 2000);
}

TEST_CASE("what a --spec cannot be about is refused with its numbers") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"),
                      around = " --input " + tool::write_input(s, "x.npy", {1, 2}, {.5, .8}) + " --eps 0.1";
    const auto refused = [&](const std::string& arguments, const std::string& sentence) {
        const auto r = tool::run(s, "bound " + m + arguments);
        CHECK(r.exit == 1);
        CHECK(r.out.empty());
        CHECK(r.err.find(sentence) != std::string::npos);
    };
    refused(around + " --spec class:2", "class 2 is not one of 0 to 1");
    refused(around + " --spec class:-1", "class -1 is not one of 0 to 1");
    refused(around + " --spec class:1/2", "--spec class:1/2: entry 0 is not the number of a class");
    refused(around + " --spec class:0,1", "--spec class:0,1 has 2 classes, the network's output 1 image");
    refused(around + " --spec class:", "--spec class:: entry 0 is not the number of a class");
    refused(around + " --spec vnnlib", "--spec vnnlib takes its constraints from --box, which is not given");
    const auto property = [&](int inputs, int outputs, const std::string& constraint) {
        std::string text;
        for (int i = 0; i < inputs; ++i)
            text += "(declare-const X_" + std::to_string(i) + " Real)(assert (= X_" + std::to_string(i) + " 0))\n";
        for (int i = 0; i < outputs; ++i) text += "(declare-const Y_" + std::to_string(i) + " Real)\n";
        return s.file("p.vnnlib", text + constraint);
    };
    for (const auto& [in, out] : {std::pair(2, 1), {2, 3}, {1, 2}, {3, 2}}) {
        const std::string declares = "p.vnnlib: declares " + std::to_string(in) + " inputs and " + std::to_string(out) +
                                     " outputs, the network has 2 and 2";
        const std::string p = property(in, out, "(assert (<= Y_0 0))");
        refused(" --box " + p + " --spec vnnlib", declares);
        refused(" --box " + p, declares);
        refused(around + " --spec " + p, declares);
    }
    refused(" --box " + property(2, 2, "") + " --spec vnnlib", "the property has no constraint on outputs");
    refused(around + " --spec " + property(2, 2, ""), "the property has no constraint on outputs");
}

TEST_CASE("two files with one meaning are one property; constraints over another box are said to be that") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx");
    const std::string text =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n"
        "(assert (or (and (= X_0 0) (= X_1 0) (<= Y_0 0.5)) (and (= X_0 1) (= X_1 1) (<= Y_0 1))))\n";
    const std::string p = s.file("p.vnnlib", text), copy = s.file("q.vnnlib", "; the same\n" + text);
    const auto same = tool::run(s, "bound " + m + " --box " + p + " --spec " + copy);
    CHECK(same.exit == 0);
    CHECK(same.out.find("(unsat)") != std::string::npos);
    const auto other =
        tool::run(s, "bound " + m + " --input " + tool::write_input(s, "x.npy", {1, 2}, {1, 1}) + " --spec " + p);
    CHECK(other.exit == 0);
    CHECK(other.out.find("proved: no point of the box satisfies the property's output constraints\n") !=
          std::string::npos);
    CHECK(other.out.find("unsat") == std::string::npos);
    CHECK(other.err.find("its own boxes are not used") != std::string::npos);
}
