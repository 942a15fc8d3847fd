/// An interrupted command leaves no half-written file behind.
#pragma once

namespace tercet::cli {

/// On SIGINT, SIGTERM and SIGHUP, unless they are ignored (nohup): removes the file that is being written, then ends as
/// the signal says.
void remove_unfinished_file_on_signals();

}  // namespace tercet::cli
