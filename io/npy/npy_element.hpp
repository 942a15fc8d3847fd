/// The elements of an npy file as doubles, each exactly the number in the file.
///
/// Floats are widened through their bits, since a conversion instruction would flush subnormals under DAZ; an integer
/// is taken only when its odd part has at most 53 bits.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

/// What two bytes without a type, "<V2" or "|V2", are taken for. NumPy has no bfloat16: arrays of ml_dtypes' (JAX,
/// TensorFlow) are saved so, and nothing in the file says what they were.
enum class V2 { refused, bfloat16 };

struct NpyDtype {
    char kind;  // f, i, u, b; V: bfloat16
    int bytes;
    bool big_endian;
};

/// "<f4", ">i2", "|b1", "bfloat16". Throws FormatError without the file's name on any other element type.
NpyDtype parse_npy_dtype(const std::string& descr, V2 v2 = V2::refused);

/// The unsigned integer of `bytes` bytes at `at`.
std::uint64_t load_npy_bits(const char* at, int bytes, bool big_endian);

/// The element at `at`. Throws FormatError that goes on after "element [2, 0] ": "is 9007199254740993, which no double
/// equals".
double npy_element(const char* at, const NpyDtype& dtype);

}  // namespace tercet
