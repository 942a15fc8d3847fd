/// The input boxes of a command: around a point (--input, --eps, --clip) or from a property (--box).
#pragma once

#include "load.hpp"

#include <tercet/scalars/interval64.hpp>
#include <tercet/verify/property.hpp>

#include <CLI/CLI.hpp>

namespace tercet::cli {

struct RegionOptions {
    std::vector<std::string> inputs;
    std::string eps, clip, box;
};

void add_region_options(CLI::App& command, RegionOptions& options, bool with_box);

/// A note on standard error where --eps is not given, whose box is the point itself.
void note_missing_eps(const RegionOptions& options);

/// The exact box x - eps <= X <= x + eps around the inputs one after another, eps and clip as exact rationals.
/// Throws FormatError and DomainError (a negative eps, an empty clip).
Box box_around(const std::vector<AnyTensor<Float64>>& inputs, const RegionOptions& options);

}  // namespace tercet::cli
