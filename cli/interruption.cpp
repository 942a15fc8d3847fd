#include "interruption.hpp"

#include <tercet/io/file/unfinished_file.hpp>

#include <csignal>

namespace tercet::cli {

namespace {

extern "C" void end_by(int signal) {
    remove_unfinished_file();
    std::raise(signal);  // SA_RESETHAND: the default action, once this handler returns
}

}  // namespace

void remove_unfinished_file_on_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction now {};
        if (::sigaction(signal, nullptr, &now) != 0 || now.sa_handler == SIG_IGN) continue;
        struct sigaction ours {};
        ours.sa_handler = end_by;
        ours.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(signal, &ours, nullptr);
    }
}

}  // namespace tercet::cli
