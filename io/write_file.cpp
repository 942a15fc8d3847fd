#include <tercet/core/error.hpp>
#include <tercet/io/descriptor_buffer.hpp>
#include <tercet/io/write_file.hpp>

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
    std::error_code unresolved;
    auto target = std::filesystem::weakly_canonical(path, unresolved);
    if (unresolved) target = path;
    struct stat existing {};
    const bool exists = ::stat(target.c_str(), &existing) == 0;
    if (exists && S_ISDIR(existing.st_mode)) throw cannot_write(path, EISDIR);
    if (exists && !S_ISREG(existing.st_mode)) {
        const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
        if (descriptor < 0) throw cannot_write(path, errno);
        return fill(path, descriptor, write);
    }
    if (exists && ::access(target.c_str(), W_OK) != 0) throw cannot_write(path, errno);  // rename would not ask

    static std::atomic<unsigned> count{0};
    std::string name;
    int descriptor = -1;
    do {
        name = target.string() + ".part-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
        descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
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
}

}  // namespace tercet
