#include <tercet/models/operators/groups/product_operators.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::ProductOperators>;
