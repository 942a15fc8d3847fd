/// The list of all operators, and what is asked of them over a context.
#pragma once

#include <tercet/core/error.hpp>
#include <tercet/models/operators/answers.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/functions.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/leaf.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/row_maximum.hpp>
#include <tercet/models/operators/row_top.hpp>
#include <tercet/models/operators/select.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet {

/// Every operator that computes a value.
using Operators =
    Joined<OperatorList<op::Gemm, op::MatMul, op::Elementwise, op::Softmax, op::Conv, op::MaxPool, op::AveragePool,
                        op::BatchNormalization, op::Reshape, op::Rearrange, op::Reduce, op::Compare, op::Select,
                        op::RowMaximum, op::RowArgMaximum, op::RowTop, op::ConvTranspose, op::MaxPoolPlaces>,
           FunctionOperators>;

/// Why C cannot run the operator: the sentence after the node's name, or nothing.
template <Context C>
std::optional<std::string> operator_refusal(const Operator& op) {
    if (is_leaf(op)) return std::nullopt;
    const auto lack = Operators::visit(op, [](const auto& o) { return o.template lacks<C>(); });
    if (!lack) return std::nullopt;
    return std::string(lack->what) + " needs " + lack->function + ", which has no " + std::string(C::name) +
           " value; try --scalar interval64";
}

template <Context C>
Compute prepare_forward(const Operator& op, const Operands<C>& in, AnyTensor<C>* y) {
    return Operators::visit(op, [&](const auto& o) -> Compute { return o.template forward<C>(in, y); });
}

/// What the operator takes in, where it has `Absorbs absorbs(in, y)` for the operands and the value's shape, and
/// `forward(in, y, after)`.
template <Context C>
Absorbs absorption(const Operator& op, const Operands<C>& in, const Dims& y) {
    return Operators::visit(op, [&](const auto& o) {
        if constexpr (requires { o.template absorbs<C>(in, y); }) return o.template absorbs<C>(in, y);
        else return Absorbs{};
    });
}
template <Context C>
Compute prepare_forward(const Operator& op, const Operands<C>& in, AnyTensor<C>* y, const After<C>& after) {
    return Operators::visit(op, [&](const auto& o) -> Compute {
        if constexpr (requires { o.template forward<C>(in, y, after); }) return o.template forward<C>(in, y, after);
        else throw UnsupportedOp("an operator that takes nothing in");
    });
}

template <Context C>
Adjoint<C> prepare_adjoint(const Operator& op, const NodeValues<C>& at) {
    return Operators::visit(op, [&](const auto& o) -> Adjoint<C> { return o.template adjoint<C>(at); });
}

template <Context C>
void count_kinks(const Operator& op, const AnyTensor<C>& x, Kinks& kinks) {
    Operators::visit(op, [&](const auto& o) { o.template count_kinks<C>(x, kinks); });
}

}  // namespace tercet
