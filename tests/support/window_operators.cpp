#include <tercet/models/operators/groups/window_operators.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::WindowOperators>;
