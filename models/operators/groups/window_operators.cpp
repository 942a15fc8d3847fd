#include <tercet/models/operators/groups/window_operators.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::WindowOperators>;
