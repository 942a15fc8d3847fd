/// Standard output that cannot lose half a document unnoticed: a full disk, a closed descriptor and a broken pipe are
/// errors with a sentence.
#pragma once

#include <tercet/io/file/descriptor_buffer.hpp>

#include <string>

namespace tercet::cli {

/// While it lives std::cout writes through it. At its start
///   descriptors 0, 1 and 2 that are closed are taken, unusable: else the next file opened would get their numbers,
///   and our output with it;
///   SIGPIPE and SIGXFSZ are ignored, so that write() says EPIPE or EFBIG instead of ending the process.
class StandardOutput {
public:
    StandardOutput();
    StandardOutput(const StandardOutput&) = delete;
    StandardOutput& operator=(const StandardOutput&) = delete;
    ~StandardOutput();

    /// Everything written and closed: "", or why not ("No space left on device"). To be called once, before the exit
    /// code is decided.
    std::string finish();

private:
    DescriptorBuffer buffer_;
    std::streambuf* before_;
};

}  // namespace tercet::cli
