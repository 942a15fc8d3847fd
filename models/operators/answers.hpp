/// What is asked of a node's operator over a context: the calls that a plan and its reverse are made of.
///
/// Operators stand in groups (models/operators/groups/), each with a list of its own. The library holds the answers of
/// each group for the contexts that tercet ships; so what only asks need not know any operator, and a change of one
/// compiles its group again. For a context of yours include models/graph/interpret.hpp, which defines them for any.
#pragma once

#include <tercet/models/operators/computing.hpp>
#include <tercet/models/operators/leaf.hpp>

#include <optional>
#include <string>

namespace tercet {

/// The answers of one type of operator over a context.
template <Context C>
struct AnswersOver {
    std::optional<Lack> (*lacks)(const Operator&);
    Compute (*forward)(const Operator&, const Operands<C>&, AnyTensor<C>*);
    Absorbs (*absorbs)(const Operator&, const Operands<C>&, const Dims&);
    Compute (*forward_and)(const Operator&, const Operands<C>&, AnyTensor<C>*, const After<C>&);
    Adjoint<C> (*adjoint)(const Operator&, const NodeValues<C>&);
    void (*count_kinks)(const Operator&, const AnyTensor<C>&, Kinks&);
};

struct ProductOperators;      // sums of products
struct WindowOperators;       // pools
struct RowOperators;          // of rows: their sums, largest numbers, softmax
struct ElementOperators;      // of elements that broadcast
struct MoveOperators;         // elements moved, not changed
struct PiecewiseFunctions;    // of one variable, here and below: made of pieces of polynomials
struct ExponentialFunctions;  // of exp, log, erf and their like
struct CircularFunctions;     // of circular and hyperbolic functions

/// The answers of the operator's type, null where the group has it not.
///
/// What the library compiles for others is a template over any class: compilers disagree on the names of functions whose
/// parameters are constrained, and a user's need not be the one that built the library.
template <class C, class Group>
const AnswersOver<C>* answers_in(const Operator& op);

/// The same of all groups. Throws UnsupportedOp where none has it.
template <class C>
const AnswersOver<C>& answers_over(const Operator& op) {
    for (const auto in :
         {answers_in<C, ProductOperators>, answers_in<C, ElementOperators>, answers_in<C, MoveOperators>,
          answers_in<C, PiecewiseFunctions>, answers_in<C, ExponentialFunctions>, answers_in<C, CircularFunctions>,
          answers_in<C, WindowOperators>, answers_in<C, RowOperators>})
        if (const AnswersOver<C>* found = in(op)) return *found;
    throw UnsupportedOp("an operator that is in no group");
}

inline bool is_leaf(const Operator& op) { return op.is<op::Input>() || op.is<op::Parameter>(); }

/// Why C cannot run the operator: the sentence after the node's name, or nothing.
template <Context C>
std::optional<std::string> operator_refusal(const Operator& op) {
    if (is_leaf(op)) return std::nullopt;
    const auto lack = answers_over<C>(op).lacks(op);
    if (!lack) return std::nullopt;
    return std::string(lack->what) + " needs " + lack->function + ", which has no " + std::string(C::name) +
           " value; try --scalar interval64";
}

}  // namespace tercet
