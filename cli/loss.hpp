/// The options --loss, --label and --reduction: a loss of each image, and what is made of several.
#pragma once

#include <tercet/layers/loss.hpp>
#include <tercet/verify/class_axis.hpp>

#include <CLI/CLI.hpp>

namespace tercet::cli {

struct LossOptions {
    std::string loss, labels, reduction = "sum";

    Reduction reduced() const { return reduction == "mean" ? Reduction::mean : Reduction::sum; }
};

void add_loss_options(CLI::App& command, LossOptions& options);

/// One label an image from --label K, for all of them, or K0,K1,.. Throws FormatError where an entry is no number or
/// their count is another, DomainError where one is no class.
std::vector<std::int64_t> labels_of(const LossOptions& options, const verify::ClassAxis& axis);

/// "cross_entropy, sum over 3 images, label 0,1,0"
std::string describe(const LossOptions& options, const verify::ClassAxis& axis);

}  // namespace tercet::cli
