#include <tercet/core/error.hpp>
#include <tercet/io/file/gunzip.hpp>
#include <tercet/io/file/read_file.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace tercet {

namespace {

/// The most that a compressed file may inflate to: a few megabytes could ask for thousands of times as many.
constexpr std::size_t most_inflated = std::size_t{1} << 31;

FormatError refusal(const std::filesystem::path& path, int reason) {
    return FormatError("cannot read '" + path.string() + "': " + std::generic_category().message(reason));
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw refusal(path, errno);
    return file;
}

/// Bytes from where the file stands, until its end or `most`.
std::string read_some(std::FILE* file, const std::filesystem::path& path, std::uint64_t most, std::size_t expected) {
    std::string bytes;
    constexpr std::size_t block = 1 << 16;  // stays in the cache between being zeroed and being read into
    if (expected < bytes.max_size() - block) bytes.reserve(expected + block);
    for (std::size_t got = 1; got != 0 && bytes.size() < most;) {
        const std::size_t before = bytes.size(),
                          ask = static_cast<std::size_t>(std::min<std::uint64_t>(block, most - before));
        bytes.resize(before + ask);
        errno = 0;
        got = std::fread(bytes.data() + before, 1, ask, file);
        bytes.resize(before + got);
        if (std::ferror(file)) throw refusal(path, errno);  // EISDIR for a directory
    }
    return bytes;
}

/// Source: the specification of Git LFS, docs/spec.md: a text file of less than 1024 bytes in place of the file itself.
constexpr std::size_t pointer_limit = 1024;
void expect_no_pointer(const std::string& bytes, const std::filesystem::path& path) {
    if (bytes.size() >= pointer_limit || !bytes.starts_with("version https://git-lfs.github.com/spec/")) return;
    const auto at = bytes.find("\nsize ");
    const std::string size = at == bytes.npos ? "" : bytes.substr(at + 6, bytes.find('\n', at + 6) - at - 6);
    const bool number = !size.empty() && size.size() < 20 && size.find_first_not_of("0123456789") == size.npos;
    throw FormatError("'" + path.string() + "' is a Git LFS pointer, not the file" +
                      (number ? " of " + size + " bytes" : "") + " that it stands for: fetch that with git lfs pull");
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    const File file = open(path);
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    std::string bytes = read_some(file.get(), path, UINT64_MAX, unknown ? 0 : static_cast<std::size_t>(size));
    expect_no_pointer(bytes, path);
    if (!is_gzip(bytes)) return bytes;
    try {
        return gunzip(bytes, std::min(most_inflated, memory_budget()));
    } catch (const FormatError& e) {
        throw FormatError("'" + path.string() + "': " + e.what());
    }
}

std::string read_text(const std::filesystem::path& path) {
    std::string bytes = read_file(path);
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
        throw FormatError("'" + path.string() + "' is text in UTF-16; save it as UTF-8");
    return bytes;
}

std::string read_part(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t count) {
    const File file = open(path);
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    if (unknown) throw refusal(path, unknown.value());
    if (size < pointer_limit) expect_no_pointer(read_some(file.get(), path, size, pointer_limit), path);
    if (offset > size || count > size - offset)
        throw FormatError("'" + path.string() + "' has " + std::to_string(size) + " bytes, not the " +
                          std::to_string(count) + " from " + std::to_string(offset) + " on");
    if (fseeko(file.get(), static_cast<off_t>(offset), SEEK_SET) != 0) throw refusal(path, errno);
    std::string bytes = read_some(file.get(), path, count, static_cast<std::size_t>(count));
    if (bytes.size() != count)
        throw FormatError("'" + path.string() + "' ends after " + std::to_string(offset + bytes.size()) + " bytes");
    return bytes;
}

}  // namespace tercet
