#include <tercet/models/operators/groups/circular_functions.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::CircularFunctions>;
