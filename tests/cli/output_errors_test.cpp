/// Standard output on a full disk, closed, or a pipe that nobody reads: a sentence and exit code 1, for every command,
/// never half a document and a code that says all is well.
#include "catch.hpp"
#include "tool.hpp"

namespace {

/// One call of every kind, each of which succeeds; the last one's output is longer than any buffer.
std::vector<std::string> calls(const TemporaryFolder& s) {
    const std::string m = tool::write_model(s, "m.onnx"),
                      x = " --input " + tool::write_input(s, "x.npy", {1, 2}, {.5, .8});
    return {"info " + m,
            "run " + m + x,
            "run " + m + x + " --json",
            "run " + m + x + " --scalar rational --json",
            "bound " + m + x + " --eps 0.1",
            "bound " + m + x + " --eps 0.1 --json",
            "bound " + m + x + " --eps 0.1 --spec class:0",
            "bound " + m + x + " --eps 0.1 --spec class:1 --json",
            "grad " + m + x + " --output 0",
            "grad " + m + x + " --output 0 -o " + s / "g.json",
            "doctor",
            "--help",
            "bound --help",
            "run " + tool::write_relu(s, "wide.onnx", 40'000) + " --input " +
                tool::write_input(s, "wide.npy", {1, 40'000}, std::vector<double>(40'000, 0.1)) + " --json"};
}

const std::string sentence = "tercet: cannot write standard output: ";

}  // namespace

TEST_CASE("A full disk under standard output") {
    const TemporaryFolder s;
    for (const std::string& arguments : calls(s)) {
        CAPTURE(arguments);
        CHECK(tool::run(s, arguments).exit % 3 == 0);
        const auto r = tool::shell(s, tool::call(arguments) + " >/dev/full");
        CHECK(r.exit == 1);
        CHECK(r.err == sentence + "No space left on device\n");
    }
}

TEST_CASE("A disk that fills up while the document is written") {
    const TemporaryFolder s;
    const std::string arguments = calls(s).back();
    const auto r = tool::shell(
        s, "ulimit -f 64; " + tool::call(arguments) + " >'" + s / "half.json" + "'");  // blocks of 512 or 1024 bytes
    CHECK(r.exit == 1);
    CHECK(r.err == sentence + "File too large\n");
    CHECK(std::filesystem::file_size(s / "half.json") > 0);
    CHECK(std::filesystem::file_size(s / "half.json") < tool::run(s, arguments).out.size());
}

TEST_CASE("Standard output that is closed, and the others with it: no file takes its place") {
    const TemporaryFolder s;
    for (const std::string& arguments : calls(s)) {
        CAPTURE(arguments);
        const auto r = tool::shell(s, tool::call(arguments) + " >&-");
        CHECK(r.exit == 1);
        CHECK(r.err == sentence + "Bad file descriptor\n");
        CHECK(tool::shell(s, tool::call(arguments) + " <&- >&- 2>&-").exit == 1);
    }
    // g.json, and what -o wrote beside it, hold the document alone
    const std::string whole = contents(s / "g.json");
    CHECK(whole.starts_with("{\"schema\""));
    CHECK(whole.ends_with("}}}\n"));
    const auto quiet = tool::shell(s, tool::call("info " + s / "absent.onnx") + " 2>&-");
    CHECK(quiet.exit == 1);
    CHECK(quiet.out.empty());
}

TEST_CASE("A pipe that nobody reads any more ends in a sentence, not in a signal") {
    const TemporaryFolder s;
    for (const std::string& arguments : calls(s)) {
        CAPTURE(arguments);
        const auto r =
            tool::shell(s, "{ sleep 0.05; " + tool::call(arguments) + "; echo $? >'" + s / "code" + "'; } | true");
        CHECK(contents(s / "code") == "1\n");
        CHECK(r.err == sentence + "Broken pipe\n");
    }
    const auto r =
        tool::shell(s, "{ " + tool::call(calls(s).back()) + "; echo $? >'" + s / "code" + "'; } | head -c 1");
    CHECK(r.out == "{");
    CHECK(contents(s / "code") == "1\n");
}

TEST_CASE("A pipe that does not block is waited for") {
    const TemporaryFolder s;
    const std::string arguments = calls(s).back();
    // Python gives the pipe O_NONBLOCK, which the tool inherits, and reads slowly.
    const std::string script =
        "import os, subprocess, sys, time\n"
        "r, w = os.pipe()\nos.set_blocking(w, False)\n"
        "p = subprocess.Popen(sys.argv[1:], stdout=w)\nos.close(w)\ntime.sleep(0.3)\n"
        "n = 0\n"
        "while True:\n    b = os.read(r, 4096)\n    n += len(b)\n    if not b: break\n"
        "print(n, p.wait())\n";
    if (tool::shell(s, "python3 -c ''").exit != 0) return;
    const auto r = tool::shell(s, "python3 " + s.file("slow.py", script) + " " + tool::call(arguments));
    const auto size = tool::run(s, arguments).out.size();
    CAPTURE(r.out, r.err, size);
    CHECK(r.out.ends_with(" 0\n"));
    CHECK(std::abs(std::stol(r.out) - static_cast<long>(size)) < 64);  // the time in it has a few digits more or fewer
}
