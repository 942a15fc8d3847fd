#include <tercet/models/operators/groups/element_operators.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::ElementOperators>;
