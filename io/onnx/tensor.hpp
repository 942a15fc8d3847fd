/// A tensor stored in an ONNX file: its numbers exactly, or a sentence why not.
#pragma once

#include <tercet/core/shape.hpp>
#include <tercet/io/onnx/external.hpp>

namespace onnx {
class TensorProto;
}

namespace tercet::onnx_io {

enum class Type { float16, bfloat16, float32, float64, int32, int64, boolean };

const char* to_string(Type type);
constexpr bool is_real(Type type) { return type <= Type::float64; }

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
