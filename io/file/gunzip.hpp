/// gzip (RFC 1952): the bytes before compression.
#pragma once

#include <string>

namespace tercet {

/// Does it begin as gzip files do?
bool is_gzip(const std::string& bytes);

/// All members, one after another. Throws FormatError: damaged (the checksum of each is checked), cut off, or more than
/// `most` bytes.
std::string gunzip(const std::string& bytes, std::size_t most);

}  // namespace tercet
