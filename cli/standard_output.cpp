#include "standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <system_error>

namespace tercet::cli {

namespace {

/// /dev/null on each closed standard descriptor, opened the wrong way round: reading and writing fail there with EBADF,
/// as on a closed one.
void take_closed_descriptors() {
    for (int d = 0; d <= 2; ++d)
        if (::fcntl(d, F_GETFD) < 0 && ::open("/dev/null", d == 0 ? O_WRONLY : O_RDONLY) != d)
            return;  // no /dev/null: nothing can be done
}

}  // namespace

StandardOutput::StandardOutput() : buffer_(STDOUT_FILENO), before_(std::cout.rdbuf(&buffer_)) {
    take_closed_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

StandardOutput::~StandardOutput() { std::cout.rdbuf(before_); }

std::string StandardOutput::finish() {
    buffer_.close(false);
    return buffer_.reason() == 0 ? "" : std::generic_category().message(buffer_.reason());
}

}  // namespace tercet::cli
