#include <tercet/io/npy/npz.hpp>

#include <zip.h>

#include <random>

#include "../temporary_folder.hpp"
#include "catch.hpp"
#include "messages.hpp"
#include "numpy_files.hpp"

using namespace tercet;

namespace {
using Values = std::vector<double>;
}

TEST_CASE("archives that NumPy wrote are read, stored and deflated") {
    const TemporaryFolder folder;
    const auto stored = read_npz(folder.file("s.npz", numpy_files::npz_stored));
    REQUIRE(stored.size() == 2);
    CHECK(stored.at("weight").dims == Dims{1, 2});
    CHECK(stored.at("weight").values == Values{1, 0.1});
    CHECK(stored.at("bias").values == Values{3});
    const auto deflated = read_npz(folder.file("d.npz", numpy_files::npz_deflated));
    CHECK(deflated.at("weight").dims == Dims{4, 5});
    CHECK(deflated.at("weight").values == Values(20, 0.0));
    CHECK(deflated.at("bias").values == Values{2.5});
}

TEST_CASE("archives written are read back, and equal arrays make equal files") {
    const TemporaryFolder folder;
    const std::vector<std::pair<std::string, NpyArray>> arrays = {{"z", {{2, 2}, {1, 2, 3, 4}, "<f8"}},
                                                                  {"layers.0.weight", {{}, {0.5}, "<f4"}},
                                                                  {"gewicht ä/1", {{0}, {}, "<f8"}}};
    write_npz(folder / "a.npz", arrays);
    const auto back = read_npz(folder / "a.npz");
    REQUIRE(back.size() == 3);
    for (const auto& [name, array] : arrays) {
        CHECK(back.at(name).dims == array.dims);
        CHECK(back.at(name).values == array.values);
        CHECK(back.at(name).dtype == array.dtype);
    }
    write_npz(folder / "b.npz", arrays);
    CHECK(contents(folder / "a.npz") == contents(folder / "b.npz"));
    write_npz(folder / "a.npz", {back.begin(), back.end()});  // over the old one
    CHECK(read_npz(folder / "a.npz").size() == 3);
    CHECK(folder.files() == 2);
}

TEST_CASE("what is no archive of arrays is refused with file and entry") {
    const auto refusal = [](const std::string& bytes) { return message([&] { parse_npz(bytes, "x.npz"); }); };
    CHECK(refusal("no zip at all") == "x.npz: not an npz file: Not a zip archive");
    CHECK(refusal("") == "x.npz: not an npz file: it is empty");
    std::string damaged = numpy_files::npz_stored;
    damaged[damaged.find("NUMPY") + 130] ^= 1;  // in the data of "weight": the checksum says so
    CHECK(refusal(damaged) == "x.npz: entry \"weight.npy\": CRC error");
    std::string renamed = numpy_files::npz_stored;
    for (std::size_t at; (at = renamed.find("bias.npy")) != renamed.npos;) renamed.replace(at, 8, "bias.txt");
    CHECK(refusal(renamed) == "x.npz: entry \"bias.txt\" is not an npy file");
    CHECK(message<DomainError>([] { write_npz("/tmp/x.npz", {}); }) ==
          "cannot write '/tmp/x.npz': an npz file needs at least one array");
    const NpyArray one{{}, {1}};
    CHECK(message<DomainError>([&] {
              write_npz("/tmp/x.npz", {{"a", one}, {"a", one}});
          }) == "cannot write '/tmp/x.npz': two arrays are named \"a\"");
    CHECK(message<Error>([&] {
              write_npz("/nonexistent/x.npz", {{"a", one}});
          }) == "cannot write '/nonexistent/x.npz': No such file or directory");
    CHECK(message<Error>([&] {
              write_npz("/dev/full", {{"a", one}});
          }) == "cannot write '/dev/full': No space left on device");
}

TEST_CASE("an archive cut anywhere is refused, and one with random bytes never crashes") {
    const std::string& whole = numpy_files::npz_deflated;
    for (std::size_t n = 0; n < whole.size(); ++n)
        CHECK(message([&] { parse_npz(whole.substr(0, n), "x.npz"); }) != "");
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 3000; ++i) {
        std::string bytes = whole;
        for (auto n = 1 + random() % 3; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
        message([&] { parse_npz(bytes, "x.npz"); });
    }
}

TEST_CASE("a name that zip does not take is refused with the reason") {
    const TemporaryFolder folder;
    for (const std::string& name : {std::string("w\n\x1b[31m"), std::string("\xff")}) {
        const auto refusal = message<Error>([&] { write_npz(folder / "x.npz", {{name, {{}, {1}}}}); });
        CHECK(refusal.find("zip archives take names of UTF-8 without control characters") != std::string::npos);
    }
    const auto long_name = [&](std::size_t n) {
        return message<Error>([&] { write_npz(folder / "x.npz", {{std::string(n, 'n'), {{}, {1}}}}); });
    };
    CHECK(long_name(65'532).find("zip archives take names of at most 65535 bytes") != std::string::npos);
    CHECK(folder.files() == 0);
    CHECK(long_name(65'531).empty());
    CHECK(read_npz(folder / "x.npz").begin()->first.size() == 65'531);
}

namespace {
/// An archive of one deflated entry.
std::string deflated(const TemporaryFolder& folder, const std::string& file,
                     const std::vector<std::pair<std::string, std::string>>& entries) {
    zip_t* archive = zip_open((folder / file).c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    REQUIRE(archive);
    for (const auto& [name, bytes] : entries)
        REQUIRE(zip_file_add(archive, name.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0),
                             ZIP_FL_ENC_UTF_8) >= 0);
    REQUIRE(zip_close(archive) == 0);
    return folder / file;
}
}  // namespace

TEST_CASE("an entry is inflated no further than its npy header states, and not at all where it is not wanted") {
    const TemporaryFolder folder;
    const std::string small = npy_bytes({{3}, {1, 2, 3}, "<f4"}), bomb = small + std::string(200 << 20, '\0');
    const std::string path =
        deflated(folder, "bomb.npz", {{"w.npy", small}, {"other.npy", bomb}, {"no.npy", "nonsense"}});
    const std::set<std::string> wanted{"w", "absent"};
    const auto read = read_npz(path, &wanted);
    REQUIRE(read.size() == 3);
    CHECK(read.at("w").values == Values{1, 2, 3});
    CHECK(read.at("other").dtype.empty());
    CHECK(read.at("other").values.empty());
    CHECK(read.at("no").values.empty());

    const std::string huge = deflated(folder, "huge.npz", {{"w.npy", bomb}});
    const std::string refusal = message([&] { read_npz(huge); });
    CAPTURE(refusal);
    CHECK(refusal.find("trailing bytes: <f4 [3] takes 12 bytes of data") != std::string::npos);
    const auto got = std::stoll(refusal.substr(refusal.rfind("got ") + 4));
    CHECK(got < 1 << 17);  // of 200 MiB

    std::string header = small;  // one that says 2^40 elements
    header.replace(header.find("(3,)"), 4, "(1099511627776,)");
    header.erase(header.find(std::string(12, ' ')), 12);
    CHECK_THROWS_AS(read_npz(deflated(folder, "stated.npz", {{"w.npy", header}})), LimitError);
    const std::string long_header("\x93NUMPY\x02\x00\xff\xff\xff\x7f{", 13);
    CHECK_THROWS_AS(read_npz(deflated(folder, "header.npz", {{"w.npy", long_header + std::string(200 << 20, ' ')}})),
                    FormatError);
}
