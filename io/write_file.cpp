#include <tercet/core/error.hpp>
#include <tercet/io/write_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <locale>
#include <ostream>
#include <streambuf>
#include <string>
#include <system_error>

namespace tercet {

namespace {

/// An output buffer over a file descriptor that remembers why writing failed, which std::ofstream does not.
class Descriptor : public std::streambuf {
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    int reason() const { return reason_; }
    void fail(int reason) {
        if (reason_ == 0) reason_ = reason;
    }
    /// Everything on its way to the disk, and the descriptor closed; some file systems report errors only now.
    void close() {
        sync();
        if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail(errno);  // EINVAL: a pipe, which has no disk
        if (::close(descriptor_) != 0) fail(errno);
        descriptor_ = -1;
    }

protected:
    int_type overflow(int_type c) override {
        if (sync() != 0) return traits_type::eof();
        return traits_type::eq_int_type(c, traits_type::eof()) ? traits_type::not_eof(c) : sputc(traits_type::to_char_type(c));
    }
    int sync() override {
        for (const char* at = pbase(); reason_ == 0 && at != pptr();) {
            const auto written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
            if (written >= 0) at += written;
            else if (errno != EINTR) fail(errno);
        }
        setp(bytes_.data(), bytes_.data() + bytes_.size());
        return reason_ == 0 ? 0 : -1;
    }

private:
    int descriptor_, reason_ = 0;
    std::array<char, 1 << 16> bytes_;
};

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
    Descriptor buffer(descriptor);
    std::ostream stream(&buffer);
    stream.imbue(std::locale::classic());
    write(stream);
    stream.flush();
    buffer.close();
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
