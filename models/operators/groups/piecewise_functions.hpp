/// Functions of one variable made of pieces of polynomials and quotients.
#pragma once

#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/ceil.hpp>
#include <tercet/layers/functions/floor.hpp>
#include <tercet/layers/functions/hard_sigmoid.hpp>
#include <tercet/layers/functions/hard_swish.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/reciprocal.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/round.hpp>
#include <tercet/layers/functions/sign.hpp>
#include <tercet/layers/functions/softsign.hpp>
#include <tercet/layers/functions/thresholded_relu.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet {

struct PiecewiseFunctions
    : OperatorList<op::Abs, op::Ceil, op::Floor, op::HardSigmoid, op::HardSwish, op::IntegerPower, op::LeakyRelu,
                   op::Negate, op::Reciprocal, op::Relu, op::Round, op::Sign, op::Softsign, op::ThresholdedRelu> {};

}  // namespace tercet
