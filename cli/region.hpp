/// The input boxes of a command: around a point (--input, --eps, --clip) or from a property (--box).
#pragma once

#include "load.hpp"

#include <tercet/scalars/interval64.hpp>
#include <tercet/verify/property.hpp>

#include <CLI/CLI.hpp>

namespace tercet::cli {

struct RegionOptions {
    std::string input, eps = "0", clip, box;
};

void add_region_options(CLI::App& command, RegionOptions& options, bool with_box);

/// Exact boxes: x - eps <= X <= x + eps with eps and clip as exact rationals, or a property's distinct boxes.
/// Throws FormatError and DomainError (a negative eps, an empty clip).
std::vector<Box> boxes_around(const AnyTensor<Float64>& x, const RegionOptions& options);

}  // namespace tercet::cli
