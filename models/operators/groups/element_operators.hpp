/// What is made of elements of operands that broadcast.
#pragma once

#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/select.hpp>

namespace tercet {

struct ElementOperators : OperatorList<op::Compare, op::Elementwise, op::Select> {};

}  // namespace tercet
