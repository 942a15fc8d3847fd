#include <tercet/models/operators/groups/circular_functions.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::CircularFunctions>;
