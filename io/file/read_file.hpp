/// The bytes of a file: as they lie there, or as they were before gzip.
#pragma once

#include <filesystem>
#include <string>

namespace tercet {

/// Everything in the file; of a gzip file (RFC 1952, begins with 1f 8b), all members inflated. Throws FormatError:
/// "cannot read 'x.npy': No such file or directory"; a directory is refused too, a Git LFS pointer, gzip data that are
/// damaged, cut off or inflate beyond 2 GiB.
std::string read_file(const std::filesystem::path& path);

/// The same for text: a UTF-8 byte order mark is skipped; UTF-16 is refused by name.
std::string read_text(const std::filesystem::path& path);

/// `count` bytes from `offset` on, as they lie there. Throws FormatError where the file has fewer.
std::string read_part(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t count);

}  // namespace tercet
