/// The answers of a group of operators over any context: compiled where they are asked for, which takes its time.
#pragma once

#include <tercet/models/operators/answers.hpp>

namespace tercet {

namespace detail {

/// An operator that takes something in says so by `Absorbs absorbs(in, y)`, for the operands and the value's shape, and
/// `forward(in, y, after)`.
template <Context C, class Op>
inline constexpr AnswersOver<C> answers_of_type{
    [](const Operator& op) -> std::optional<Lack> { return op.as<Op>()->template lacks<C>(); },
    [](const Operator& op, const Operands<C>& in, AnyTensor<C>* y) -> Compute {
        return op.as<Op>()->template forward<C>(in, y);
    },
    [](const Operator& op, const Operands<C>& in, const Dims& y) -> Absorbs {
        if constexpr (requires { op.as<Op>()->template absorbs<C>(in, y); })
            return op.as<Op>()->template absorbs<C>(in, y);
        else return {};
    },
    [](const Operator& op, const Operands<C>& in, AnyTensor<C>* y, const After<C>& after) -> Compute {
        if constexpr (requires { op.as<Op>()->template forward<C>(in, y, after); })
            return op.as<Op>()->template forward<C>(in, y, after);
        else throw UnsupportedOp("an operator that takes nothing in");
    },
    [](const Operator& op, const NodeValues<C>& at) -> Adjoint<C> { return op.as<Op>()->template adjoint<C>(at); },
    [](const Operator& op, const AnyTensor<C>& x, Kinks& kinks) { op.as<Op>()->template count_kinks<C>(x, kinks); },
};

}  // namespace detail

template <class C, class Group>
const AnswersOver<C>* answers_in(const Operator& op) {
    const AnswersOver<C>* found = nullptr;
    Group::for_each_type([&]<class Op>() {
        if (!found && op.is<Op>()) found = &detail::answers_of_type<C, Op>;
    });
    return found;
}

/// `template struct tercet::Answering<C>;` in one source that includes models/graph/interpret.hpp compiles the answers
/// of all operators over a context there, for sources that include models/graph/run.hpp alone.
template <Context C>
struct Answering {
    using Find = const AnswersOver<C>* (*)(const Operator&);
    static inline const Find groups[] = {
        answers_in<C, ProductOperators>,   answers_in<C, ElementOperators>,     answers_in<C, MoveOperators>,
        answers_in<C, PiecewiseFunctions>, answers_in<C, ExponentialFunctions>, answers_in<C, CircularFunctions>,
        answers_in<C, WindowOperators>,    answers_in<C, RowOperators>,
    };
};

}  // namespace tercet
