#include "labels.hpp"

#include <tercet/core/error.hpp>

#include <charconv>

namespace tercet::cli {

std::vector<std::int64_t> parse_labels(const std::string& option, const std::string& list,
                                       const verify::ClassAxis& axis) {
    std::vector<std::int64_t> labels;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const char *first = list.data() + at, *last = list.data() + end;
        std::int64_t label = 0;
        const auto [stopped, error] = std::from_chars(first, last, label);
        if (error != std::errc() || stopped != last)
            throw FormatError(option + list.substr(0, 60) + ": entry " + std::to_string(labels.size()) +
                              " is not the number of a class");
        labels.push_back(label);
        at = end + 1;
    }
    if (labels.size() == 1) labels.resize(static_cast<std::size_t>(axis.images), labels.front());
    if (static_cast<std::int64_t>(labels.size()) != axis.images)
        throw FormatError(option + list.substr(0, 60) + " has " + std::to_string(labels.size()) +
                          " classes, the network's output " + std::to_string(axis.images) +
                          (axis.images == 1 ? " image" : " images"));
    for (const std::int64_t label : labels) verify::require_class(axis, label);
    return labels;
}

}  // namespace tercet::cli
