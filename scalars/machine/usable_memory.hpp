/// How much memory this process may use: the least of the machine's memory, of what control groups (a container, a
/// batch system) leave it, and of its limit of address space (RLIMIT_AS, `ulimit -v`).
///
/// A group is listed in /proc/self/cgroup. Its limit is memory.max (version 2) or memory.limit_in_bytes (version 1) in
/// its folder under /sys/fs/cgroup, and those of the folders above it hold as well; in a container that folder is often
/// mounted as the root.
/// Source: the Linux kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
#pragma once

#include <cstddef>
#include <filesystem>

namespace tercet {

/// Bytes; 8 GiB where neither is known. What cannot be read sets no limit. `root` is where proc and sys/fs/cgroup are.
std::size_t usable_memory(const std::filesystem::path& root = "/");

}  // namespace tercet
