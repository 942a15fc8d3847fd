#include <tercet/io/file/read_file.hpp>
#include <tercet/io/file/write_file.hpp>
#include <tercet/io/npy/npy.hpp>
#include <tercet/io/npy/npy_element.hpp>
#include <tercet/io/npy/npy_header.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/text/hex_float.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <bit>
#include <ostream>

namespace tercet {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// "[1, 0, 2]" for the row-major position.
std::string index_text(const Dims& dims, std::size_t position) {
    Dims index(dims.size());
    for (std::size_t axis = dims.size(); axis-- > 0;) {
        const auto d = static_cast<std::size_t>(dims[axis]);
        index[axis] = static_cast<std::int64_t>(position % d);
        position /= d;
    }
    return to_string_dims(index);
}

/// to[row-major] from elements in column-major order: counts the index of `to` up and moves through the file by
/// column-major strides.
std::vector<std::size_t> fortran_positions(const Dims& dims, std::size_t count) {
    std::vector<std::size_t> stride(dims.size()), positions(count);
    std::size_t step = 1;
    for (std::size_t axis = 0; axis < dims.size(); ++axis)
        stride[axis] = step, step *= static_cast<std::size_t>(dims[axis]);
    Dims index(dims.size());
    std::size_t from = 0;
    for (std::size_t& position : positions) {
        position = from;
        for (std::size_t axis = dims.size(); axis-- > 0;) {
            from += stride[axis];
            if (++index[axis] < dims[axis]) break;
            from -= stride[axis] * static_cast<std::size_t>(dims[axis]);
            index[axis] = 0;
        }
    }
    return positions;
}

constexpr std::size_t longest_header = std::size_t{1} << 20;  // NumPy itself refuses to read more than 10000 bytes

/// What the beginning of a file says about all of it.
struct Beginning {
    NpyHeader header;
    NpyDtype dtype;
    std::size_t start;              // of the elements
    std::uint64_t count, expected;  // elements, and their bytes
};

Beginning parse_beginning(std::string_view bytes, V2 v2) {
    if (!bytes.starts_with(magic))
        throw FormatError("not an npy file: its first bytes are " + excerpt(bytes.substr(0, 6)));
    if (bytes.size() < 8)
        throw FormatError("truncated after " + std::to_string(bytes.size()) + " bytes, before its version");
    const int major = bytes[6], minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        throw FormatError("npy version " + std::to_string(major) + "." + std::to_string(minor) +
                          ": expected 1.0, 2.0 or 3.0");
    const std::size_t start = major == 1 ? 10 : 12;
    if (bytes.size() < start)
        throw FormatError("truncated after " + std::to_string(bytes.size()) + " bytes, before its header");
    const std::size_t length = load_npy_bits(bytes.data() + 8, static_cast<int>(start) - 8, false);
    if (length > longest_header)
        throw FormatError("its header of " + std::to_string(length) + " bytes is longer than 1 MiB");
    if (bytes.size() - start < length)
        throw FormatError("truncated in the header: expected " + std::to_string(length) + " bytes, got " +
                          std::to_string(bytes.size() - start));
    Beginning b{parse_npy_header(bytes.substr(start, length)), {}, start + length, 0, 0};
    b.dtype = parse_npy_dtype(b.header.descr, v2);
    b.count = static_cast<std::uint64_t>(element_count(b.header.shape));
    b.expected = b.count * static_cast<std::uint64_t>(b.dtype.bytes);  // count <= 2^48
    return b;
}

NpyArray parse(std::string_view bytes, V2 v2) {
    auto [header, dtype, start, count, expected] = parse_beginning(bytes, v2);
    const std::string_view data = bytes.substr(start);
    if (data.size() != expected)
        throw FormatError((data.size() < expected ? "truncated: " : "trailing bytes: ") + header.descr + " " +
                          to_string_dims(header.shape) + " takes " + std::to_string(expected) + " bytes of data, got " +
                          std::to_string(data.size()));

    NpyArray array{std::move(header.shape), std::vector<double>(count), std::move(header.descr)};
    const auto positions = header.fortran_order ? fortran_positions(array.dims, count) : std::vector<std::size_t>();
    for (std::size_t i = 0; i < count; ++i) {
        try {
            array.values[i] = npy_element(
                data.data() + (header.fortran_order ? positions[i] : i) * static_cast<std::size_t>(dtype.bytes), dtype);
        } catch (const FormatError& error) {
            throw FormatError("element " + index_text(array.dims, i) + " " + error.what());
        }
    }
    return array;
}

void append(std::string& bytes, std::uint64_t bits, int count) {
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(bits >> (8 * i) & 0xff);
}

/// IEEE 754's conversion to binary32, without the rounding mode.
std::uint32_t single_bits(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto sign = static_cast<std::uint32_t>(bits >> 63) << 31;
    if ((bits >> 52 & 0x7ff) == 0x7ff) return sign | 0x7f800000u | (bits & 0xfffffffffffff ? 0x400000u : 0u);
    return sign | (std::bit_cast<std::uint32_t>(round_nearest_float(exact_rational(x))) & 0x7fffffffu);
}

}  // namespace

NpyArray parse_npy(std::string_view bytes, const std::string& name, V2 v2) {
    try {
        return parse(bytes, v2);
    } catch (const Error& error) {
        throw FormatError(name + ": " + error.what());
    }
}

std::uint64_t npy_file_size(std::string_view beginning, const std::string& name, V2 v2) {
    try {
        const Beginning b = parse_beginning(beginning, v2);
        return b.start + b.expected;
    } catch (const Error& error) {
        throw FormatError(name + ": " + error.what());
    }
}

NpyArray read_npy(const std::filesystem::path& path) { return parse_npy(read_file(path), path.string()); }

std::string npy_bytes(const NpyArray& array) {
    if (array.dtype != "<f8" && array.dtype != "<f4")
        throw DomainError("npy: tercet writes <f8 and <f4, not " + excerpt(array.dtype));
    if (static_cast<std::size_t>(element_count(array.dims)) != array.values.size())
        throw ShapeError("npy: shape " + to_string_dims(array.dims) + " holds " +
                         std::to_string(element_count(array.dims)) + " elements, got " +
                         std::to_string(array.values.size()));
    std::string shape;
    for (const auto d : array.dims) shape += (shape.empty() ? "" : " ") + std::to_string(d) + ",";
    if (array.dims.size() > 1) shape.pop_back();
    std::string header = "{'descr': '" + array.dtype + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    header.append(63 - (10 + header.size()) % 64, ' ');  // the data start at a multiple of 64
    header += '\n';
    if (header.size() > 0xffff)
        throw ShapeError("npy: " + std::to_string(array.dims.size()) + " dimensions do not fit a version 1.0 header");

    const int width = array.dtype == "<f4" ? 4 : 8;
    std::string bytes(magic);
    bytes.reserve(10 + header.size() + array.values.size() * static_cast<std::size_t>(width));
    bytes += {'\x01', '\x00'};
    append(bytes, header.size(), 2);
    bytes += header;
    for (const double x : array.values)
        append(bytes, width == 4 ? single_bits(x) : std::bit_cast<std::uint64_t>(x), width);
    return bytes;
}

void write_npy(const std::filesystem::path& path, const NpyArray& array) {
    const std::string bytes = npy_bytes(array);
    write_file(path, [&](std::ostream& out) { out << bytes; });
}

void require_finite(const NpyArray& array, const std::string& name) {
    for (std::size_t i = 0; i < array.values.size(); ++i)
        if ((std::bit_cast<std::uint64_t>(array.values[i]) >> 52 & 0x7ff) == 0x7ff)
            throw FormatError(name + ": element " + index_text(array.dims, i) + " is " + hex_float(array.values[i]));
}

}  // namespace tercet
