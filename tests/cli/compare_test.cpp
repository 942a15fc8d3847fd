/// grad --compare: element types, NaN, missing names and wrong signs, the limit, the exit code, the table as JSON.
#include "catch.hpp"
#include "tool.hpp"

#include <tercet/io/npy/npz.hpp>
#include <tercet/models/operators/gemm.hpp>

#include <bit>
#include <limits>

#include <nlohmann/json.hpp>

using namespace tercet;
using Json = nlohmann::json;

namespace {

/// y = w x for x = (1, 2, 3): the gradient of x is w, that of w is x.
std::string write_product(const TemporaryFolder& s, const std::vector<double>& w) {
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1, 3}), p = g.add_parameter("w", {1, 3});
    g.outputs = {append(g, "gemm", "Gemm", op::Gemm{.transpose_b = true}, {x, p})};
    g.output_names = {"y"};
    n.parameters = {{{1, 3}, w}};
    write_onnx(g, n.parameters, s / "m.onnx");
    return s / "m.onnx";
}

std::string npy(const std::string& descr, const std::string& shape, const std::string& data) {
    const std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    std::string bytes("\x93NUMPY\x01");
    bytes.append(1, '\0').append(1, static_cast<char>(header.size())).append(1, '\0').append(header).append(data);
    return bytes;
}

/// The leading 16 bits of floats: bfloat16, where nothing is cut off.
std::string bfloat16_bytes(std::initializer_list<float> values) {
    std::string bytes;
    for (const float v : values) {
        const auto bits = std::bit_cast<std::uint32_t>(v) >> 16;
        bytes.append(1, static_cast<char>(bits & 0xff)).append(1, static_cast<char>(bits >> 8));
    }
    return bytes;
}

std::string little(std::uint64_t value, int bytes) {
    std::string s;
    for (int i = 0; i < bytes; ++i) s += static_cast<char>(value >> (8 * i) & 0xff);
    return s;
}

std::uint32_t crc32(const std::string& bytes) {
    std::uint32_t crc = ~0u;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

/// A zip archive of stored entries NAME.npy, whatever they hold.
std::string write_archive(const TemporaryFolder& s, const std::string& name,
                          const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string files, directory;
    for (const auto& [key, bytes] : entries) {
        const std::string file = key + ".npy";
        std::string common =
            little(20, 2);  // version, flags, method, time, date, checksum, sizes, lengths of name and extra field
        common.append(little(0, 2))
            .append(little(0, 2))
            .append(little(0, 2))
            .append(little(33, 2))
            .append(little(crc32(bytes), 4));
        common.append(little(bytes.size(), 4))
            .append(little(bytes.size(), 4))
            .append(little(file.size(), 2))
            .append(little(0, 2));
        directory.append("PK\x01\x02")
            .append(little(20, 2))
            .append(common)
            .append(little(0, 10))
            .append(little(files.size(), 4))
            .append(file);
        files.append("PK\x03\x04").append(common).append(file).append(bytes);
    }
    const std::string count = little(entries.size(), 2);
    std::string end = "PK\x05\x06";
    end.append(little(0, 4))
        .append(count)
        .append(count)
        .append(little(directory.size(), 4))
        .append(little(files.size(), 4))
        .append(little(0, 2));
    return s.file(name, files + directory + end);
}

}  // namespace

TEST_CASE("Each array is measured in ulp of its own type") {
    const TemporaryFolder s;
    const std::string m = write_product(s, {1, 0.1, -3}), call = "grad " + m + " --input " +
                                                                 tool::write_input(s, "x.npy", {1, 3}, {1, 2, 3}) +
                                                                 " --output 0 --json --compare ";
    const std::string ones("\x00\x3c\x00\x40\x00\x42", 6);  // 1, 2, 3 in float16
    const std::string f2 = write_archive(
        s, "f2.npz",
        {{"x", npy("<f2", "(1, 3)", std::string("\x00\x3c\x66\x2e\x00\xc2", 6))}, {"w", npy("<f2", "(1, 3)", ones)}});
    const auto half = tool::run(s, call + f2 + " --max-ulp 0.5");
    CAPTURE(half.out, half.err);
    CHECK(half.exit == 0);
    const Json h = Json::parse(half.out)["comparison"]["tensors"][0];
    CHECK(h["type"] == "float16");
    // 0x2e66 is 1638 2^-14 = 0.0999755859375, an ulp there 2^-14: |0.1 - that| 2^14 = 0.4 for the double nearest to
    // 0.1, all but
    CHECK(h["largest_ulp"].get<double>() == (0.1 - 1638 * 0x1p-14) * 0x1p14);
    CHECK(h["worst"] == 1);

    const auto v2 = [&](const std::string& descr) {
        return write_archive(s, "v2.npz",
                             {{"x", npy(descr, "(1, 3)", bfloat16_bytes({1, 0x1.9ap-4f, -3}))},
                              {"w", npy(descr, "(1, 3)", bfloat16_bytes({1, 2, 3}))}});
    };
    for (const std::string descr : {"<V2", "|V2", "bfloat16"}) {
        CAPTURE(descr);
        const auto r = tool::run(s, call + v2(descr) + " --compare-type bfloat16 --max-ulp 0.5");
        CHECK(r.exit == 0);
        const Json t = Json::parse(r.out)["comparison"]["tensors"][0];
        CHECK(t["type"] == "bfloat16");
        CHECK(t["largest_ulp"].get<double>() == (0x1.9ap-4 - 0.1) * 0x1p11);  // 2^-4 <= 0.1, 8 bits
    }
    const auto unasked = tool::run(s, call + v2("<V2"));
    CHECK(unasked.exit == 1);
    CHECK(unasked.err.find("\"<V2\" is two bytes of no numeric type, as arrays of bfloat16 are saved") !=
          std::string::npos);
    CHECK(tool::run(s, call + v2("bfloat16") + " --max-ulp 1/2").exit == 0);
    // The same numbers, stored as float32 by a program that computed in bfloat16.
    write_npz(s / "wide.npz", {{"x", {{1, 3}, {1, 0x1.9ap-4, -3}, "<f4"}}, {"w", {{1, 3}, {1, 2, 3}, "<f4"}}});
    CHECK(tool::run(s, call + s / "wide.npz" + " --max-ulp 0.5").exit == 3);
    CHECK(tool::run(s, call + s / "wide.npz" + " --max-ulp 0.5 --compare-type bfloat16").exit == 0);
    const auto integers = write_archive(s, "i.npz", {{"x", npy("|i1", "(1, 3)", "\x01\x02\x03")}});
    CHECK(tool::run(s, call + integers).exit == 1);
}

TEST_CASE("What is missing, NaN, infinite or of the wrong sign fails a script; a limit may") {
    const TemporaryFolder s;
    const std::string m = write_product(s, {1, 0.5, -3}), call = "grad " + m + " --input " +
                                                                 tool::write_input(s, "x.npy", {1, 3}, {1, 2, 3}) +
                                                                 " --output 0 --compare ";
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const auto with = [&](std::vector<std::pair<std::string, std::vector<double>>> arrays) {
        std::vector<std::pair<std::string, NpyArray>> all;
        for (auto& [name, values] : arrays) all.push_back({name, {{1, 3}, std::move(values), "<f4"}});
        write_npz(s / "c.npz", all);
        return call + s / "c.npz";
    };
    const std::vector<double> w{1, 2, 3}, x{1, 0.5, -3};
    const auto good = tool::run(s, with({{"x", x}, {"w", w}, {"step", w}}));
    CHECK(good.exit == 0);
    CHECK(good.out.find("holds: every gradient is there and finite, and none has the wrong sign\n") !=
          std::string::npos);
    CHECK(good.out.find("no gradient") != std::string::npos);
    CHECK(tool::run(s, with({{"x", x}, {"w", w}}) + " --max-ulp 0").exit == 0);
    const auto missing = tool::run(s, with({{"linear", x}}));
    CHECK(missing.exit == 3);
    CHECK(missing.out.find("does not hold: 2 tensors missing") != std::string::npos);
    CHECK(tool::run(s, with({{"x", x}})).exit == 3);
    const auto no_number = tool::run(s, with({{"x", x}, {"w", {1, nan, 3.25}}}));
    CHECK(no_number.exit == 3);
    CHECK(no_number.out.find("float32          nan          nan            1 ") != std::string::npos);
    CHECK(tool::run(s, with({{"x", x}, {"w", {1, -inf, 3}}})).exit == 3);
    CHECK(tool::run(s, with({{"x", x}, {"w", {1, -2, 3}}})).exit == 3);
    const std::string off = with({{"x", x}, {"w", {1, 2, 3 + 0x1p-21}}});  // 2 ulp
    CHECK(tool::run(s, off).exit == 0);
    CHECK(tool::run(s, off + " --max-ulp 2").exit == 0);
    const auto beyond = tool::run(s, off + " --max-ulp 1.99 --json");
    CHECK(beyond.exit == 3);
    const Json c = Json::parse(beyond.out)["comparison"];
    CHECK(c["holds"] == false);
    CHECK(c["max_ulp"] == "199/100");
    CHECK(c["tensors"][1]["beyond"] == 1);
    CHECK(c["tensors"][1]["largest_ulp"] == 2);
    CHECK(c["tensors"][0]["worst"].is_null());
    CHECK(c["tensors"][0]["missing"] == false);
    CHECK(tool::run(s, with({{"x", x}, {"w", {1, 0, 3}}}) + " --max-ulp 100").exit == 3);  // lost: 2^23 ulp
    CHECK(tool::run(s, off + " --max-ulp -1").exit == 1);
    CHECK(tool::run(s, "grad " + m + " --input " + s / "x.npy" + " --output 0 --max-ulp 1").exit == 2);
}

TEST_CASE("grad prints a summary, and it as JSON") {
    const TemporaryFolder s;
    const std::string m = write_product(s, {1, 0.5, -3}),
                      call =
                          "grad " + m + " --input " + tool::write_input(s, "x.npy", {1, 3}, {1, 2, 3}) + " --output 0";
    const auto text = tool::run(s, call);
    CHECK(text.exit == 0);
    CHECK(text.out.find(
              "x [1, 3], largest magnitude 3\n  0  1/1\n  1  1/2\n  2  -3/1\nw [1, 3], largest magnitude 3\n") !=
          std::string::npos);
    CHECK(tool::run(s, call + " -o " + s / "g.npz").out.find("largest magnitude") == std::string::npos);
    const auto interval = tool::run(s, call + " --scalar interval64 --eps 0.25");
    CHECK(interval.out.find("w [1, 3], largest magnitude at most 3.25") != std::string::npos);
    const Json j = Json::parse(tool::run(s, call + " --json").out);
    CHECK(j["gradients"]["x"]["exact"] == Json{"1/1", "1/2", "-3/1"});
    CHECK(j["gradients"]["w"]["largest"] == 3);
    CHECK(j["kinks"]["relu"] == 0);
    CHECK(j["semantics"] == "real");
    double sum = 0;
    for (const char* phase : {"load", "prepare", "compute"}) sum += j["phases"][phase].get<double>();
    CHECK(j["seconds"].get<double>() == sum);  // decimals that read back as the doubles, added in this order
    CHECK_FALSE(j.contains("comparison"));
    const std::string wide = tool::write_relu(s, "wide.onnx", 11);
    const auto many =
        tool::run(s, "grad " + wide + " --input " +
                         tool::write_input(s, "wide.npy", {1, 11}, std::vector<double>(11, 1)) + " --output 7 --json");
    CHECK(Json::parse(many.out)["gradients"]["x"] == Json{{"shape", {1, 11}}, {"largest", 1}});
}
