/// A tensor stored in an ONNX file: its numbers exactly, or a sentence why not.
#pragma once

#include <tercet/core/shape.hpp>
#include <tercet/io/onnx/external.hpp>

#include <cstdint>

namespace onnx {
class TensorProto;
}

namespace tercet::onnx_io {

/// Of the integers those below 32 bits are only what casts make.
enum class Type { float16, bfloat16, float32, float64, int8, uint8, int16, uint16, int32, int64, boolean };

const char* to_string(Type type);
constexpr bool is_real(Type type) { return type <= Type::float64; }

/// The least and the largest number of an integer type.
struct IntegerRange {
    std::int64_t least, most;
    constexpr bool holds(std::int64_t x) const { return x >= least && x <= most; }
};
constexpr IntegerRange range_of(Type type) {
    switch (type) {
        case Type::int8: return {-128, 127};
        case Type::uint8: return {0, 255};
        case Type::int16: return {-32768, 32767};
        case Type::uint16: return {0, 65535};
        case Type::int32: return {INT32_MIN, INT32_MAX};
        case Type::boolean: return {0, 1};
        default: return {INT64_MIN, INT64_MAX};
    }
}

/// Real numbers, or integers (booleans are 0 and 1), row-major.
struct Constant {
    std::string name;
    Type type;
    Dims dims;
    std::vector<double> reals;
    std::vector<std::int64_t> integers;
};

/// The most elements of one tensor: 2 GiB of doubles.
inline constexpr std::int64_t largest_tensor = std::int64_t{1} << 28;

/// The most axes of one tensor, as in NumPy: every node has its shape, so long ones take nodes times axes of memory.
inline constexpr std::size_t most_axes = 64;

/// element_count under those limits. Throws ShapeError.
std::int64_t checked_count(const Dims& dims);

/// The nearest number of a float type, ties to even; infinite where that is beyond its largest.
double nearest_in(Type type, double x);

/// The type that a file's number stands for. Throws UnsupportedOp for the others, with their name.
Type element_type(int data_type);

/// Its numbers may lie in a file of the folder. An infinite one is let through for operators that it leaves alone (a
/// maximum with -inf); computing with it throws later. Throws FormatError (sizes that disagree, NaN), UnsupportedOp
/// (other types, places), ShapeError (negative, too large).
Constant read_tensor(const onnx::TensorProto& tensor, const ModelFolder& folder);

}  // namespace tercet::onnx_io
