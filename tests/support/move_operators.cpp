#include <tercet/models/operators/groups/move_operators.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::MoveOperators>;
