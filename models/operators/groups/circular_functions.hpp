/// Circular and hyperbolic functions of one variable, and their inverses.
#pragma once

#include <tercet/layers/functions/acos.hpp>
#include <tercet/layers/functions/acosh.hpp>
#include <tercet/layers/functions/asin.hpp>
#include <tercet/layers/functions/asinh.hpp>
#include <tercet/layers/functions/atan.hpp>
#include <tercet/layers/functions/atanh.hpp>
#include <tercet/layers/functions/cos.hpp>
#include <tercet/layers/functions/cosh.hpp>
#include <tercet/layers/functions/sin.hpp>
#include <tercet/layers/functions/sinh.hpp>
#include <tercet/layers/functions/tan.hpp>
#include <tercet/models/operators/operator_list.hpp>
#include <tercet/models/operators/pointwise.hpp>

namespace tercet {

struct CircularFunctions : OperatorList<op::Acos, op::Acosh, op::Asin, op::Asinh, op::Atan, op::Atanh, op::Cos,
                                        op::Cosh, op::Sin, op::Sinh, op::Tan> {};

}  // namespace tercet
