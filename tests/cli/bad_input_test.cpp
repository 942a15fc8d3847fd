/// Bad input gets one sentence with the place and the numbers, a non-zero exit code, and no output file half-written.
#include "catch.hpp"
#include "tool.hpp"

namespace {

/// Exit 1, nothing on standard output, one line on standard error that begins with the tool's name and holds each
/// fragment.
void refuses(const TemporaryFolder& s, const std::string& arguments, std::initializer_list<const char*> fragments) {
    CAPTURE(arguments);
    const auto r = tool::run(s, arguments);
    CAPTURE(r.out, r.err);
    CHECK(r.exit == 1);
    CHECK(r.out.empty());
    CHECK(r.err.starts_with("tercet: "));
    CHECK(std::count(r.err.begin(), r.err.end(), '\n') == 1);
    for (const char* f : fragments) CHECK(r.err.find(f) != std::string::npos);
}

}  // namespace

TEST_CASE("models that are none") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    refuses(s, "info " + s / "absent.onnx", {"absent.onnx"});
    refuses(s, "info " + s.file("garbage.onnx", "this is not a model at all"), {"garbage.onnx"});
    refuses(s, "info " + s.file("empty.onnx", ""), {"empty.onnx"});
    const std::string whole = contents(m);
    refuses(s, "info " + s.file("cut.onnx", whole.substr(0, whole.size() / 2)), {"cut.onnx"});
    refuses(s, "info " + s.path.string(), {});
}

TEST_CASE("inputs that do not fit") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    refuses(s, "run " + m + " --input " + tool::write_input(s, "three.npy", {1, 3}, {1, 2, 3}), {"[1, 2]", "[1, 3]"});
    refuses(s,
            "run " + m + " --input " +
                tool::write_input(s, "nan.npy", {1, 2}, {1, std::numeric_limits<double>::quiet_NaN()}),
            {"nan.npy", "1"});
    refuses(s,
            "bound " + m + " --input " +
                tool::write_input(s, "inf.npy", {1, 2}, {std::numeric_limits<double>::infinity(), 1}),
            {"inf.npy"});
    refuses(s, "run " + m + " --input " + s.file("text.npy", "0.5, 0.8"), {"text.npy"});
    refuses(s, "bound " + m + " --input " + x + " --eps abc", {"abc"});
    refuses(s, "bound " + m + " --input " + x + " --eps -0.1", {"-0.1"});
    refuses(s, "bound " + m + " --input " + x + " --clip 1", {"--clip"});
    refuses(s, "bound " + m + " --input " + x + " --clip 2,1", {"--clip"});
    refuses(s, "bound " + m + " --input " + x + " --clip 2,3", {"input 0"});
    refuses(s, "bound " + m + " --input " + x + " --spec class:2", {"class 2", "0 to 1"});
    refuses(s, "bound " + m, {"--input"});
    refuses(s, "grad " + m + " --input " + x + " --output 2", {"0 to 1"});
    refuses(s, "grad " + m + " --input " + x, {"--output"});
}

TEST_CASE("properties that are none") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"),
                      head = "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n";
    const std::string box = "(assert (<= X_0 1))(assert (>= X_0 0))(assert (<= X_1 1))";
    refuses(s, "bound " + m + " --box " + s.file("open.vnnlib", head + box), {"X_1", "lower"});
    refuses(s, "bound " + m + " --box " + s.file("empty.vnnlib", head + box + "(assert (>= X_1 2))"),
            {"X_1", "2", "1"});
    refuses(s, "bound " + m + " --box " + s.file("unknown.vnnlib", head + "(assert (<= Z_0 1))"), {"Z_0", ":4:"});
    refuses(s, "bound " + m + " --box " + s.file("syntax.vnnlib", head + "(assert (<= X_0 1)"), {"syntax.vnnlib"});
    refuses(s,
            "bound " + m + " --box " +
                s.file("small.vnnlib",
                       "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))(assert (>= X_0 0))"),
            {"1", "2"});
}

TEST_CASE("no output file is half-written, and a wrong command line is another exit code") {
    const TemporaryFolder s;
    const std::string m = tool::write_model(s, "m.onnx"), x = tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    const std::string kept = s.file("kept.npz", "old");
    refuses(s, "grad " + m + " --input " + x + " --output 9 -o " + kept, {"9"});
    CHECK(contents(kept) == "old");
    refuses(s, "grad " + m + " --input " + x + " --output 0 -o " + s / "g.txt", {".npz or .json"});
    CHECK_FALSE(std::filesystem::exists(s / "g.txt"));
    refuses(s, "grad " + m + " --input " + x + " --output 0 -o " + s / "absent/g.npz", {"absent/g.npz"});
    refuses(s, "grad " + m + " --input " + x + " --output 0 --compare " + s.file("bad.npz", "PK no"), {"bad.npz"});

    for (const char* wrong : {"", "fly", "run", "run --nonsense", "bound m.onnx --input"})
        CHECK(tool::run(s, wrong).exit == 2);
    CHECK(tool::run(s, "run " + m + " --input " + x + " --scalar complex").exit == 2);
    CHECK(tool::run(s, "--help").exit == 0);
    CHECK(tool::run(s, "grad --help").exit == 0);
}
