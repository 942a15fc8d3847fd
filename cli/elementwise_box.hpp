/// --lower l.npy --upper u.npy: a box with ends of its own for every number of the input.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/verify/property.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace tercet::cli {

struct ElementwiseOptions {
    std::vector<std::string> lower, upper;  // [NAME=]FILE, one for each input

    bool given() const { return !lower.empty(); }
};

/// Each needs the other, and excludes what else would say where the inputs lie.
void add_elementwise_options(CLI::App& command, ElementwiseOptions& options, const std::vector<std::string>& others);

/// { X : lower_i <= X_i <= upper_i } for the inputs one after another; the ends are finite, as every input file's
/// numbers are.
/// Throws ShapeError where the counts differ, DomainError where lower_i > upper_i, with i and both.
Box box_between(const std::vector<AnyTensor<Float64>>& lower, const std::vector<AnyTensor<Float64>>& upper);

}  // namespace tercet::cli
