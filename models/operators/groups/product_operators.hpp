/// Sums of products: linear maps of an operand, with the numbers of another.
#pragma once

#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/operator_list.hpp>

namespace tercet {

struct ProductOperators : OperatorList<op::Gemm, op::MatMul, op::Conv, op::ConvTranspose, op::BatchNormalization> {};

}  // namespace tercet
