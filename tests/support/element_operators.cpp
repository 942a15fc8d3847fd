#include <tercet/models/operators/groups/element_operators.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::ElementOperators>;
