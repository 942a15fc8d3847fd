#include <tercet/models/operators/groups/product_operators.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::ProductOperators>;
