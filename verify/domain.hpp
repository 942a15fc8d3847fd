/// Where a network has a value: quotients need a denominator other than 0, roots an operand that is not negative.
///
/// Interval arithmetic leaves points without a value aside: 1/[-1, 1] is the line, sqrt [-1, 4] is [0, 2]. So bounds hold of the points
/// that have one, and a claim about every point of a box, or about one of them, asks whether all are there.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/interpret.hpp>
#include <tercet/scalars/interval64.hpp>

#include <span>
#include <vector>

namespace tercet::verify {

/// The operator of `node` has a value where every element v of the value of node `operand` has
///   v + shift != 0 (a denominator),   v + shift >= 0 (under a root),   v + shift > 0 (under a root in a denominator).
struct DomainCondition {
    using Asks = Domain::Asks;
    int node, operand;
    Asks asks;
    double shift = 0;

    /// Certainly, for all numbers in the intervals?
    bool holds(std::span<const Interval> values) const;
};

/// Those of a graph's operators (`domain`) that depend on more than parameters: of parameters alone a run has decided them, by an error.
std::vector<DomainCondition> domain_conditions(const Graph& graph);

}  // namespace tercet::verify
