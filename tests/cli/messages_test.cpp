/// The smaller words: integers out of range, empty texts, --version, --threads behind the command, a missing --eps,
/// NaN, elementwise boxes.
#include "catch.hpp"
#include "tool.hpp"

#include <tercet/core/version.hpp>
#include <tercet/io/text/hex_float.hpp>
#include <tercet/models/operators/elementwise.hpp>

#include <limits>

#include <nlohmann/json.hpp>

using namespace tercet;
using Json = nlohmann::json;

TEST_CASE("An integer that is none, or out of range, is refused with the range and without 309 digits") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"),
                      x = " --input " + tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    struct Refusal {
        std::string arguments;
        int exit;
        std::string sentence;
    };
    for (const auto& [arguments, exit, sentence] : {
             Refusal{"grad " + m + x + " --output -1", 1, "--output -1: the network has outputs 0 to 1"},
             Refusal{"grad " + m + x + " --output 2", 1, "--output 2: the network has outputs 0 to 1"},
             Refusal{"grad " + m + x + " --output 1.5", 2, "--output 1.5: it takes an integer"},
             Refusal{"grad " + m + x + " --output 99999999999999999999", 2,
                     "--output 99999999999999999999: it takes an integer"},
             Refusal{"--threads 0 run " + m + x, 2, "--threads 0: it takes an integer from 1 to 1024"},
             Refusal{"run " + m + x + " --threads -1", 2, "--threads -1: it takes an integer from 1 to 1024"},
             Refusal{"run " + m + x + " --scalar rational --max-digits -1", 2,
                     "--max-digits -1: it takes an integer from 1 to 1099511627776"},
         }) {
        const auto r = tool::run(s, arguments);
        CAPTURE(arguments, r.err);
        CHECK(r.exit == exit);
        CHECK(r.out.empty());
        CHECK(r.err.starts_with("tercet: " + sentence + "\n"));
    }
}

TEST_CASE("An empty text is refused for every option, as an empty variable of a script would give it") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"),
                      x = " --input " + tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    for (const std::string& arguments : std::vector<std::string>{
             "info \"\"", "run \"\"" + x, "run " + m + " --input \"\"",
             "run " + m + " --input=", "run " + m + x + " --scalar \"\"", "bound " + m + x + " --spec \"\"",
             "bound " + m + x + " --spec=", "bound " + m + " --box \"\"", "bound " + m + x + " --eps \"\"",
             "bound " + m + x + " --clip \"\"", "bound " + m + " --lower \"\" --upper \"\"",
             "grad " + m + x + " --output \"\"", "grad " + m + x + " --output 0 -o \"\"",
             "grad " + m + x + " --output 0 --out=", "grad " + m + x + " --output 0 --compare \"\"",
             "grad " + m + x + " --cotangent \"\"", "grad " + m + x + " --loss \"\" --label 0"}) {
        const auto r = tool::run(s, arguments);
        CAPTURE(arguments, r.err);
        CHECK(r.exit == 2);
        CHECK(r.out.empty());
        CHECK(r.err.starts_with("tercet: "));
    }
    CHECK(tool::run(s, "bound " + m + x + " --spec \"\"").err.find("--spec: its value is empty") != std::string::npos);
}

TEST_CASE("--version, and --threads on either side of the command") {
    const TemporaryFolder s;
    const auto v = tool::run(s, "--version");
    CHECK(v.exit == 0);
    CHECK(v.out == "tercet " + std::string(version) + "\n");
    CHECK(tool::shell(s, tool::call("--version") + " >/dev/full").exit == 1);
    CHECK(tool::run(s, "doctor --threads 1").out.find("threads: 1\n") != std::string::npos);
    CHECK(tool::run(s, "--threads 1 doctor").out.find("threads: 1\n") != std::string::npos);
}

TEST_CASE("A box without --eps is noted where there is a box") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"),
                      x = " --input " + tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const std::string note = "tercet: note: --eps is not given: the box is the point itself\n";
    CHECK(tool::run(s, "bound " + m + x).err == note);
    CHECK(tool::run(s, "bound " + m + x + " --eps 0").err.empty());
    CHECK(tool::run(s, "grad " + m + x + " --output 0 --scalar interval64").err == note);
    CHECK(tool::run(s, "grad " + m + x + " --output 0").err.empty());
    CHECK(tool::run(s, "grad " + m + x + " --output 0 --eps 0.1").exit == 1);
}

TEST_CASE("NaN is nan, whatever its sign, and times come by phase") {
    const TemporaryFolder s;
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1, 2}), w = g.add_parameter("w", {1, 2});
    g.outputs = {append(g, "d", "Div", op::Elementwise{Binary::divide}, {x, w})};  // 0/0 is -nan on x86
    g.output_names = {"y"};
    n.parameters = {{{1, 2}, {0, 0}}};
    write_onnx(g, n.parameters, s / "m.onnx");
    const std::string zeros = tool::write_input(s, "x.npy", {1, 2}, {0, 1});
    for (const char* scalar : {"float32", "float64"}) {
        const std::string call = "run " + s / "m.onnx" + " --input " + zeros + " --scalar " + scalar;
        const auto text = tool::run(s, call);
        CHECK(text.out == std::string("y [1, 2] in ") + scalar + "\n  0  nan\n  1  inf\n");
        const Json j = Json::parse(tool::run(s, call + " --json").out);
        CHECK(j["outputs"][0]["values"] == Json{"nan", "inf"});
        CHECK(j["outputs"][0]["hex"] == Json{"nan", "inf"});
        for (const char* phase : {"load", "prepare", "compute"}) CHECK(j["phases"][phase].get<double>() >= 0);
        const auto gradient = tool::run(s, "grad" + call.substr(3) + " --output 0 --json");
        CHECK(gradient.out.find("-nan") == std::string::npos);
        CHECK(gradient.out.find("\"nan\"") != std::string::npos);
    }
}

TEST_CASE("--lower and --upper give every input ends of its own") {
    const TemporaryFolder s;
    const std::string m = tool::write_relu(s, "m.onnx", 3);
    constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    int count = 0;
    const auto box = [&](tercet::Dims dims, std::vector<double> lower, std::vector<double> upper) {
        const std::string id = std::to_string(count++);
        tercet::Dims other = dims;
        return "bound " + m + " --lower " + tool::write_input(s, "l" + id + ".npy", std::move(dims), std::move(lower)) +
               " --upper " + tool::write_input(s, "u" + id + ".npy", std::move(other), std::move(upper));
    };
    const auto r = tool::run(s, box({1, 3}, {-1, 0.1, -3}, {2, 0.1, -1}) + " --json");
    CHECK(r.exit == 0);
    CHECK(r.err.empty());
    const Json bounds = Json::parse(r.out)["bounds"];
    const double ends[3][2] = {{0, 2}, {0.1, 0.1}, {0, 0}};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(parse_hex_float(bounds[i]["lower_hex"].get<std::string>()) == ends[i][0]);
        CHECK(parse_hex_float(bounds[i]["upper_hex"].get<std::string>()) == ends[i][1]);
    }
    const auto refusal = [&](const std::string& arguments) {
        const auto f = tool::run(s, arguments);
        CHECK(f.exit == 1);
        CHECK(f.out.empty());
        return f.err;
    };
    const auto above = refusal(box({1, 3}, {-1, 0.5, -3}, {2, 0.25, -1}));
    CHECK(above.find("input 1: its lower end, 0.5, is above its upper end, 0.25") != std::string::npos);
    CHECK(refusal(box({1, 3}, {-1, nan, -3}, {2, 3, 4})).find("element [0, 1] is nan") != std::string::npos);
    CHECK(refusal(box({1, 3}, {-1, 0, -3}, {2, 3, inf})).find("element [0, 2] is inf") != std::string::npos);
    CHECK(refusal(box({1, 2}, {-1, 0}, {2, 3})).find("[1, 2]") != std::string::npos);
    const std::string good = box({1, 3}, {0, 0, 0}, {1, 1, 1});
    CHECK(tool::run(s, good.substr(0, good.find(" --upper"))).exit == 2);
    CHECK(tool::run(s, good + " --eps 0.1").exit == 2);
    CHECK(tool::run(s, good + " --input " + s / "l0.npy").exit == 2);
}
