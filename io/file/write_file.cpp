#include <tercet/core/error.hpp>
#include <tercet/io/file/descriptor_buffer.hpp>
#include <tercet/io/file/unfinished_file.hpp>
#include <tercet/io/file/write_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <locale>
#include <ostream>
#include <string>
#include <system_error>

namespace tercet {

namespace {

/// Removes the file unless it was kept.
struct Temporary {
    std::string name;
    bool kept = false;
    ~Temporary() {
        if (!kept) ::unlink(name.c_str());
    }
};

Error cannot_write(const std::filesystem::path& path, int reason) {
    return Error("cannot write '" + path.string() + "': " + std::generic_category().message(reason));
}

/// What writing to `path` makes or replaces: symbolic links followed, also one whose target is missing. A loop of them
/// is refused.
std::filesystem::path final_target(const std::filesystem::path& path) {
    std::filesystem::path target = path;
    for (int links = 0; links < 40; ++links) {  // as many as the kernel follows
        std::error_code none;
        if (!std::filesystem::is_symlink(std::filesystem::symlink_status(target, none))) return target;
        const auto next = std::filesystem::read_symlink(target, none);
        if (none) throw cannot_write(path, none.value());
        target = target.parent_path() / next;  // an absolute one replaces what stands before it
    }
    throw cannot_write(path, ELOOP);
}

void fill(const std::filesystem::path& path, int descriptor, const std::function<void(std::ostream&)>& write) {
    DescriptorBuffer buffer(descriptor);
    std::ostream stream(&buffer);
    stream.imbue(std::locale::classic());
    write(stream);
    stream.flush();
    buffer.close(true);
    if (buffer.reason() != 0) throw cannot_write(path, buffer.reason());
    if (!stream) throw cannot_write(path, EIO);
}

}  // namespace

void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
    struct stat existing {
    }, found{};
    const bool exists = ::stat(path.c_str(), &existing) == 0;
    if (!exists && errno != ENOENT) throw cannot_write(path, errno);  // a loop of links, a name too long
    if (exists && S_ISDIR(existing.st_mode)) throw cannot_write(path, EISDIR);
    const auto target = exists && !S_ISREG(existing.st_mode) ? path : final_target(path);
    const bool replaceable = !exists || (S_ISREG(existing.st_mode) && ::stat(target.c_str(), &found) == 0 &&
                                         found.st_dev == existing.st_dev && found.st_ino == existing.st_ino);
    if (!replaceable) {  // a device, a pipe, or a file whose name is gone (/dev/stdout may be one)
        const int descriptor = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
        if (descriptor < 0) throw cannot_write(path, errno);
        return fill(path, descriptor, write);
    }
    if (exists && ::access(target.c_str(), W_OK) != 0) throw cannot_write(path, errno);  // rename would not ask

    // The temporary name does not grow with the target's, which may have all of the 255 bytes that file systems give
    // it.
    static std::atomic<unsigned> count{0};
    for (;;) {
        const std::string name =
            (target.parent_path() / (".tercet-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".part"))
                .string();
        const UnfinishedFile guard(name);
        const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno == EEXIST) continue;
        if (descriptor < 0) throw cannot_write(path, errno);
        Temporary temporary{name};
        if (exists && ::fchmod(descriptor, existing.st_mode & 07777) != 0) {
            const int reason = errno;
            ::close(descriptor);
            throw cannot_write(path, reason);
        }
        fill(path, descriptor, write);
        if (::rename(name.c_str(), target.c_str()) != 0) throw cannot_write(path, errno);
        temporary.kept = true;
        return;
    }
}

}  // namespace tercet
