/// The list of functions of one variable: one line each.
#pragma once

#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet {

using FunctionOperators = OperatorList<  //
    op::Abs,                             //
    op::Exp,                             //
    op::LeakyRelu,                       //
    op::Negate,                          //
    op::Relu,                            //
    op::Sigmoid,                         //
    op::Sqrt,                            //
    op::Tanh>;

}  // namespace tercet
