/// All functions of one variable.
#pragma once

#include <tercet/models/operators/groups/circular_functions.hpp>
#include <tercet/models/operators/groups/exponential_functions.hpp>
#include <tercet/models/operators/groups/piecewise_functions.hpp>

namespace tercet {

using FunctionOperators = Joined<PiecewiseFunctions, ExponentialFunctions, CircularFunctions>;

}  // namespace tercet
