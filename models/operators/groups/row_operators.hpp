/// What is made of whole rows: their sums, their largest numbers, their softmax.
#pragma once

#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/row_maximum.hpp>
#include <tercet/models/operators/row_top.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet {

struct RowOperators : OperatorList<op::Reduce, op::RowMaximum, op::RowArgMaximum, op::RowTop, op::Softmax> {};

}  // namespace tercet
