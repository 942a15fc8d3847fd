/// The bytes of a file.
#pragma once

#include <filesystem>
#include <string>

namespace tercet {

/// Everything in the file. Throws FormatError: "cannot read 'x.npy': No such file or directory"; a directory is refused too.
std::string read_file(const std::filesystem::path& path);

}  // namespace tercet
