/// Pools: a number of each window of an image.
#pragma once

#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/operator_list.hpp>

namespace tercet {

struct WindowOperators : OperatorList<op::AveragePool, op::MaxPool, op::MaxPoolPlaces> {};

}  // namespace tercet
