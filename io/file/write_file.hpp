/// A file is written whole or not at all.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace tercet {

/// Calls `write` with a stream (C locale) on a new file beside the target, then renames it over the target in one step.
/// When anything fails, the callback's own exception included, the new file is removed and the target stays as it was.
///
/// A symbolic link is followed, also to a target that is missing, and an existing target keeps its permissions. What is
/// no regular file (/dev/stdout, a pipe) cannot be replaced and is written directly. See unfinished_file.hpp for
/// signals. Throws Error:
/// "cannot write 'out/x.npz': No space left on device".
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

}  // namespace tercet
