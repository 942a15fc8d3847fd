#include "loss.hpp"
#include "labels.hpp"

#include <tercet/core/error.hpp>

namespace tercet::cli {

void add_loss_options(CLI::App& command, LossOptions& options) {
    auto* loss = command.add_option("--loss", options.loss, "differentiate this loss of the outputs, with --label")
                     ->check(CLI::IsMember({"cross_entropy"}));
    command
        .add_option("--label", options.labels,
                    "the class of --loss: K for every image of a batch, or K0,K1,.. one an image")
        ->needs(loss);
    command
        .add_option("--reduction", options.reduction,
                    "what --loss makes of the losses of a batch's images: their sum or their mean")
        ->check(CLI::IsMember({"sum", "mean"}))
        ->needs(loss)
        ->capture_default_str();
}

std::vector<std::int64_t> labels_of(const LossOptions& options, const verify::ClassAxis& axis) {
    if (options.labels.empty()) throw FormatError("--loss " + options.loss + " needs --label K");
    return parse_labels("--label ", options.labels, axis);
}

std::string describe(const LossOptions& options, const verify::ClassAxis& axis) {
    return options.loss + ", " + options.reduction + " over " + std::to_string(axis.images) +
           (axis.images == 1 ? " image" : " images") + ", label " + options.labels;
}

}  // namespace tercet::cli
