#include <tercet/models/operators/groups/move_operators.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::MoveOperators>;
