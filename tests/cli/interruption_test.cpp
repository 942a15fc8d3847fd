/// A command that a signal ends while it writes -o leaves the old file and nothing beside it.
#include "catch.hpp"
#include "tool.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace {

bool is_being_written(const TemporaryFolder& s) {
    for (const auto& entry : std::filesystem::directory_iterator(s.path))
        if (entry.path().extension() == ".part") return true;
    return false;
}

}  // namespace

TEST_CASE("SIGINT, SIGTERM and SIGHUP leave no unfinished file") {
    const TemporaryFolder s, out;
    const std::string m = tool::write_relu(s, "m.onnx", 1'000'000),
                      x = tool::write_input(s, "x.npy", {1, 1'000'000}, std::vector<double>(1'000'000, 0.1)),
                      g = out / "g.json";
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        out.file("g.json", "old");
        const pid_t child = ::fork();
        if (child == 0) {
            ::signal(signal, SIG_DFL);  // whatever runs the tests may ignore it
            ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
            ::execl(TERCET_CLI, "tercet", "grad", m.c_str(), "--input", x.c_str(), "--output", "7", "-o", g.c_str(),
                    nullptr);
            ::_exit(127);
        }
        int status = -1;
        bool seen = false;
        for (int k = 0; k < 600'000 && !seen && ::waitpid(child, &status, WNOHANG) == 0; ++k) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            seen = is_being_written(out);
        }
        REQUIRE(seen);
        ::kill(child, signal);
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
        CHECK(contents(g) == "old");
        CHECK(out.files() == 1);
    }
}
