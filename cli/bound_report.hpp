/// What `tercet bound` prints: bounds, rows, verdicts; every region where there are few, else a summary.
#pragma once

#include "phases.hpp"

#include <tercet/verify/decide.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace tercet::cli {

struct BoundReport {
    static constexpr std::size_t most_numbers = 1000;  // bounds and rows that are listed without being asked for

    std::string model;
    bool list_all = false;
    std::size_t regions = 0;
    int undefined = -1;  // a node that may have no value at some point of some region
    std::optional<verify::Query> query;
    std::optional<verify::Answer<>> answer;

    /// One region more; it is kept where it will be listed.
    void add(verify::RegionBounds<>&& region);

    void print_text(std::ostream& out) const;
    void print_json(std::ostream& out, const Phases& phases) const;

private:
    AnyTensor<Interval64> hull_;  // of the outputs over all regions
    std::vector<verify::RegionBounds<>> kept_;
    std::size_t numbers_ = 0;

    bool listed() const { return list_all || regions == 1 || numbers_ <= most_numbers; }
};

}  // namespace tercet::cli
