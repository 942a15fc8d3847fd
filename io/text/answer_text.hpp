/// What the tool says of an answer. Every sentence that claims something comes from here.
#pragma once

#include <tercet/verify/decide.hpp>

#include <string>
#include <vector>

namespace tercet {

/// The row of a constraint, positive terms first: "Y_3 - Y_0", "2 Y_1 + X_0 - 1e-30".
std::string row_text(const LinearConstraint& constraint);

/// One sentence a goal, in the query's order, each beginning "proved: ", "violated: " or "not proved: ", after "image
/// 2: " where goals are about several images. Every one says no more than the answer's verdict and witness of that
/// goal.
std::vector<std::string> sentences(const verify::Query& query, const verify::Answer<>& answer);

}  // namespace tercet
