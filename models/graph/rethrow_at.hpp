/// Where in a graph an error came up: what every run of a node puts before the sentence of its operator.
#pragma once

#include <tercet/models/graph/graph.hpp>

namespace tercet {

/// In a catch block: the error again, with the node before it where it speaks of a value or of a limit: DomainError and
/// LimitError as what they are; std::bad_alloc becomes a LimitError that says how much was asked for.
[[noreturn]] void rethrow_at(const Node& node, const char* where = "");

}  // namespace tercet
