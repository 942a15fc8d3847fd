/// NumPy's archives: a zip file with one npy file `name.npy` for each array. numpy.load reads what is written here.
#pragma once

#include <tercet/io/npy/npy.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tercet {

/// Stored and deflated entries, checksums verified. Throws FormatError naming file and entry: no zip file, an entry
/// that is no npy file, two entries of one name, an encrypted one; LimitError where an entry does not fit into the
/// memory budget, before it is inflated. With `wanted`, the arrays of these names; the others are there under their
/// names, not read: without numbers and dtype.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path,
                                         const std::set<std::string>* wanted = nullptr, V2 v2 = V2::refused);
std::map<std::string, NpyArray> parse_npz(std::string_view bytes, const std::string& name,
                                          const std::set<std::string>* wanted = nullptr, V2 v2 = V2::refused);

/// Stored without compression, in the order given, with a fixed date: equal arrays make equal files. As write_file:
/// whole or not at all. Throws DomainError when there is no array, a name is empty or comes twice.
void write_npz(const std::filesystem::path& path, const std::vector<std::pair<std::string, NpyArray>>& arrays);

}  // namespace tercet
