#include "loss.hpp"

#include <tercet/core/error.hpp>

#include <charconv>

namespace tercet::cli {

void add_loss_options(CLI::App& command, LossOptions& options) {
    command.add_option("--loss", options.loss, "differentiate this loss of the outputs, with --label")
        ->check(CLI::IsMember({"cross_entropy"}));
    command.add_option("--label", options.labels, "the class of --loss: K for every image of a batch, or K0,K1,.. one an image");
    command.add_option("--reduction", options.reduction, "what --loss makes of the losses of a batch's images: their sum or their mean")
        ->check(CLI::IsMember({"sum", "mean"}))
        ->capture_default_str();
}

std::vector<std::int64_t> labels_of(const LossOptions& options, const verify::ClassAxis& axis) {
    if (options.labels.empty()) throw FormatError("--loss " + options.loss + " needs --label K");
    std::vector<std::int64_t> labels;
    for (std::size_t at = 0; at <= options.labels.size();) {
        const std::size_t end = std::min(options.labels.find(',', at), options.labels.size());
        const char *first = options.labels.data() + at, *last = options.labels.data() + end;
        std::int64_t label = 0;
        const auto [stopped, error] = std::from_chars(first, last, label);
        if (error != std::errc() || stopped != last)
            throw FormatError("--label " + options.labels.substr(0, 60) + ": entry " + std::to_string(labels.size()) +
                              " is not the number of a class");
        labels.push_back(label);
        at = end + 1;
    }
    if (labels.size() == 1) labels.resize(static_cast<std::size_t>(axis.images), labels.front());
    if (static_cast<std::int64_t>(labels.size()) != axis.images)
        throw FormatError("--label has " + std::to_string(labels.size()) + " classes, the network's output " +
                          std::to_string(axis.images) + (axis.images == 1 ? " image" : " images"));
    for (const std::int64_t label : labels) verify::require_class(axis, label);
    return labels;
}

std::string describe(const LossOptions& options, const verify::ClassAxis& axis) {
    return options.loss + ", " + options.reduction + " over " + std::to_string(axis.images) + (axis.images == 1 ? " image" : " images") +
           ", label " + options.labels;
}

}  // namespace tercet::cli
