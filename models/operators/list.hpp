/// The list of all operators, and what is asked of them over a context.
#pragma once

#include <tercet/core/error.hpp>
#include <tercet/models/operators/abs.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/exp.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/leaf.hpp>
#include <tercet/models/operators/leaky_relu.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/negate.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/relu.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/sigmoid.hpp>
#include <tercet/models/operators/softmax.hpp>
#include <tercet/models/operators/sqrt.hpp>
#include <tercet/models/operators/tanh.hpp>

namespace tercet {

template <class... Ops>
struct OperatorList {
    /// f.operator()<Op>() for each.
    template <class F>
    static void for_each_type(F f) {
        (f.template operator()<Ops>(), ...);
    }

    /// f(the operator as what it is).
    template <class F>
    static auto visit(const Operator& op, F f) {
        using Result = std::common_type_t<decltype(f(std::declval<const Ops&>()))...>;
        if constexpr (std::is_void_v<Result>) {
            if (!((op.as<Ops>() ? (f(*op.as<Ops>()), true) : false) || ...)) throw UnsupportedOp("an operator that is not in the list");
        } else {
            std::optional<Result> result;
            if (!((op.as<Ops>() ? (result.emplace(f(*op.as<Ops>())), true) : false) || ...))
                throw UnsupportedOp("an operator that is not in the list");
            return std::move(*result);
        }
    }
};

/// Every operator that computes a value.
using Operators = OperatorList<op::Gemm, op::MatMul, op::Elementwise, op::Negate, op::Abs, op::Relu, op::LeakyRelu, op::Sigmoid, op::Tanh,
                               op::Exp, op::Sqrt, op::Softmax, op::Conv, op::MaxPool, op::AveragePool, op::BatchNormalization, op::Reshape,
                               op::Rearrange, op::Reduce>;

inline bool is_leaf(const Operator& op) { return op.is<op::Input>() || op.is<op::Parameter>(); }

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

template <Context C>
std::vector<AnyTensor<C>> operator_backward(const Operator& op, const Backward<C>& at) {
    return Operators::visit(op, [&](const auto& o) { return o.template backward<C>(at); });
}

template <Context C>
void count_kinks(const Operator& op, const AnyTensor<C>& x, Kinks& kinks) {
    Operators::visit(op, [&](const auto& o) { o.template count_kinks<C>(x, kinks); });
}

}  // namespace tercet
