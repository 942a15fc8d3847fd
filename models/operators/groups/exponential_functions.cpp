#include <tercet/models/operators/groups/exponential_functions.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::ExponentialFunctions>;
