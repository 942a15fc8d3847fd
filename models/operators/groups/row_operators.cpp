#include <tercet/models/operators/groups/row_operators.hpp>
#include <tercet/models/operators/shipped.hpp>

template struct tercet::Shipped<tercet::RowOperators>;
