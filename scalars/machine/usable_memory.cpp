#include <tercet/scalars/machine/usable_memory.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace tercet {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::size_t machine_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && size > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(size)
                                 : std::size_t{1} << 33;
}

/// What `ulimit -v` leaves to this process.
std::size_t address_space() {
    rlimit limit{};
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
               ? static_cast<std::size_t>(limit.rlim_cur)
               : unlimited;
}

/// The number in the file; no limit where there is none: "max", or no such file.
std::size_t limit_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::size_t bytes = 0;
    return in >> bytes ? bytes : unlimited;
}

/// The least limit of the group and of all above it, up to the root of the hierarchy that is mounted at `mount`.
std::size_t least_limit(const std::filesystem::path& mount, const std::string& group, const char* file) {
    std::size_t least = limit_in(mount / file);
    std::filesystem::path folder = mount;
    for (const std::filesystem::path& name : std::filesystem::path(group).relative_path())
        least = std::min(least, limit_in((folder /= name) / file));
    return least;
}

}  // namespace

std::size_t usable_memory(const std::filesystem::path& root) {
    std::size_t least = std::min(machine_memory(), address_space());
    std::ifstream groups(root / "proc/self/cgroup");
    const std::filesystem::path mount = root / "sys/fs/cgroup";
    for (std::string line; std::getline(groups, line);) {  // number:controllers:group
        const std::size_t first = line.find(':'),
                          second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',',
                          group = line.substr(second + 1);
        if (controllers == ",,") least = std::min(least, least_limit(mount, group, "memory.max"));
        else if (controllers.find(",memory,") != std::string::npos)
            least = std::min(least, least_limit(mount / "memory", group, "memory.limit_in_bytes"));
    }
    return least;
}

}  // namespace tercet
