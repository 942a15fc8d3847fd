/// The list of all operators that compute a value.
#pragma once

#include <tercet/models/operators/groups/element_operators.hpp>
#include <tercet/models/operators/groups/functions.hpp>
#include <tercet/models/operators/groups/move_operators.hpp>
#include <tercet/models/operators/groups/product_operators.hpp>
#include <tercet/models/operators/groups/row_operators.hpp>
#include <tercet/models/operators/groups/window_operators.hpp>

namespace tercet {

using Operators =
    Joined<ProductOperators, ElementOperators, MoveOperators, WindowOperators, RowOperators, FunctionOperators>;

}  // namespace tercet
