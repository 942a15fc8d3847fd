/// The limits of control groups, from files as both versions lay them out.
#include <tercet/scalars/machine/usable_memory.hpp>

#include <filesystem>
#include <string>

#include "../catch.hpp"
#include "../temporary_folder.hpp"

using namespace tercet;

namespace {

/// A machine's /proc and /sys/fs/cgroup.
struct Machine {
    TemporaryFolder root;

    explicit Machine(const std::string& groups) { write("proc/self/cgroup", groups); }
    void write(const std::string& name, const std::string& contents) const {
        std::filesystem::create_directories((root.path / name).parent_path());
        root.file(name, contents);
    }
    std::size_t memory() const { return usable_memory(root.path); }
};

}  // namespace

TEST_CASE("Without control groups all of the machine's memory is usable") {
    const std::size_t whole = usable_memory("/no such folder");
    CHECK(whole >= std::size_t{1} << 20);
    CHECK(usable_memory() <= whole);
    CHECK(Machine("").memory() == whole);
    CHECK(Machine("nonsense\n0:\n").memory() == whole);
    CHECK(Machine("0::/a\n4:memory:/b\n").memory() == whole);
}

TEST_CASE("Version 2: the least of the group's memory.max and of those above it") {
    const Machine m("0::/jobs/7\n");
    const std::size_t whole = m.memory();
    m.write("sys/fs/cgroup/jobs/7/memory.max", "max\n");
    CHECK(m.memory() == whole);
    m.write("sys/fs/cgroup/jobs/memory.max", "500000\n");
    CHECK(m.memory() == 500000);
    m.write("sys/fs/cgroup/jobs/7/memory.max", "400000\n");
    CHECK(m.memory() == 400000);
    m.write("sys/fs/cgroup/memory.max", "300000\n");
    CHECK(m.memory() == 300000);
    m.write("sys/fs/cgroup/jobs/8/memory.max", "1\n");
    m.write("sys/fs/cgroup/jobs/7/below/memory.max", "1\n");
    CHECK(m.memory() == 300000);
}

TEST_CASE("Version 1: the line that names memory, also beside another controller; no limit is a large number") {
    const Machine m("9:cpu,name=memory2:/x\n4:hugetlb,memory:/docker/a:b\n0::/\n");
    const std::size_t whole = m.memory();
    m.write("sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK(m.memory() == whole);
    m.write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "1\n");
    CHECK(m.memory() == whole);
    m.write("sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes", "200000\n");
    CHECK(m.memory() == 200000);
}

TEST_CASE("In a container the group's own folder is the root of what is mounted") {
    const Machine one("4:memory:/docker/0a1b\n"), two("0::/\n");
    one.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "100000\n");
    CHECK(one.memory() == 100000);
    two.write("sys/fs/cgroup/memory.max", "100001\n");
    CHECK(two.memory() == 100001);
}
