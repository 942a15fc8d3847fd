/// TERCET_PROCESSOR and --threads: which kernels run, what is refused, and that threads change nothing.
#include "tool.hpp"

#include <tercet/scalars/machine/processor.hpp>

#include <cstdlib>

#include "../catch.hpp"

using tercet::Processor;

namespace {
struct Forced {
    explicit Forced(const std::string& name) { setenv("TERCET_PROCESSOR", name.c_str(), 1); }
    ~Forced() { unsetenv("TERCET_PROCESSOR"); }
};
}  // namespace

TEST_CASE("TERCET_PROCESSOR chooses the kernels, or one sentence says why not") {
    const TemporaryFolder s;
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512}) {
        const std::string name(to_string(p));
        const Forced forced(name);
        const auto r = tool::run(s, "doctor");
        CAPTURE(name, r.out, r.err);
        if (has_instructions(p)) {
            CHECK(r.exit == 0);
            CHECK(r.out.find(name + " (runs)") != std::string::npos);
        } else {
            CHECK(r.exit == 1);
            CHECK(r.err == "tercet: TERCET_PROCESSOR asks for " + name + ", which this processor does not have\n");
        }
    }
    const Forced forced("fastest");
    const auto r = tool::run(s, "doctor");
    CHECK(r.exit == 1);
    CHECK(r.err == "tercet: TERCET_PROCESSOR is 'fastest'; it can be portable, avx2 or avx512\n");
}

TEST_CASE("Bounds do not depend on the number of threads, and 0 threads are refused") {
    const TemporaryFolder s;
    const std::string call = "bound '" + tool::write_model(s, "m.onnx") + "' --input '" +
                             tool::write_input(s, "x.npy", {1, 2}, {0.5, -0.25}) + "' --eps 0.125";
    const auto one = tool::run(s, "--threads 1 " + call), two = tool::run(s, "--threads 2 " + call);
    CHECK(one.exit == 0);
    CHECK(one.out == two.out);
    CHECK(tool::run(s, "--threads 0 " + call).exit == 2);
    CHECK(tool::run(s, "--threads 1 doctor").out.find("threads: 1\n") != std::string::npos);
}
