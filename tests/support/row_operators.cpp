#include <tercet/models/operators/groups/row_operators.hpp>

#include "answering.hpp"

template struct tercet::testing::Tested<tercet::RowOperators>;
