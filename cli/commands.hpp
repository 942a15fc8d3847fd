/// The subcommands of the tool: each adds itself to the command line and runs from its callback.
#pragma once

#include <CLI/CLI.hpp>

namespace tercet::cli {

/// What a script reads. Errors in files and numbers are 1; CLI11's usage errors are turned into 2.
enum Exit { done = 0, failed = 1, usage = 2, not_proved = 3 };

void add_info(CLI::App& app, int& exit);
void add_run(CLI::App& app, int& exit);
void add_bound(CLI::App& app, int& exit);
void add_grad(CLI::App& app, int& exit);
void add_doctor(CLI::App& app, int& exit);

}  // namespace tercet::cli
