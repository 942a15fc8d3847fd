#include <tercet/core/error.hpp>
#include <tercet/io/read_file.hpp>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace tercet {

std::string read_file(const std::filesystem::path& path) {
    const auto refuse = [&](int reason) -> FormatError {
        return FormatError("cannot read '" + path.string() + "': " + std::generic_category().message(reason));
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw refuse(errno);
    std::string bytes;
    std::error_code unknown;
    constexpr std::size_t block = 1 << 16;  // stays in the cache between being zeroed and being read into
    if (const auto size = std::filesystem::file_size(path, unknown); !unknown && size < bytes.max_size() - block)
        bytes.reserve(size + block);
    for (std::size_t got = 1; got != 0;) {
        const std::size_t before = bytes.size();
        bytes.resize(before + block);
        errno = 0;
        got = std::fread(bytes.data() + before, 1, block, file.get());
        bytes.resize(before + got);
        if (std::ferror(file.get())) throw refuse(errno);  // EISDIR for a directory
    }
    return bytes;
}

}  // namespace tercet
