/// The elements of an npy file as doubles, each exactly the number in the file.
///
/// Floats are widened through their bits, since a conversion instruction would flush subnormals under DAZ; an integer is taken only when
/// its odd part has at most 53 bits.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

struct NpyDtype {
    char kind;  // f, i, u, b
    int bytes;
    bool big_endian;
};

/// "<f4", ">i2", "|b1". Throws FormatError without the file's name on any other element type.
NpyDtype parse_npy_dtype(const std::string& descr);

/// The unsigned integer of `bytes` bytes at `at`.
std::uint64_t load_npy_bits(const char* at, int bytes, bool big_endian);

/// The element at `at`. Throws FormatError that goes on after "element [2, 0] ": "is 9007199254740993, which no double equals".
double npy_element(const char* at, const NpyDtype& dtype);

}  // namespace tercet
