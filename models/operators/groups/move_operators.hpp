/// Elements moved, not changed.
#pragma once

#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reshape.hpp>

namespace tercet {

struct MoveOperators : OperatorList<op::Rearrange, op::Reshape> {};

}  // namespace tercet
