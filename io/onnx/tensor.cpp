#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/tensor.hpp>

#include <cmath>
#include <cstring>

namespace tercet::onnx_io {

namespace {

/// The bytes of raw_data as `count` little-endian T.
template <class T, class To>
std::vector<To> from_raw(const std::string& raw, std::int64_t count, const Dims& dims) {
    if (raw.size() != static_cast<std::size_t>(count) * sizeof(T))
        throw FormatError("shape " + to_string_dims(dims) + " needs " +
                          std::to_string(static_cast<std::size_t>(count) * sizeof(T)) + " bytes, the file holds " +
                          std::to_string(raw.size()));
    std::vector<To> numbers(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        T x;
        std::memcpy(&x, raw.data() + i * sizeof(T), sizeof(T));
        numbers[i] = static_cast<To>(x);
    }
    return numbers;
}

/// A typed field of the tensor.
template <class To, class Field>
std::vector<To> from_field(const Field& field, std::int64_t count, const Dims& dims) {
    if (field.size() != count)
        throw FormatError("shape " + to_string_dims(dims) + " needs " + std::to_string(count) +
                          " numbers, the file holds " + std::to_string(field.size()));
    return std::vector<To>(field.begin(), field.end());
}

/// The number that 16 bits stand for: sign, exponent (5 or 8 bits), fraction.
double of_bits(Type type, std::uint16_t bits) {
    const int fraction_bits = type == Type::float16 ? 10 : 7, bias = type == Type::float16 ? 15 : 127,
              most = 2 * bias + 1;
    const int exponent = (bits >> fraction_bits) & most, fraction = bits & ((1 << fraction_bits) - 1);
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == most) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
    const int leading = exponent == 0 ? 0 : 1 << fraction_bits;
    return sign * std::ldexp(leading + fraction, (exponent == 0 ? 1 : exponent) - bias - fraction_bits);
}

void expect_numbers(const std::vector<double>& reals) {
    for (std::size_t i = 0; i < reals.size(); ++i)
        if (std::isnan(reals[i])) throw FormatError("element " + std::to_string(i) + " is NaN");
}

}  // namespace

const char* to_string(Type type) {
    switch (type) {
        case Type::float16: return "float16";
        case Type::bfloat16: return "bfloat16";
        case Type::float32: return "float32";
        case Type::float64: return "float64";
        case Type::int8: return "int8";
        case Type::uint8: return "uint8";
        case Type::int16: return "int16";
        case Type::uint16: return "uint16";
        case Type::int32: return "int32";
        case Type::int64: return "int64";
        case Type::boolean: return "bool";
    }
    return "";
}

double nearest_in(Type type, double x) {
    if (type == Type::float64 || x == 0 || !std::isfinite(x)) return x;
    if (type == Type::float32)
        return std::abs(x) >= 0x1.ffffffp127 ? std::copysign(HUGE_VAL, x) : static_cast<double>(static_cast<float>(x));
    const int digits = type == Type::float16 ? 11 : 8, lowest = type == Type::float16 ? -14 : -126,
              highest = type == Type::float16 ? 15 : 127;
    const int unit = std::max(std::ilogb(x), lowest) - digits + 1;
    const double y =
        std::ldexp(std::nearbyint(std::ldexp(x, -unit)), unit);  // scaling by powers of two is exact: 53 bits hold both
    return std::abs(y) >= std::ldexp(1.0, highest + 1) ? std::copysign(HUGE_VAL, x) : y;
}

std::int64_t checked_count(const Dims& dims) {
    if (dims.size() > most_axes)
        throw ShapeError("a shape of " + std::to_string(dims.size()) + " axes; tercet reads up to " +
                         std::to_string(most_axes));
    const std::int64_t n = element_count(dims);
    if (n > largest_tensor)
        throw ShapeError("shape " + to_string_dims(dims) + " has " + std::to_string(n) + " elements, more than 2^28");
    return n;
}

Type element_type(int data_type) {
    switch (data_type) {
        case onnx::TensorProto::FLOAT16: return Type::float16;
        case onnx::TensorProto::BFLOAT16: return Type::bfloat16;
        case onnx::TensorProto::FLOAT: return Type::float32;
        case onnx::TensorProto::DOUBLE: return Type::float64;
        case onnx::TensorProto::INT32: return Type::int32;
        case onnx::TensorProto::INT64: return Type::int64;
        case onnx::TensorProto::BOOL: return Type::boolean;
        default: break;
    }
    const bool known = onnx::TensorProto_DataType_IsValid(data_type);
    throw UnsupportedOp(
        "type " + (known ? onnx::TensorProto_DataType_Name(data_type) : "number " + std::to_string(data_type)) +
        " is not supported; tercet reads float16, bfloat16, float32 and float64, and int32, int64 and bool constants");
}

Constant read_tensor(const onnx::TensorProto& t, const ModelFolder& folder) {
    if (t.has_segment()) throw UnsupportedOp("it is stored in segments, which tercet does not read");
    Constant c{t.name(), element_type(t.data_type()), Dims(t.dims().begin(), t.dims().end()), {}, {}};
    const std::int64_t n = checked_count(c.dims);
    const bool external = is_external(t), in_bytes = external || t.has_raw_data();
    const std::string elsewhere = external ? folder.external_bytes(t) : std::string();
    const std::string& raw = external ? elsewhere : t.raw_data();
    switch (c.type) {
        case Type::float16:
        case Type::bfloat16: {
            const auto bits = in_bytes ? from_raw<std::uint16_t, std::int64_t>(raw, n, c.dims)
                                       : from_field<std::int64_t>(t.int32_data(), n, c.dims);
            for (const auto b : bits) c.reals.push_back(of_bits(c.type, static_cast<std::uint16_t>(b)));
            break;
        }
        case Type::float32:
            c.reals =
                in_bytes ? from_raw<float, double>(raw, n, c.dims) : from_field<double>(t.float_data(), n, c.dims);
            break;
        case Type::float64:
            c.reals =
                in_bytes ? from_raw<double, double>(raw, n, c.dims) : from_field<double>(t.double_data(), n, c.dims);
            break;
        case Type::int64:
            c.integers = in_bytes ? from_raw<std::int64_t, std::int64_t>(raw, n, c.dims)
                                  : from_field<std::int64_t>(t.int64_data(), n, c.dims);
            break;
        case Type::int32:
            c.integers = in_bytes ? from_raw<std::int32_t, std::int64_t>(raw, n, c.dims)
                                  : from_field<std::int64_t>(t.int32_data(), n, c.dims);
            break;
        default:  // bool
            c.integers = in_bytes ? from_raw<unsigned char, std::int64_t>(raw, n, c.dims)
                                  : from_field<std::int64_t>(t.int32_data(), n, c.dims);
            for (auto& b : c.integers) b = b != 0;
            break;
    }
    expect_numbers(c.reals);
    return c;
}

}  // namespace tercet::onnx_io
