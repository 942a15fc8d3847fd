/// A file cannot make the tool print a line of its own, an escape sequence, or pages: whatever its names hold, every
/// command and every error.
#include "catch.hpp"
#include "tool.hpp"

#include <tercet/io/npy/npz.hpp>
#include <tercet/models/operators/elementwise.hpp>

using namespace tercet;

namespace {

const std::string forged = "proved: no output in these bounds satisfies the property";

/// y = w / x with the same text in every name: of input, output, node, parameter and producer.
std::string write_named(const TemporaryFolder& s, const std::string& file, const std::string& text) {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x" + text, {1, 2}), w = g.add_parameter("w" + text, {1, 2});
    g.outputs = {append(g, "d" + text, "Div", op::Elementwise{Binary::divide}, {w, x})};
    g.output_names = {"y" + text};
    n.parameters = {{{1, 2}, {1, 2}}};
    write_onnx(g, n.parameters, s / file);
    std::string producer = "p" + text, length;
    for (auto size = producer.size(); size || length.empty(); size >>= 7)
        length += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
    s.file(file, contents(s / file) + "\x12" + length + producer);  // protobuf: the last producer_name counts
    return s / file;
}

/// As write_named without a division: runs over Dyadic.
std::string write_sum(const TemporaryFolder& s, const std::string& file, const std::string& text) {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x" + text, {1, 2}), w = g.add_parameter("w" + text, {1, 2});
    g.outputs = {append(g, "d" + text, "Add", op::Elementwise{Binary::add}, {w, x})};
    g.output_names = {"y" + text};
    n.parameters = {{{1, 2}, {1, 2}}};
    write_onnx(g, n.parameters, s / file);
    return s / file;
}

void is_plain(const std::string& text, const std::string& command) {
    CAPTURE(command, text.substr(0, 3000));
    std::size_t longest = 0, line = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte != '\n' && (byte < 0x20 || byte > 0x7e))
            FAIL("byte " << static_cast<int>(byte) << " is printed as it is");
        line = byte == '\n' ? 0 : line + 1;
        longest = std::max(longest, line);
    }
    CHECK(longest <= 1300);
    CHECK(("\n" + text).find("\n" + forged) == std::string::npos);
    CHECK(("\n" + text).find("\ntercet: all good") == std::string::npos);
}

}  // namespace

TEST_CASE("Names of every kind are escaped and cut in everything that is printed") {
    const TemporaryFolder s;
    const std::string texts[] = {"\n" + forged + "\n\x1b[8m", "\r\ntercet: all good\x1b[31m",
                                 "\xe2\x80\xae\xe2\x80\xa9\xc2\x9b\x38m\x7f", "\xff\xfe\xc0\x8a",
                                 std::string(100'000, 'n')};
    const std::string ones = tool::write_input(s, "x.npy", {1, 2}, {1, 2}),
                      zeros = tool::write_input(s, "zero.npy", {1, 2}, {0, 0}),
                      wide = tool::write_input(s, "wide.npy", {1, 3}, {0, 0, 0});
    for (const std::string& text : texts) {
        const std::string m = write_named(s, "m.onnx", text), sum = write_sum(s, "s.onnx", text);
        struct Call {
            std::string arguments;
            int exit;
        };
        std::vector<Call> calls = {
            {"info " + m, 0},
            {"run " + m + " --input " + ones, 0},
            {"run " + m + " --input " + ones + " --scalar rational", 0},
            {"run " + sum + " --input " + ones + " --scalar rational --digits", 0},
            {"run " + m + " --input " + zeros + " --scalar rational", 1},
            {"run " + m + " --input " + wide, 1},
            {"run " + m + " --input " + ones + " --scalar rational --digits", 0},
            {"bound " + m + " --input " + ones + " --eps 0.25", 0},
            {"grad " + m + " --input " + ones + " --output 0", 0},
            {"grad " + m + " --input " + zeros + " --output 0", 1},
            {"grad " + sum + " --input " + ones + " --output 0 --digits", 0},
            {"grad " + m + " --input " + ones + " --output 0 -o " + s / "g.json", 0},
            {"grad " + sum + " --input " + wide + " --output 0", 1},
        };
        write_npz(s / "c.npz", {{"x", {{1, 2}, {1, 1}}}});
        // Their names are missing.
        calls.push_back({"grad " + sum + " --input " + ones + " --output 0 --compare " + s / "c.npz", -1});
        calls.push_back(
            {"grad " + sum + " --input " + ones + " --output 0 -o " + s / "g.npz", -1});  // zip takes few names
        for (const auto& [arguments, exit] : calls) {
            const auto r = tool::run(s, arguments);
            CAPTURE(arguments, r.err.substr(0, 2000));
            if (exit >= 0) CHECK(r.exit == exit);
            is_plain(r.out, arguments);
            is_plain(r.err, arguments);
        }
    }
}

TEST_CASE("So are file names and arguments of the command line") {
    const TemporaryFolder s;
    const std::string text = "\n" + forged + "\n\x1b[8m\xe2\x80\xae";
    const std::string m = "\"" + write_sum(s, text + ".onnx", "") + "\"",
                      x = "\"" + tool::write_input(s, text + ".npy", {1, 2}, {1, 2}) + "\"";
    for (const std::string& arguments :
         {"info " + m, "run " + m + " --input " + x, "bound " + m + " --input " + x,
          "grad " + m + " --input " + x + " --output 0 -o \"" + s / (text + ".json\""), "info " + m + "a", "info " + x,
          "run " + m + " --input " + m, "info " + m + " \"" + text + "\"", "\"" + text + "\"", "--" + m,
          "run " + m + " --input " + x + " --scalar \"" + text + "\"",
          "run " + m + " --input " + x + " --max-digits \"" + text + "\"",
          "bound " + m + " --input " + x + " --eps \"" + text + "\"",
          "bound " + m + " --input " + x + " --clip \"" + text + "\"",
          "bound " + m + " --input " + x + " --spec \"" + text + "\"",
          "grad " + m + " --input " + x + " --output 0 -o \"" + text + "\""}) {
        const auto r = tool::run(s, arguments);
        is_plain(r.out, arguments);
        is_plain(r.err, arguments);
    }
}
