#include <tercet/io/file/unfinished_file.hpp>

#include <unistd.h>

#include <array>
#include <atomic>

namespace tercet {

namespace {

/// Odd while a name is there. A handler copies the name and believes the copy only if the number did not change
/// meanwhile: it may run in another thread than the writer.
std::atomic<unsigned> version{0};
std::atomic<bool> taken{false};
std::array<std::atomic<char>, 4096> guarded_name;
static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<char>::is_always_lock_free,
              "a signal handler reads them");

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& name) {
    if (name.size() >= guarded_name.size() || taken.exchange(true)) return;
    guarded_ = true;
    for (std::size_t i = 0; i <= name.size(); ++i) guarded_name[i] = name.c_str()[i];
    ++version;
}

UnfinishedFile::~UnfinishedFile() {
    if (!guarded_) return;
    ++version;
    taken = false;
}

void remove_unfinished_file() noexcept {
    const unsigned before = version;
    if (before % 2 == 0) return;
    char name[guarded_name.size()];
    for (std::size_t i = 0; i < sizeof name; ++i) name[i] = guarded_name[i];
    if (version == before) ::unlink(name);
}

}  // namespace tercet
