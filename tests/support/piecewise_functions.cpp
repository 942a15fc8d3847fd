#include <tercet/models/operators/groups/piecewise_functions.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::PiecewiseFunctions>;
