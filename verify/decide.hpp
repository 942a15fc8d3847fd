/// The answer to a query by interval bounds: for each goal proved, violated with a witness, or open.
///
/// Of a constraint sum a_i X_i + sum b_j Y_j <= c over a box, the row in which it is decided (verdict.hpp) is
///
///   [l, u]  =  round outward( fused bounds of sum b_j Y_j  +  exact range of sum a_i X_i  -  c )
///
/// the range over the exact box, one term at a time; equal forms of outputs are bounded once a box.
#pragma once

#include <tercet/verify/bound_boxes.hpp>
#include <tercet/verify/query.hpp>
#include <tercet/verify/verdict.hpp>

namespace tercet::verify {

/// A constraint of a case and its row over the case's box. It points into the query.
struct RowBounds {
    const LinearConstraint* constraint;
    Interval row;
};

/// What is known over one box: the outputs, the different rows that are asked for there, and the verdict of the cases
/// over it.
struct RegionBounds {
    std::size_t region;
    AnyTensor<Interval64> outputs;
    std::vector<RowBounds> rows;
    Verdict verdict;
    int undefined = -1;  // the first node that may have no value at a point of the box (domain.hpp)
};

/// A point that satisfies a goal. everywhere: so does every point of its box.
struct Witness {
    int region;
    const Case* held;
    std::vector<RationalNumber> x;
    bool everywhere;
};

struct GoalAnswer {
    Verdict verdict;
    std::optional<Witness> witness;  // there where it is violated
};

struct Answer {
    Verdict verdict;  // of all goals together
    std::vector<GoalAnswer> goals;
    std::size_t proved = 0, violated = 0, open = 0;  // regions
    /// Where nothing is violated: the region and row with the least to spare.
    std::optional<std::pair<std::size_t, RowBounds>> closest;
    /// Of all boxes: a node that may have no value at some point; then "proved" is said of the points that have one.
    int undefined = -1;
};

/// Bounds every box and decides every goal; visit(region) as each box is done.
///
/// A witness lies in the exact box, satisfies its constraints between inputs exactly, and the network has a finite
/// value there: where a certain case has no such point among those tried (the ends and the middle of the box, the ends
/// that favour an input constraint), the case is open.
/// Throws DomainError for a query without goals or a goal without cases, ShapeError for an index that is no input,
/// output or box.
Answer decide(const Network<Float64>& network, const Query& query,
              const std::function<void(RegionBounds&&)>& visit = {},
              const std::function<void(std::size_t)>& before = {});

}  // namespace tercet::verify
