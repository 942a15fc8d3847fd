/// Running a graph once in a context: a plan, run and left.
///
/// There is no second implementation of an operator here: interpret<C>(graph_of(m), params_of(m), {x}) == m(x) in every
/// context.
#pragma once

#include <tercet/models/graph/plan.hpp>
#include <tercet/models/graph/pull.hpp>

namespace tercet {

/// All node values. Throws ShapeError; UnsupportedOp naming node and reason; DomainError where a division has no value.
template <class C>
Trace<C> run(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters,
             const std::vector<AnyTensor<C>>& inputs) {
    Plan<C> plan(graph, parameters, Keep::all);
    plan.run(inputs);
    return std::move(plan).take_trace();
}

/// The outputs alone; a value is dropped when its last reader has run.
template <class C>
std::vector<AnyTensor<C>> interpret(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters,
                                    const std::vector<AnyTensor<C>>& inputs) {
    Plan<C> plan(graph, parameters);
    plan.run(inputs);
    return std::move(plan).take_outputs();
}

}  // namespace tercet
