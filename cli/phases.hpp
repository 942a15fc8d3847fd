/// Where the time of a command went: load (files read and put into shape), prepare (numbers converted, the network made
/// ready), compute.
#pragma once

#include <tercet/io/text/json_writer.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace tercet::cli {

/// Wall time in seconds since construction, cut into phases that follow one another.
class Phases {
public:
    /// What ran since construction, or since the last call, was this phase.
    void end(const char* phase) {
        const auto now = std::chrono::steady_clock::now();
        ended_.emplace_back(phase, std::chrono::duration<double>(now - last_).count());
        last_ = now;
    }
    /// The sum over the phases that have ended.
    double seconds() const {
        double sum = 0;
        for (const auto& [phase, seconds] : ended_) sum += seconds;
        return sum;
    }
    /// "seconds": 0.6, "phases": {"load": 0.1, "prepare": 0.2, "compute": 0.3}
    void write(JsonWriter& json) const {
        json.key("seconds").number(seconds()).key("phases").begin_object();
        for (const auto& [phase, seconds] : ended_) json.key(phase).number(seconds);
        json.end_object();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    std::vector<std::pair<const char*, double>> ended_;
};

}  // namespace tercet::cli
