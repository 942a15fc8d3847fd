/// The header of an npy file: a Python dictionary literal with exactly three keys.
#pragma once

#include <tercet/core/shape.hpp>

#include <string>
#include <string_view>

namespace tercet {

struct NpyHeader {
    std::string descr;
    bool fortran_order = false;
    Dims shape;
};

/// Reads {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } in any order of the keys. Throws FormatError
/// without the file's name.
NpyHeader parse_npy_header(std::string_view text);

}  // namespace tercet
