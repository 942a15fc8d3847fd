/// The gradients of another program against the exact ones: a row a tensor, a verdict, both as text and as JSON.
#pragma once

#include "gradient_file.hpp"

#include <tercet/verify/compare.hpp>

#include <CLI/CLI.hpp>

#include <map>
#include <optional>
#include <ostream>

namespace tercet::cli {

struct ComparisonOptions {
    std::string path, type, max_ulp;

    bool given() const { return !path.empty(); }
};

void add_comparison_options(CLI::App& command, ComparisonOptions& options);

/// The file's arrays of these names as they are to be compared; of the others the names alone. Throws FormatError where
/// it cannot be read.
std::map<std::string, NpyArray> read_compared(const ComparisonOptions& options, const std::set<std::string>& names);

struct ComparedTensor {
    std::string name;
    const verify::Format* format = nullptr;  // none: the file has no such array
    verify::Comparison errors;
};

struct GradientComparison {
    std::string path, type;  // type: --compare-type, or empty
    std::optional<RationalNumber> max_ulp;
    std::vector<ComparedTensor> tensors;  // in the order of the gradients
    std::vector<std::string>
        without_gradient;  // arrays of the file that are no gradient of the model: a note, no fault

    /// Every gradient is there, finite where it should be, none of the wrong sign, and within max_ulp if that was
    /// asked.
    bool holds() const;

    void print(std::ostream& out) const;
    void write(JsonWriter& json) const;
};

/// Throws ShapeError where the shapes differ, FormatError on an array of integers, which have no ulp.
GradientComparison compare_gradients(const std::vector<NamedGradient<Rational>>& gradients,
                                     const std::map<std::string, NpyArray>& other, const ComparisonOptions& options);

}  // namespace tercet::cli
