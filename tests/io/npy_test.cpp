#include <tercet/io/npy/npy.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "../temporary_folder.hpp"
#include "catch.hpp"
#include "messages.hpp"
#include "numpy_files.hpp"

using namespace tercet;

namespace {

std::string file(const std::string& header, const std::string& data, char major = 1) {
    std::string bytes = std::string("\x93NUMPY") + major + '\0';
    for (int i = 0; i < (major == 1 ? 2 : 4); ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
    return bytes + header + data;
}
std::string described(const std::string& descr, const std::string& shape, const std::string& data) {
    return file("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n", data);
}
std::string refusal(const std::string& bytes) {
    return message([&] { parse_npy(bytes, "x.npy"); });
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("files that NumPy wrote are read exactly") {
    using namespace numpy_files;
    const NpyArray h = parse_npy(half, "half");
    CHECK(h.values == Values{1.5, -0.0, 0x1p-24, 65504, std::numeric_limits<double>::infinity(), 0x1p-14});
    CHECK(std::signbit(h.values[1]));
    CHECK(h.dtype == "<f2");
    const NpyArray f = parse_npy(float_big_endian_fortran, "f");
    CHECK(f.dims == Dims{2, 3});
    CHECK(f.values == Values{0, 0.125, 0.25, 0.375, 0.5, 0.625});
    CHECK(f.dtype == ">f4");
    const NpyArray cube = parse_npy(double_fortran_cube, "cube");
    CHECK(cube.dims == Dims{2, 3, 4});
    for (int i = 0; i < 24; ++i) CHECK(cube.values[static_cast<std::size_t>(i)] == i);
    CHECK(parse_npy(signed_bytes, "b").values == Values{-128, -1, 127});
    CHECK(parse_npy(shorts_big_endian, "s").values == Values{-32768, 258});
    CHECK(parse_npy(long_unsigned, "u").values == Values{0x1p64 - 2048, 0x1p53, 1});
    CHECK(parse_npy(booleans, "b").values == Values{1, 0, 1});
    CHECK(parse_npy(scalar, "s").dims == Dims{});
    CHECK(parse_npy(scalar, "s").values == Values{0.1});
    CHECK(parse_npy(empty, "e").dims == Dims{0, 3});
    CHECK(parse_npy(empty, "e").values.empty());
    CHECK(parse_npy(version_2, "2").values == Values{1, 2});
    CHECK(parse_npy(version_3, "3").values == Values{3});
    CHECK(refusal(long_odd) == "x.npy: element [0, 1] is -9007199254740993, which no double equals");
    CHECK(refusal(objects) == "x.npy: dtype \"|O\" holds Python objects, which tercet does not read");
    CHECK(refusal(complex_number) ==
          "x.npy: dtype \"<c16\" is not one of f2, f4, f8, i1 to i8, u1 to u8, b1 and bfloat16");
    CHECK_THAT(refusal(record), Catch::Matchers::ContainsSubstring("is a record; tercet reads arrays of numbers"));
}

TEST_CASE("every half and many floats widen to themselves") {
    std::string halves, floats;
    for (unsigned i = 0; i < 0x10000; ++i) {
        halves += {static_cast<char>(i & 0xff), static_cast<char>(i >> 8)};
        floats += {static_cast<char>(i * 7 & 0xff), static_cast<char>(i >> 3 & 0xff), static_cast<char>(i & 0xff),
                   static_cast<char>(i >> 8)};
    }
    const NpyArray h = parse_npy(described("<f2", "(65536,)", halves), "h"),
                   f = parse_npy(described("<f4", "(65536,)", floats), "f");
    for (unsigned i = 0; i < 0x10000; ++i) {
        const int e = static_cast<int>(i >> 10 & 31), part = static_cast<int>(i & 1023);
        const double magnitude =
            e == 0 ? std::ldexp(part, -24) : std::ldexp(1024 + part, e - 25);  // the definition of binary16
        const double read = h.values[i];
        REQUIRE(std::signbit(read) == (i >> 15 == 1));
        if (e < 31) REQUIRE(std::abs(read) == magnitude);
        else REQUIRE((part == 0 ? std::isinf(read) : std::isnan(read)));
        const auto bits = (i * 7 & 0xff) | (i >> 3 & 0xff) << 8 | (i & 0xff) << 16 | (i >> 8) << 24;
        const double single = static_cast<double>(std::bit_cast<float>(bits));
        REQUIRE((std::isnan(single)
                     ? std::isnan(f.values[i])
                     : std::bit_cast<std::uint64_t>(single) == std::bit_cast<std::uint64_t>(f.values[i])));
    }
}

TEST_CASE("two bytes of no type are refused, or every bfloat16 where the caller says so") {
    std::string data;
    for (unsigned i = 0; i < 0x10000; ++i) data += {static_cast<char>(i & 0xff), static_cast<char>(i >> 8)};
    const std::string bytes = described("<V2", "(65536,)", data);
    CHECK(refusal(bytes) == "x.npy: dtype \"<V2\" is two bytes of no numeric type, as arrays of bfloat16 are saved");
    CHECK(refusal(described("|V4", "(1,)", "1234")) ==
          "x.npy: dtype \"|V4\" is not one of f2, f4, f8, i1 to i8, u1 to u8, b1 and bfloat16");
    for (const NpyArray& b :
         {parse_npy(bytes, "b", V2::bfloat16), parse_npy(described("|V2", "(65536,)", data), "b", V2::bfloat16),
          parse_npy(described("bfloat16", "(65536,)", data), "b")})
        for (unsigned i = 0; i < 0x10000; ++i) {
            const int e = static_cast<int>(i >> 7 & 255), part = static_cast<int>(i & 127);
            const double magnitude = e == 0 ? std::ldexp(part, -133)
                                            : std::ldexp(128 + part, e - 134);  // the definition: float32's first half
            const double read = b.values[i];
            REQUIRE(std::signbit(read) == (i >> 15 == 1));
            if (e < 255) REQUIRE(std::abs(read) == magnitude);
            else REQUIRE((part == 0 ? std::isinf(read) : std::isnan(read)));
        }
    CHECK(parse_npy(described(">V2", "(1,)", "\x3f\x80"), "b", V2::bfloat16).values == Values{1});
}

TEST_CASE("arrays written are read back with every bit") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const TemporaryFolder folder;
    for (int i = 0; i < 50; ++i) {
        NpyArray array;
        std::size_t count = 1;
        for (auto rank = random() % 5; rank > 0; --rank) {
            array.dims.push_back(static_cast<std::int64_t>(random() % 5));
            count *= static_cast<std::size_t>(array.dims.back());
        }
        array.dtype = i % 2 ? "<f8" : "<f4";
        for (std::size_t j = 0; j < count; ++j)
            array.values.push_back(
                i % 2 ? std::bit_cast<double>(random())
                      : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(random()))));
        write_npy(folder / "a.npy", array);
        const NpyArray back = read_npy(folder / "a.npy");
        CHECK(back.dims == array.dims);
        CHECK(back.dtype == array.dtype);
        REQUIRE(back.values.size() == count);
        for (std::size_t j = 0; j < count; ++j)
            CHECK((std::isnan(array.values[j]) ? std::isnan(back.values[j])
                                               : std::bit_cast<std::uint64_t>(back.values[j]) ==
                                                     std::bit_cast<std::uint64_t>(array.values[j])));
        CHECK((npy_bytes(array).size() - count * (i % 2 ? 8 : 4)) % 64 == 0);
    }
    CHECK(folder.files() == 1);
}

TEST_CASE("<f4 goes to the nearest float") {
    const NpyArray array{{5}, {0.1, 1 + 0x1p-24, 1 + 3 * 0x1p-24, 1e300, -1e-300}, "<f4"};
    const NpyArray back = parse_npy(npy_bytes(array), "a");
    CHECK(back.values == Values{static_cast<double>(0.1f), 1, 1 + 0x1p-22, std::numeric_limits<double>::infinity(), 0});
    CHECK(std::signbit(back.values[4]));
}

TEST_CASE("a file cut anywhere, or with bytes after its end, is refused") {
    const std::string whole = npy_bytes({{2, 3}, {1, 2, 3, 4, 5, 6}, "<f8"});
    for (std::size_t n = 0; n < whole.size(); ++n) {
        INFO(n << " bytes of " << whole.size());
        CHECK_THAT(refusal(whole.substr(0, n)),
                   Catch::Matchers::StartsWith("x.npy: ") && (Catch::Matchers::ContainsSubstring("truncated") ||
                                                              Catch::Matchers::ContainsSubstring("not an npy file")));
    }
    CHECK(refusal(whole.substr(0, whole.size() - 1)) == "x.npy: truncated: <f8 [2, 3] takes 48 bytes of data, got 47");
    CHECK(refusal(whole + "z") == "x.npy: trailing bytes: <f8 [2, 3] takes 48 bytes of data, got 49");
    CHECK(parse_npy(whole, "x.npy").values.size() == 6);
}

TEST_CASE("a bad header says what is wrong") {
    CHECK(refusal("PK\x03\x04zip") == "x.npy: not an npy file: its first bytes are \"PK\\x03\\x04zi\"");
    CHECK(refusal(file("{}", "", 9)) == "x.npy: npy version 9.0: expected 1.0, 2.0 or 3.0");
    CHECK(refusal(file("{}", "")) == "x.npy: header: the key 'descr' is missing");
    CHECK(refusal(file("", "")) == "x.npy: header: expected '{' at \"\"");
    CHECK(refusal(described("<f8", "(-1,)", "")) == "x.npy: header: a dimension is negative at \"-1,), }\\x0a\"");
    CHECK(refusal(described("<f8", "(99999999999999999999,)", "")) ==
          "x.npy: header: the dimension \"99999999999999999999\" is too large");
    CHECK(refusal(described("<f8", "(1000000000,1000000000,1000000000)", "")) ==
          "x.npy: shape [1000000000, 1000000000, 1000000000]: more than 2^48 elements");
    CHECK(refusal(described("<f8", "(100000000000,)", "")) ==
          "x.npy: truncated: <f8 [100000000000] takes 800000000000 bytes of data, got 0");
    CHECK(refusal(described("<f8", "3", "")) == "x.npy: header: expected '(' at \"3, }\\x0a\"");
    CHECK(refusal(described("<f8", "(3 4)", "")) == "x.npy: header: expected ')' at \"4), }\\x0a\"");
    CHECK(refusal(described("<U3", "(1,)", "")) ==
          "x.npy: dtype \"<U3\" is not one of f2, f4, f8, i1 to i8, u1 to u8, b1 and bfloat16");
    CHECK(refusal(described("|f8", "(1,)", "")) == "x.npy: dtype \"|f8\" does not say its byte order");
    CHECK(refusal(described("|b1", "(2,)", "\x01\x02")) == "x.npy: element [1] is the byte 2, neither False nor True");
    CHECK(refusal(file("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}", "")) ==
          "x.npy: header: unexpected or repeated key \"descr\"");
    CHECK(refusal(file("{'descr': '<f8', 'fortran_order': 0, 'shape': ()}", "")) ==
          "x.npy: header: expected True or False at \"0, 'shape': ()}\"");
    CHECK(refusal(file("{'descr': '<f8', 'fortran_order': False, 'shape': ()} x", "")) ==
          "x.npy: header: unexpected \"x\" after the dictionary");
    CHECK(parse_npy(file("{\"shape\": (2L,), 'fortran_order': True,'descr':'|u1'}", "\x05\xff"), "old").values ==
          Values{5, 255});
    CHECK(message([] { read_npy("/nonexistent/x.npy"); }) ==
          "cannot read '/nonexistent/x.npy': No such file or directory");
    CHECK(message([] { read_npy("/"); }) == "cannot read '/': Is a directory");
}

TEST_CASE("headers with random bytes never crash") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const std::string whole = npy_bytes({{2, 1}, {1, 2}, "<f8"});
    int refused = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string bytes = whole;
        for (auto n = 1 + random() % 3; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
        if (!refusal(bytes).empty()) ++refused;
    }
    CHECK(refused > 1000);
}

TEST_CASE("writing refuses what would not be the array, and infinite elements are named") {
    CHECK(message<ShapeError>([] {
              npy_bytes({{2, 2}, {1, 2, 3}, "<f8"});
          }) == "npy: shape [2, 2] holds 4 elements, got 3");
    CHECK(message<DomainError>([] { npy_bytes({{1}, {1}, "<i8"}); }) == "npy: tercet writes <f8 and <f4, not \"<i8\"");
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(message([&] {
              require_finite({{2, 3}, {1, 2, 3, 4, std::nan(""), inf}}, "x.npy");
          }) == "x.npy: element [1, 1] is nan");
    CHECK(message([&] { require_finite({{}, {-inf}}, "x.npy"); }) == "x.npy: element [] is -inf");
    CHECK_NOTHROW(require_finite({{2}, {0, 1e308}}, "x.npy"));
}
