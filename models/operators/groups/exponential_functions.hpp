/// Functions of one variable made of exp, log, square roots and erf.
#pragma once

#include <tercet/layers/functions/celu.hpp>
#include <tercet/layers/functions/elu.hpp>
#include <tercet/layers/functions/erf.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/layers/functions/gelu.hpp>
#include <tercet/layers/functions/gelu_tanh.hpp>
#include <tercet/layers/functions/log.hpp>
#include <tercet/layers/functions/mish.hpp>
#include <tercet/layers/functions/selu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/softplus.hpp>
#include <tercet/layers/functions/sqrt.hpp>
#include <tercet/layers/functions/swish.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet {

struct ExponentialFunctions
    : OperatorList<op::Celu, op::Elu, op::Erf, op::Exp, op::Gelu, op::GeluTanh, op::Log, op::Mish, op::Selu,
                   op::Sigmoid, op::Softplus, op::Sqrt, op::Swish, op::Tanh> {};

}  // namespace tercet
