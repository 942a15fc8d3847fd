/// The affine tail of a network: its outputs as affine functions of the last values that are not affine functions of others.
#pragma once

#include <tercet/models/graph.hpp>

namespace tercet::verify {

/// A graph whose inputs are the nodes `cut` of the network and whose parameters are those of its parameters that it reads, by index.
struct AffineTail {
    Graph graph;
    std::vector<int> cut, parameters;
};

/// The largest one that exact fractions can compute. A constant that has none (exp(w), a root) is a value like those that depend on the
/// inputs: it varies, within its enclosure.
AffineTail affine_tail(const Graph& graph);

/// The one that is the outputs alone.
AffineTail no_tail(const Graph& graph);

}  // namespace tercet::verify
