#include <tercet/models/operators/groups/piecewise_functions.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::PiecewiseFunctions>;
