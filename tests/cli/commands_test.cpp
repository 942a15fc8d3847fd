#include "catch.hpp"
#include "tool.hpp"

#include <tercet/io/npy/npz.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/hex_float.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>
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
    const double w1[3][2] = {{.1, .2}, {.3, .4}, {.5, .6}}, b1[] = {.1, .2, .3},
                 w2[2][3] = {{.7, .8, .9}, {-.5, .25, 1}}, b2[] = {.4, .1};
    std::vector<RationalNumber> y;
    for (int k = 0; k < 2; ++k) {
        RationalNumber sum = r(b2[k]);
        for (int i = 0; i < 3; ++i)
            sum += r(w2[k][i]) * Rational::relu(r(w1[i][0]) * x[0] + r(w1[i][1]) * x[1] + r(b1[i]));
        y.push_back(sum);
    }
    return y;
}

}  // namespace

TEST_CASE("info says which contexts run a model and why not") {
    const TemporaryFolder s;
    const auto plain = tool::run(s, "info " + tool::write_model(s, "m.onnx")),
               smooth = tool::run(s, "info " + tool::write_model(s, "s.onnx", true));
    CHECK(plain.exit == 0);
    CHECK(plain.out.find("17 numbers in 4 tensors") != std::string::npos);
    CHECK(plain.out.find("rational    runs") != std::string::npos);
    CHECK(smooth.out.find("rational    cannot: node 'sig' (Sigmoid)") != std::string::npos);
    CHECK(smooth.out.find("interval64  runs") != std::string::npos);
}

TEST_CASE("run gives the exact output, and an interval that holds it") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto expected = by_hand({Rational::exact(.5), Rational::exact(.8)});
    const auto rational = tool::run(s, "run " + m + " --input " + x + " --scalar rational --json"),
               interval = tool::run(s, "run " + m + " --input " + x + " --scalar interval64 --json");
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
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto r = tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --clip 0,0.85 --spec class:0 --json");
    REQUIRE(r.exit == 0);
    const Json j = Json::parse(r.out);
    for (const char* key :
         {"schema", "model", "context", "method", "semantics", "bounds", "rows", "verdict", "seconds"})
        CHECK(j.contains(key));
    // All relus are active and output 0 rises in both inputs: the exact range is between two corners.
    const RationalNumber eps = parse_decimal("0.1");
    const auto low = by_hand({Rational::exact(.5) - eps, Rational::exact(.8) - eps})[0],
               high = by_hand({Rational::exact(.5) + eps, parse_decimal("0.85")})[0];
    const auto lower = exact_hex(j["bounds"][0]["lower_hex"]), upper = exact_hex(j["bounds"][0]["upper_hex"]);
    CHECK(lower <= low);
    CHECK(high <= upper);
    CHECK(upper - lower <=
          (high - low) * (1 + Rational::ratio(1, 1000000000)));  // 14 operations of relative error 2^-52
    // The decimals as written, not as a JSON reader rounds them.
    const auto at = r.out.find("\"lower\": ") + 9;
    CHECK(parse_decimal(r.out.substr(at, r.out.find(',', at) - at)) <= lower);

    CHECK(tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --spec class:0").exit == 0);
    CHECK(tool::run(s, "bound " + m + " --input " + x + " --eps 0.1 --spec class:1").exit == 3);
}

TEST_CASE("bound over a property that is an or of boxes gives the bounds of each") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx");
    const std::string p =
        s.file("p.vnnlib",
               "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n"
               "(assert (or (and (<= X_0 0.1) (>= X_0 0) (<= X_1 0.1) (>= X_1 0)) (and (<= X_0 0.9) (>= X_0 0.8) (>= "
               "0.9 X_1) (<= 0.8 X_1))))\n"
               "(assert (<= Y_0 0.2))\n");
    const auto r = tool::run(s, "bound " + m + " --box " + p + " --spec vnnlib --json");
    CHECK(r.exit == 0);  // Y_0 >= 0.4 everywhere: nothing satisfies the query
    const Json j = Json::parse(r.out);
    REQUIRE(j["regions"].size() == 2);
    CHECK(exact_hex(j["bounds"][0]["lower_hex"]) == exact_hex(j["regions"][0]["bounds"][0]["lower_hex"]));
    CHECK(exact_hex(j["bounds"][0]["upper_hex"]) == exact_hex(j["regions"][1]["bounds"][0]["upper_hex"]));
}

TEST_CASE("grad: exact fractions, npz, the comparison, the refusals") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const auto r = tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar rational -o " + s / "g.json");
    REQUIRE(r.exit == 0);
    CHECK(r.out.find("relu'(0) = 0") != std::string::npos);
    const Json g = Json::parse(contents(s / "g.json"))["gradients"];
    const auto exact = [](double v) { return Rational::exact(v); };
    // dx_0 = sum_i w2_i w1_i0, all relus active
    CHECK(parse_decimal(g["x"]["exact"][0].get<std::string>()) ==
          exact(.7) * exact(.1) + exact(.8) * exact(.3) + exact(.9) * exact(.5));
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
    const auto c =
        tool::run(s, "grad " + m + " --input " + x + " --output 0 --scalar rational --compare " + s / "f.npz");
    CHECK(c.exit == 3);  // done, and a sign is wrong
    std::istringstream lines(c.out);
    std::string line;
    int seen = 0;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string name, type, largest, mean;
        long worst = 0, signs = -1, lost = -1, spurious = -1;
        words >> name >> type >> largest >> mean >> worst >> signs >> lost >> spurious;
        if (name == "fc2.bias") {
            ++seen;
            CHECK(signs == 1);
            CHECK(spurious == 1);
            CHECK(lost == 0);
        }
        if (name == "x") {
            ++seen;
            CHECK(lost == 1);
            CHECK(signs == 0);
        }
    }
    CHECK(seen == 2);

    CHECK(tool::run(s, "grad " + m + " --input " + x + " --loss cross_entropy --label 1 --scalar rational").exit == 1);
    CHECK(tool::run(s, "grad " + m + " --input " + x + " --loss cross_entropy --label 1 --scalar interval64").exit ==
          0);
}

TEST_CASE("doctor holds") {
    const TemporaryFolder s;
    const auto r = tool::run(s, "doctor");
    CHECK(r.exit == 0);
    CHECK(r.out.find("FAILS") == std::string::npos);
}

namespace {

/// A random network of linear layers with ReLU, its output divided by 1 where `divide` is set: then it must run over
/// Rational, else over Dyadic.
std::string write_wide(const TemporaryFolder& s, const std::string& name, bool divide) {
    Network<Float64> n;
    Graph& g = n.graph;
    std::uint64_t state = 7;
    const auto random = [&](Dims dims) {
        AnyTensor<Float64> t(std::move(dims));
        for (double& v : t.data)
            v = static_cast<double>(
                    static_cast<std::int64_t>(state = state * 6364136223846793005u + 1442695040888963407u) >> 11) *
                0x1p-52;
        return t;
    };
    int x = g.add_input("x", {1, 6});
    for (const std::string layer : {"a", "b", "c"}) {
        const int w = g.add_parameter(layer + ".weight", {6, 6}), b = g.add_parameter(layer + ".bias", {6});
        n.parameters.push_back(random({6, 6}));
        n.parameters.push_back(random({6}));
        x = append(g, layer, "Gemm", op::Gemm{.transpose_b = true}, {x, w, b});
        if (layer != "c") x = append(g, layer + ".relu", "Relu", op::Relu{}, {x});
    }
    if (divide) {
        n.parameters.push_back({{1}, {1.0}});
        x = append(g, "over", "Div", op::Elementwise{Binary::divide}, {x, g.add_parameter("one", {1})});
    }
    g.outputs = {x};
    g.output_names = {"y"};
    write_onnx(g, n.parameters, s / name);
    return s / name;
}

}  // namespace

TEST_CASE("Exact runs over Dyadic print what those over Rational print, byte for byte") {
    const TemporaryFolder s;
    const std::string dyadic = write_wide(s, "m.onnx", false), rational = write_wide(s, "q.onnx", true);
    const std::string x = tool::write_input(s, "x.npy", {1, 6}, {.1, -.2, .3, .4, -.5, .6}),
                      exact = " --input " + x + " --scalar rational";
    const auto after_first_line = [](const std::string& text) {
        return text.substr(text.find('\n'));
    };  // it names the file and the time
    const auto d = tool::run(s, "run " + dyadic + exact), q = tool::run(s, "run " + rational + exact);
    REQUIRE(d.exit == 0);
    CHECK(d.out == q.out);
    const Json dj = Json::parse(tool::run(s, "run " + dyadic + exact + " --json").out),
               qj = Json::parse(tool::run(s, "run " + rational + exact + " --json").out);
    CHECK(dj["outputs"] == qj["outputs"]);
    const auto dg = tool::run(s, "grad " + dyadic + exact + " --output 2 -o " + s / "d.json"),
               qg = tool::run(s, "grad " + rational + exact + " --output 2 -o " + s / "q.json");
    REQUIRE(dg.exit == 0);
    REQUIRE(qg.exit == 0);
    Json a = Json::parse(contents(s / "d.json")), b = Json::parse(contents(s / "q.json"));
    b["gradients"].erase("one");
    CHECK(a == b);
    CHECK(tool::run(s, "grad " + dyadic + exact + " --output 2 -o " + s / "d.npz").exit == 0);
    CHECK(tool::run(s, "grad " + dyadic + exact + " --output 2 --compare " + s / "d.npz").exit == 0);
    CHECK(after_first_line(dg.out).find("kinks hit: 0 relu inputs at 0") != std::string::npos);
}

TEST_CASE(
    "--digits reports the integers of every node, --max-digits stops before they grow, also of fractions, and both say "
    "where they do not "
    "apply") {
    const TemporaryFolder s;
    const std::string m = write_wide(s, "m.onnx", false), divides = write_wide(s, "q.onnx", true);
    const std::string x = tool::write_input(s, "x.npy", {1, 6}, {.1, -.2, .3, .4, -.5, .6}),
                      exact = " --input " + x + " --scalar rational";
    const auto report = tool::run(s, "run " + m + exact + " --digits");
    CHECK(report.exit == 0);
    CHECK(report.out.find("b.relu") != std::string::npos);
    const Json j = Json::parse(tool::run(s, "run " + m + exact + " --digits --json").out);
    REQUIRE(j["digits"].size() == 6);
    CHECK(j["digits"][5]["name"] == "c");
    CHECK(j["digits"][5]["bits"].get<int>() > 160);
    const auto grad = tool::run(s, "grad " + m + exact + " --output 0 --digits");
    CHECK(grad.exit == 0);
    CHECK(grad.out.find("d/d a.weight") != std::string::npos);
    CHECK(tool::run(s, "grad " + m + exact + " --output 0 --max-digits 200").exit == 0);
    const auto stopped = tool::run(s, "grad " + m + exact + " --output 0 --max-digits 40");
    CHECK(stopped.exit == 1);
    CHECK(stopped.err.find("node 'b' (Gemm)") != std::string::npos);
    CHECK(stopped.err.find("the limit is 133 bits (41 decimal digits)") != std::string::npos);
    const auto division = tool::run(s, "run " + divides + exact + " --max-digits 40");
    CHECK(division.exit == 1);
    CHECK(division.err.find("the limit is 133 bits (41 decimal digits)") != std::string::npos);
    CHECK(division.err.find("tercet: node '") == 0);
    const Json fractions = Json::parse(tool::run(s, "run " + divides + exact + " --digits --json").out);
    CHECK(fractions["digits"].size() == 7);
    for (const auto& row : fractions["digits"]) CHECK(row["denominator_bits"].get<int>() >= 1);
    CHECK(tool::run(s, "grad " + divides + exact + " --output 0 --digits").out.find("d/d a.weight") !=
          std::string::npos);
    CHECK(tool::run(s, "grad " + divides + exact + " --output 0 --max-digits 1000").exit == 0);
    CHECK(tool::run(s, "run " + m + " --input " + x + " --scalar float64 --digits").exit == 1);
    CHECK(tool::run(s, "run " + m + exact + " --max-digits 0").exit == 2);
}

TEST_CASE("A tensor that no machine could hold is refused by its elements, digits and bytes") {
    const TemporaryFolder s;
    Network<Float64> n;
    Graph& g = n.graph;
    int x = g.add_input("x", {1});
    for (int k = 0; k < 18; ++k)
        x = append(g, "square" + std::to_string(k), "Mul", op::Elementwise{Binary::multiply},
                   {x, x});  // 53 2^18 bits, below the limit of a number
    const int w = g.add_parameter("zeros", {1 << 20});
    n.parameters = {{{1 << 20}, std::vector<double>(1 << 20)}};
    g.outputs = {append(g, "wide", "Add", op::Elementwise{Binary::add}, {x, w})};
    g.output_names = {"y"};
    write_onnx(g, n.parameters, s / "m.onnx");
    const auto stopped = tool::run(
        s, "run " + s / "m.onnx" + " --input " + tool::write_input(s, "x.npy", {1}, {1.0 / 3}) + " --scalar rational");
    CHECK(stopped.exit == 1);
    CHECK(stopped.err.find("node 'wide' (Add): a copy can need ") != std::string::npos);
    CHECK(stopped.err.find(" bytes, 1048576 integers of ") != std::string::npos);
    CHECK(stopped.err.find("; the limit is ") != std::string::npos);
}

TEST_CASE("run prints ten thousand numbers of an output, and says how many more there are; --json has all") {
    const TemporaryFolder s;
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1}), w = g.add_parameter("w", {10003});
    n.parameters = {{{10003}, std::vector<double>(10003, 1.0)}};
    g.outputs = {append(g, "wide", "Add", op::Elementwise{Binary::add}, {x, w})};
    g.output_names = {"y"};
    write_onnx(g, n.parameters, s / "m.onnx");
    const std::string call = "run " + s / "m.onnx" + " --input " + tool::write_input(s, "x.npy", {1}, {1});
    const auto text = tool::run(s, call).out;
    CHECK(std::count(text.begin(), text.end(), '\n') == 10002);
    CHECK(text.ends_with("  9999  2\n  and 3 more; --json prints all\n"));
    CHECK(Json::parse(tool::run(s, call + " --json").out)["outputs"][0]["values"].size() == 10003);
}
