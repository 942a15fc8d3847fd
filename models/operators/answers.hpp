/// What is asked of a node's operator over a context: the calls that a plan and its reverse are made of.
///
/// Declared here and defined over the list of all operators (models/operators/list.hpp). The library holds them for the
/// contexts that tercet ships, so what only asks need not know any operator; a context of yours includes the list.
#pragma once

#include <tercet/models/operators/computing.hpp>
#include <tercet/models/operators/leaf.hpp>

#include <optional>
#include <string>

namespace tercet {

inline bool is_leaf(const Operator& op) { return op.is<op::Input>() || op.is<op::Parameter>(); }

/// Why C cannot run the operator: the sentence after the node's name, or nothing.
template <Context C>
std::optional<std::string> operator_refusal(const Operator& op);

/// The call that computes y from the operands.
template <Context C>
Compute prepare_forward(const Operator& op, const Operands<C>& in, AnyTensor<C>* y);

/// What the operator takes in over these operands, where its value has the shape y; and the call that does so.
template <Context C>
Absorbs absorption(const Operator& op, const Operands<C>& in, const Dims& y);
template <Context C>
Compute prepare_forward(const Operator& op, const Operands<C>& in, AnyTensor<C>* y, const After<C>& after);

/// Forms in the value to forms in the operands.
template <Context C>
Adjoint<C> prepare_adjoint(const Operator& op, const NodeValues<C>& at);

/// Counts the points of x, the first operand's value, at which the operator has no derivative.
template <Context C>
void count_kinks(const Operator& op, const AnyTensor<C>& x, Kinks& kinks);

}  // namespace tercet
