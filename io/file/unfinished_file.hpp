/// The file that write_file is writing at this moment, so that a program that is interrupted can remove it.
///
/// The library installs no signal handlers. A program that does calls remove_unfinished_file from them, as the tool
/// does on SIGINT, SIGTERM and SIGHUP; SIGKILL leaves the file, named .tercet-PID-N.part.
#pragma once

#include <string>

namespace tercet {

/// While it lives, remove_unfinished_file removes the file of that name. One at a time: of files written at once by
/// several threads the first is guarded, and so is no name of 4096 bytes or more.
class UnfinishedFile {
public:
    explicit UnfinishedFile(const std::string& name);
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;
    ~UnfinishedFile();

private:
    bool guarded_ = false;
};

/// Async-signal-safe, from any thread.
void remove_unfinished_file() noexcept;

}  // namespace tercet
