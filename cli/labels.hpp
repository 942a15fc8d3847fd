/// Classes of images on the command line: K for every image, or K0,K1,.. one an image.
#pragma once

#include <tercet/verify/class_axis.hpp>

#include <string>
#include <vector>

namespace tercet::cli {

/// One label for each image of the axis. `option` is what the list belongs to, for the sentence. Throws FormatError
/// where an entry is no number or their count is another, DomainError where one is no class.
std::vector<std::int64_t> parse_labels(const std::string& option, const std::string& list,
                                       const verify::ClassAxis& axis);

}  // namespace tercet::cli
