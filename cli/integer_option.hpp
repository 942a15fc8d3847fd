/// Options that take an integer. CLI11's own messages print a range as doubles: "not in range 0.000000 to 1797693..",
/// 309 digits long.
#pragma once

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace tercet::cli {

struct IntegerRange {
    std::int64_t first = std::numeric_limits<std::int64_t>::min(), last = std::numeric_limits<std::int64_t>::max();
};

/// Calls `use` with the integer given. Refused with exit code 2: "--threads 0: it takes an integer from 1 to 1024".
/// Where the range is known only later, as that of an output is, leave it out here.
inline CLI::Option* add_integer(CLI::App& command, const std::string& name, std::function<void(std::int64_t)> use,
                                const std::string& help, IntegerRange range = {}) {
    const auto take = [name, use = std::move(use), range](const std::string& text) {
        std::int64_t n = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (error == std::errc() && end == text.data() + text.size() && range.first <= n && n <= range.last)
            return use(n);
        const bool open = range.first == IntegerRange{}.first;
        throw CLI::ValidationError(name + " " + text, open ? "it takes an integer"
                                                           : "it takes an integer from " + std::to_string(range.first) +
                                                                 " to " + std::to_string(range.last));
    };
    return command.add_option_function<std::string>(name, take, help)->type_name("INT");
}

}  // namespace tercet::cli
