/// Files that are not what they seem: gzip, pointers of Git LFS, byte order marks.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <tercet/io/file/gunzip.hpp>
#include <tercet/io/file/read_file.hpp>
#include <tercet/io/vnnlib/read.hpp>

#include <zlib.h>

using namespace tercet;

namespace {

std::string gzip(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.erase(stream.total_out);
    deflateEnd(&stream);
    return out;
}

const std::string property =
    "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))(assert (<= Y_0 -1))";

}  // namespace

TEST_CASE("gzip: what was packed comes back, members one after another") {
    std::string text;
    for (int i = 0; i < 200000; ++i) text += std::to_string(i * 7919 % 1009);
    for (const std::string& bytes : {std::string(), std::string("a"), std::string(1 << 20, '\0'), text}) {
        CHECK(gunzip(gzip(bytes), 1 << 26) == bytes);
        CHECK(gunzip(gzip(bytes) + gzip("x") + gzip(bytes), 1 << 26) == bytes + "x" + bytes);
    }
    const std::string packed = gzip(text);
    for (std::size_t cut = 2; cut < packed.size(); cut += packed.size() / 40)
        CHECK_THROWS_AS(gunzip(packed.substr(0, cut), 1 << 26), FormatError);
    std::string wrong = packed;
    wrong[wrong.size() - 6] ^= 1;  // the checksum
    CHECK_THROWS_AS(gunzip(wrong, 1 << 26), FormatError);
    CHECK(message<FormatError>([&] { gunzip(gzip(std::string(1 << 20, '\0')), (1 << 20) - 1); }) ==
          "its gzip data inflate to more than 1048575 bytes");
    CHECK(gunzip(gzip(std::string(1 << 20, '\0')), 1 << 20).size() == 1 << 20);
}

TEST_CASE("models and properties are read from gzip") {
    const TemporaryFolder s;
    const auto m = read_onnx(s.file("m.onnx.gz", gzip(onnx_models::small_net().SerializeAsString())));
    CHECK(onnx_models::run(m, {4, 1, -2}) == onnx_models::Reals{1.5, 13.25});
    CHECK(read_vnnlib(s.file("p.vnnlib.gz", gzip(property))).disjuncts == parse_vnnlib(property, "p").disjuncts);
    const std::string cut = gzip(property).substr(0, 60);
    CHECK(message<FormatError>([&] {
              read_vnnlib(s.file("cut.vnnlib.gz", cut));
          }).find("its gzip data end too early") != std::string::npos);
}

TEST_CASE("a pointer of Git LFS is called what it is") {
    const TemporaryFolder s;
    const std::string pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') + "\nsize 44706123\n";
    const std::string path = s.file("lfs.onnx", pointer);
    const std::string sentence =
        "'" + path +
        "' is a Git LFS pointer, not the file of 44706123 bytes that it stands for: fetch that with git lfs pull";
    CHECK(message<FormatError>([&] { read_onnx(path); }) == sentence);
    CHECK(message<FormatError>([&] { read_vnnlib(path); }) == sentence);
}

TEST_CASE("a UTF-8 byte order mark is skipped, UTF-16 named") {
    const TemporaryFolder s;
    CHECK(read_vnnlib(s.file("bom.vnnlib", "\xef\xbb\xbf" + property)).disjuncts ==
          parse_vnnlib(property, "p").disjuncts);
    CHECK(read_vnnlib(s.file("bom.vnnlib.gz", gzip("\xef\xbb\xbf" + property))).inputs == 1);
    CHECK(message<FormatError>([&] {
              read_vnnlib(s.file("wide.vnnlib", std::string("\xff\xfe(\0", 4)));
          }).find("UTF-16") != std::string::npos);
}
