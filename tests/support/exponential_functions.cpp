#include <tercet/models/operators/groups/exponential_functions.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::ExponentialFunctions>;
