/// NumPy's array files: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
///
///   "\x93NUMPY" major minor | length of the header, little endian, 2 bytes (version 1) or 4 (versions 2 and 3)
///   | {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } | the elements
///
/// Every number read is exactly the number in the file: halves and floats are widened through their bits (FTZ/DAZ
/// cannot flush them), an integer that no double equals is refused.
#pragma once

#include <tercet/core/shape.hpp>
#include <tercet/io/npy/npy_element.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tercet {

/// values: row-major, whatever the file's order. dtype: as the file spells it, "<f4"; writing takes "<f4" and "<f8".
struct NpyArray {
    Dims dims;
    std::vector<double> values;
    std::string dtype = "<f8";
};

/// Reads f2, f4, f8, i1 to i8, u1 to u8, b1 and bfloat16 of both byte orders, C and Fortran order, versions 1.0, 2.0
/// and 3.0. NaN and infinities are read as they are: see require_finite. Throws FormatError, which names the file, on
/// everything else, an object array, missing or trailing bytes included.
NpyArray read_npy(const std::filesystem::path& path);
NpyArray parse_npy(std::string_view bytes, const std::string& name, V2 v2 = V2::refused);

/// The bytes of the whole file, as its beginning, its header at least, states them. Throws FormatError as parse_npy
/// does.
std::uint64_t npy_file_size(std::string_view beginning, const std::string& name, V2 v2 = V2::refused);

/// The file for an array, version 1.0 and C order. For "<f4" each value goes to the nearest float, ties to even. Throws
/// ShapeError when dims and values disagree, DomainError on another dtype.
std::string npy_bytes(const NpyArray& array);

/// As write_file: whole or not at all.
void write_npy(const std::filesystem::path& path, const NpyArray& array);

/// Throws FormatError on the first NaN or infinity: "x.npy: element [0, 2] is nan".
void require_finite(const NpyArray& array, const std::string& name);

}  // namespace tercet
