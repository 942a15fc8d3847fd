/// The affine tail of a network: its outputs as affine functions of the last values that are not affine functions of
/// others.
#pragma once

#include <tercet/models/graph/part.hpp>

namespace tercet::verify {

/// The largest one that exact fractions can compute. A constant that has none (exp(w), a root) is a value like those
/// that depend on the inputs: it varies, within its enclosure.
Part affine_tail(const Graph& graph);

/// The one that is the outputs alone, in their order.
Part no_tail(const Graph& graph);

}  // namespace tercet::verify
