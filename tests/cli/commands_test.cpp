#include "catch.hpp"
#include "tool.hpp"

#include <tercet/io/decimal.hpp>
#include <tercet/io/hex_float.hpp>
#include <tercet/io/npz.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <nlohmann/json.hpp>

using namespace tercet;
using Json = nlohmann::json;

namespace {

RationalNumber exact_hex(const Json& text) { return Rational::exact(parse_hex_float(text.get<std::string>())); }

/// The model of tool.hpp by hand, in exact arithmetic over its doubles.
std::vector<RationalNumber> by_hand(const std::vector<RationalNumber>& x) {
    const auto r = [](double v) { return Rational::exact(v); };
    const double w1[3][2] = {{.1, .2}, {.3, .4}, {.5, .6}}, b1[] = {.1, .2, .3}, w2[2][3] = {{.7, .8, .9}, {-.5, .25, 1}}, b2[] = {.4, .1};
    std::vector<RationalNumber> y;
    for (int k = 0; k < 2; ++k) {
        RationalNumber sum = r(b2[k]);
        for (int i = 0; i < 3; ++i) sum += r(w2[k][i]) * Rational::relu(r(w1[i][0]) * x[0] + r(w1[i][1]) * x[1] + r(b1[i]));
        y.push_back(sum);
    }
    return y;
}

}  // namespace

TEST_CASE("info says which contexts run a model and why not") {
    const tool::Scratch s;
    const auto plain = tool::run(s, "info " + tool::write_model(s, "m.onnx")), smooth = tool::run(s, "info " + tool::write_model(s, "s.onnx", true));
    CHECK(plain.exit == 0);
    CHECK(plain.out.find("17 numbers in 4 tensors") != std::string::npos);
    CHECK(plain.out.find("rational    runs") != std::string::npos);
    CHECK(smooth.out.find("rational    cannot: node 'sig' (Sigmoid)") != std::string::npos);
    CHECK(smooth.out.find("interval64  runs") != std::string::npos);
}

TEST_CASE("run gives the exact output, and an interval that holds it") {
    const tool::Scratch s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto expected = by_hand({Rational::exact(.5), Rational::exact(.8)});
    const auto rational = tool::run(s, "run " + m + " --input " + x + " --scalar rational --json"), interval = tool::run(s, "run " + m + " --input " + x + " --scalar interval64 --json");
    REQUIRE(rational.exit == 0);
    REQUIRE(interval.exit == 0);
    const Json exact = Json::parse(rational.out), enclosed = Json::parse(interval.out);
    CHECK(exact["schema"] == 1);
    CHECK(exact["semantics"] == "real");
    for (std::size_t k = 0; k < 2; ++k) {
        CHECK(parse_decimal(exact["outputs"][0]["exact"][k].get<std::string>()) == expected[k]);
        CHECK(parse_hex_float(exact["outputs"][0]["float64_hex"][k].get<std::string>()) == round_nearest(expected[k]));
        CHECK(exact_hex(enclosed["outputs"][0]["lower_hex"][k]) <= expected[k]);
        CHECK(expected[k] <= exact_hex(enclosed["outputs"][0]["upper_hex"][k]));
    }
    for (const char* scalar : {"float32", "float64"}) {
        const auto f = tool::run(s, "run " + m + " --input " + x + " --scalar " + scalar + " --json");
        CHECK(f.exit == 0);
        CHECK(Json::parse(f.out)["semantics"] == "rounded");
    }
}

TEST_CASE("bound: eps and clip are exact decimals, printed decimals lie outside, rows are proved or not") {
    const tool::Scratch s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto r = tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --clip 0,0.85 --spec class:0 --json");
    REQUIRE(r.exit == 0);
    const Json j = Json::parse(r.out);
    for (const char* key : {"schema", "model", "context", "method", "semantics", "bounds", "rows", "seconds"}) CHECK(j.contains(key));
    // All relus are active and output 0 rises in both inputs: the exact range is between two corners.
    const RationalNumber eps = parse_decimal("0.1");
    const auto low = by_hand({Rational::exact(.5) - eps, Rational::exact(.8) - eps})[0], high = by_hand({Rational::exact(.5) + eps, parse_decimal("0.85")})[0];
    const auto lower = exact_hex(j["bounds"][0]["lower_hex"]), upper = exact_hex(j["bounds"][0]["upper_hex"]);
    CHECK(lower <= low);
    CHECK(high <= upper);
    CHECK(upper - lower <= (high - low) * (1 + Rational::ratio(1, 1000000000)));  // 14 operations of relative error 2^-52
    // The decimals as written, not as a JSON reader rounds them.
    const auto at = r.out.find("\"lower\": ") + 9;
    CHECK(parse_decimal(r.out.substr(at, r.out.find(',', at) - at)) <= lower);

    CHECK(tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --spec class:0").exit == 0);
    CHECK(tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --spec class:1").exit == 3);
}

TEST_CASE("bound over a property that is an or of boxes gives the bounds of each") {
    const tool::Scratch s;
    const std::string m = tool::write_model(s, "m.onnx");
    const std::string p = s.write("p.vnnlib",
                                  "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n"
                                  "(assert (or (and (<= X_0 0.1) (>= X_0 0) (<= X_1 0.1) (>= X_1 0)) (and (<= X_0 0.9) (>= X_0 0.8) (>= 0.9 X_1) (<= 0.8 X_1))))\n"
                                  "(assert (<= Y_0 0.2))\n");
    const auto r = tool::run(s, "bound " + m + " --box " + p + " --spec vnnlib --json");
    CHECK(r.exit == 0);  // Y_0 >= 0.4 everywhere: nothing satisfies the query
    const Json j = Json::parse(r.out);
    REQUIRE(j["regions"].size() == 2);
    CHECK(exact_hex(j["bounds"][0]["lower_hex"]) == exact_hex(j["regions"][0]["bounds"][0]["lower_hex"]));
    CHECK(exact_hex(j["bounds"][0]["upper_hex"]) == exact_hex(j["regions"][1]["bounds"][0]["upper_hex"]));
}

TEST_CASE("grad: exact fractions, npz, the comparison, the refusals") {
    const tool::Scratch s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto r = tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar rational -o " + s / "g.json");
    REQUIRE(r.exit == 0);
    CHECK(r.out.find("relu'(0) = 0") != std::string::npos);
    const Json g = Json::parse(tool::read(s / "g.json"))["gradients"];
    const auto exact = [](double v) { return Rational::exact(v); };
    // dx_0 = sum_i w2_i w1_i0, all relus active
    CHECK(parse_decimal(g["x"]["exact"][0].get<std::string>()) == exact(.7) * exact(.1) + exact(.8) * exact(.3) + exact(.9) * exact(.5));
    CHECK(g["fc2.bias"]["exact"] == Json{"1/1", "0/1"});
    CHECK(parse_decimal(g["fc1.weight"]["exact"][3].get<std::string>()) == exact(.8) * exact(.8));
    CHECK(g["fc1.weight"]["shape"] == Json{3, 2});

    CHECK(tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar interval64 -o " + s / "i.npz").exit == 0);
    const auto enclosed = read_npz(s / "i.npz");
    CHECK(exact(enclosed.at("x.lower").values[0]) <= parse_decimal(g["x"]["exact"][0].get<std::string>()));
    CHECK(tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar float64 -o " + s / "f.npz").exit == 0);
    auto f = read_npz(s / "f.npz");
    f["fc2.bias"].values = {-1, 1};  // a wrong sign, and a number where there is none
    f["x"].values[0] = 0;            // a lost one
    write_npz(s / "f.npz", std::vector<std::pair<std::string, NpyArray>>(f.begin(), f.end()));
    const auto c = tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar rational --compare " + s / "f.npz");
    CHECK(c.exit == 0);
    std::istringstream lines(c.out);
    std::string line;
    int seen = 0;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string name, type, largest, mean;
        long worst = 0, signs = -1, lost = -1, spurious = -1;
        words >> name >> type >> largest >> mean >> worst >> signs >> lost >> spurious;
        if (name == "fc2.bias") { ++seen; CHECK(signs == 1); CHECK(spurious == 1); CHECK(lost == 0); }
        if (name == "x") { ++seen; CHECK(lost == 1); CHECK(signs == 0); }
    }
    CHECK(seen == 2);

    CHECK(tool::run(s, "grad " + m + " --input " + x + " --loss cross_entropy --label 1 --scalar rational").exit == 1);
    CHECK(tool::run(s, "grad " + m + " --input " + x + " --loss cross_entropy --label 1 --scalar interval64").exit == 0);
}

TEST_CASE("doctor holds") {
    const tool::Scratch s;
    const auto r = tool::run(s, "doctor");
    CHECK(r.exit == 0);
    CHECK(r.out.find("FAILS") == std::string::npos);
}
