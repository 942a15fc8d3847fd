/// The list of functions of one variable: one line each.
#pragma once

#include <tercet/layers/functions/abs.hpp>
#include <tercet/layers/functions/acos.hpp>
#include <tercet/layers/functions/acosh.hpp>
#include <tercet/layers/functions/asin.hpp>
#include <tercet/layers/functions/asinh.hpp>
#include <tercet/layers/functions/atan.hpp>
#include <tercet/layers/functions/atanh.hpp>
#include <tercet/layers/functions/ceil.hpp>
#include <tercet/layers/functions/celu.hpp>
#include <tercet/layers/functions/cos.hpp>
#include <tercet/layers/functions/cosh.hpp>
#include <tercet/layers/functions/elu.hpp>
#include <tercet/layers/functions/erf.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/floor.hpp>
#include <tercet/layers/functions/gelu.hpp>
#include <tercet/layers/functions/gelu_tanh.hpp>
#include <tercet/layers/functions/hard_sigmoid.hpp>
#include <tercet/layers/functions/hard_swish.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/mish.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/reciprocal.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/round.hpp>
#include <tercet/layers/functions/selu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/sign.hpp>
#include <tercet/layers/functions/sin.hpp>
#include <tercet/layers/functions/sinh.hpp>
#include <tercet/layers/functions/softplus.hpp>
#include <tercet/layers/functions/softsign.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/layers/functions/swish.hpp>
#include <tercet/layers/functions/tan.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/layers/functions/thresholded_relu.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet {

using FunctionOperators = OperatorList<  //
    op::Abs,                             //
    op::Acos,                            //
    op::Acosh,                           //
    op::Asin,                            //
    op::Asinh,                           //
    op::Atan,                            //
    op::Atanh,                           //
    op::Ceil,                            //
    op::Celu,                            //
    op::Cos,                             //
    op::Cosh,                            //
    op::Elu,                             //
    op::Erf,                             //
    op::Exp,                             //
    op::Floor,                           //
    op::Gelu,                            //
    op::GeluTanh,                        //
    op::HardSigmoid,                     //
    op::HardSwish,                       //
    op::IntegerPower,                    //
    op::LeakyRelu,                       //
    op::Log,                             //
    op::Mish,                            //
    op::Negate,                          //
    op::Reciprocal,                      //
    op::Relu,                            //
    op::Round,                           //
    op::Selu,                            //
    op::Sigmoid,                         //
    op::Sign,                            //
    op::Sin,                             //
    op::Sinh,                            //
    op::Softplus,                        //
    op::Softsign,                        //
    op::Sqrt,                            //
    op::Swish,                           //
    op::Tan,                             //
    op::Tanh,                            //
    op::ThresholdedRelu>;

}  // namespace tercet
