/// tercet: certified bounds and exact gradients of neural networks, from the command line.
#include "commands.hpp"
#include "integer_option.hpp"
#include "interruption.hpp"
#include "standard_output.hpp"

#include <tercet/core/error.hpp>
#include <tercet/core/version.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/scalars/machine/counted_memory.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/parallel.hpp>

#include <iostream>
#include <new>
#include <optional>

namespace {

using namespace tercet::cli;

/// An empty shell variable names no file: -o "" would write nothing, --spec "" prove nothing, and both say that all is
/// well.
void refuse_empty_texts(CLI::App& app) {
    const CLI::Validator not_empty(
        [](std::string& text) { return std::string(text.empty() ? "its value is empty" : ""); }, "");
    for (CLI::App* command : app.get_subcommands({}))
        for (CLI::Option* option : command->get_options()) option->check(not_empty);
}

int call(int argc, char** argv) {
    CLI::App app{
        "tercet runs a neural network (ONNX) in three arithmetics: floats, intervals that certify bounds, and exact "
        "fractions.\n\n"
        "  tercet info  model.onnx                                   what the network is and which arithmetics can run "
        "it\n"
        "  tercet run   model.onnx --input x.npy --scalar rational   its output, here as exact fractions\n"
        "  tercet bound model.onnx --input x.npy --eps 0.01          certified bounds of every output around x\n"
        "  tercet grad  model.onnx --input x.npy --output 0 --scalar rational -o grads.npz\n"
        "                                                            exact gradients of output 0\n"
        "  tercet doctor                                             is this machine fit for certified arithmetic?\n",
        "tercet"};
    app.footer(
        "Exit codes: 0 done (and the --spec proved, the --compare held), 1 a file or number is wrong or the output "
        "cannot be written, 2 "
        "the "
        "command line is wrong, 3 done but not proved, or --compare does not hold.\n"
        "tercet COMMAND --help says more.");
    app.require_subcommand(1);
    std::optional<tercet::ThreadLimit> limit;
    add_integer(app, "--threads", [&](std::int64_t n) { limit.emplace(static_cast<int>(n)); },
                "use at most this many threads; results do not depend on it (default: one a processor)", {1, 1024});
    app.add_option_function<std::string>(
        "--memory",
        [](const std::string& size) {
            try {
                tercet::set_memory_budget(tercet::parse_bytes(size));
            } catch (const tercet::FormatError& e) {
                throw CLI::ValidationError("--memory", e.what());
            }
        },
        "hold at most this much memory, such as 2G (default: half of what this process may use; TERCET_MEMORY)");
    app.set_version_flag("--version", "tercet " + std::string(tercet::version), "print the version");
    app.fallthrough();  // --threads may stand behind the command too
    int exit = done;
    add_info(app, exit);
    add_run(app, exit);
    add_bound(app, exit);
    add_grad(app, exit);
    add_doctor(app, exit);
    refuse_empty_texts(app);
    try {
        tercet::count_gmp_memory();
        tercet::memory_budget();  // says what is wrong with TERCET_MEMORY
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {  // --help
        app.exit(e);
        return done;
    } catch (const CLI::ParseError& e) {
        std::cerr << "tercet: " << tercet::printable(e.what()) << "\nRun with --help for more information.\n";
        return usage;
    } catch (const std::bad_alloc& e) {
        std::cerr << "tercet: " << tercet::out_of_memory(e) << '\n';
        return failed;
    } catch (const std::exception& e) {
        std::cerr << "tercet: " << tercet::printable(e.what()) << '\n';
        return failed;
    }
    return exit;
}

}  // namespace

int main(int argc, char** argv) {
    StandardOutput output;
    remove_unfinished_file_on_signals();
    const int exit = call(argc, argv);
    const std::string why = output.finish();
    if (why.empty()) return exit;
    std::cerr << "tercet: cannot write standard output: " << why << '\n';
    return failed;
}
