/// Linear rows of a network's outputs, pulled back exactly through its affine tail.
///
/// y = sum_z A_z z + b, where the z are the last values that are not affine functions of others (the inputs themselves,
/// if the whole network is affine). A row s . y is then one linear form sum_z (A_z^T s) . z + s . b, by the pullback of
/// the affine tail and its value at z = 0 in exact numbers. Of more rows than outputs, the outputs are pulled back, once
/// each, and combined.
#pragma once

#include <tercet/core/tensor.hpp>
#include <tercet/models/graph/part.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/rational_number.hpp>

#include <utility>

namespace tercet::verify {

/// One linear form of the flattened outputs, sum_j a_j y_j: (index, coefficient).
using OutputForm = std::vector<std::pair<int, RationalNumber>>;

/// Some rows: for each z their coefficients, [rows, z], and their constants.
struct ExactRows {
    std::vector<std::vector<RationalNumber>> coefficients;
    std::vector<RationalNumber> constants;
};

/// Rows that would take more numbers than this, or longer ones, are not pulled back.
constexpr std::int64_t most_coefficients = std::int64_t{1} << 25;  // rows times the numbers of the tail
constexpr std::int64_t most_bits_of_a_row = 1 << 14;               // some 400 layers of float32 weights

/// Who takes the rows: start(cut, sizes) with the nodes z and how many numbers each has, then block(first, rows) for
/// rows first, first + 1, .. A start that comes later begins anew.
struct RowsTaker {
    std::function<void(const std::vector<int>&, const std::vector<std::int64_t>&)> start;
    std::function<void(std::size_t, const ExactRows&)> block;
};

/// Through the affine tail, or, where its numbers are too many or too long, as rows of the outputs themselves; false
/// where these are too many too. Throws ShapeError for a form that names an output that is not there.
bool pull_rows(const Network<Float64>& network, const std::vector<OutputForm>& forms, const RowsTaker& to);

}  // namespace tercet::verify
