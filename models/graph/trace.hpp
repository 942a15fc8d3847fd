/// The values of a graph's nodes over a context, and what is checked before and after they are computed.
#pragma once

#include <tercet/models/graph/graph.hpp>
#include <tercet/models/graph/rethrow_at.hpp>
#include <tercet/models/operators/answers.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

namespace tercet {

/// The value of every node of one run; parameter nodes hold nothing here.
template <class C>
struct Trace {
    std::vector<AnyTensor<C>> values;
};

/// Every node that C cannot run, as "node 'sig_3' (Sigmoid): sigmoid needs exp, which has no rational value; try
/// --scalar interval64".
template <Context C>
std::vector<std::string> refusals(const Graph& graph) {
    std::vector<std::string> all;
    for (const Node& node : graph.nodes)
        if (const auto why = operator_refusal<C>(node.op))
            all.push_back("node '" + node.name + "' (" + node.kind + "): " + *why);
    return all;
}

/// The tensor of each parameter node; null for the others.
template <Context C>
std::vector<const AnyTensor<Parameters<C>>*> constants_of(const Graph& graph,
                                                          const std::vector<AnyTensor<Parameters<C>>>& parameters) {
    std::vector<const AnyTensor<Parameters<C>>*> all(graph.nodes.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (const auto* p = graph.nodes[i].op.as<op::Parameter>())
            all[i] = &parameters[static_cast<std::size_t>(p->index)];
    return all;
}

namespace detail {

/// Throws ShapeError where there are more or fewer tensors than nodes, or one has another shape than its node.
template <class C>
void check_tensors(const Graph& graph, const char* what, const std::vector<int>& nodes,
                   const std::vector<AnyTensor<C>>& tensors) {
    if (nodes.size() != tensors.size())
        throw ShapeError("the graph has " + std::to_string(nodes.size()) + " " + what + "(s), got " +
                         std::to_string(tensors.size()));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = graph.nodes[static_cast<std::size_t>(nodes[i])];
        if (tensors[i].dims != node.shape)
            throw ShapeError(std::string(what) + " '" + node.name + "': expected shape " + to_string_dims(node.shape) +
                             ", got " + to_string_dims(tensors[i].dims));
        if (tensors[i].size() != element_count(node.shape))
            throw ShapeError(std::string(what) + " '" + node.name + "': shape " + to_string_dims(node.shape) +
                             " with " + std::to_string(tensors[i].size()) + " elements");
    }
}

/// Throws UnsupportedOp where C cannot run the graph, ShapeError where the parameters are not its own.
template <Context C>
void check_parameters(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters) {
    if (const auto why = refusals<C>(graph); !why.empty()) throw UnsupportedOp(why.front());
    check_tensors(graph, "parameter", graph.parameters, parameters);
}

/// Throws LimitError where a tensor of C of this shape, written as a whole, does not fit into what is left of the
/// memory budget; dyadic tensors ask for themselves, when they are written.
template <Context C>
void require_room(const Dims& shape) {
    if constexpr (has_vector_storage<C>)
        require_memory(static_cast<std::size_t>(element_count(shape)), bytes_of_scalar<C>, shape);
}

/// Throws LimitError where an element has more digits than C allows.
template <Context C>
void require_limits([[maybe_unused]] const Storage<C>& x) {
    if constexpr (hook::RequireLimit<C>)
        for (const auto& s : x) C::require_limit(s, "its value");
}

}  // namespace detail

/// The kinks of all nodes that read a computed value.
template <Context C>
Kinks count_kinks(const Graph& graph, const Trace<C>& trace) {
    Kinks kinks;
    for (const Node& node : graph.nodes) {
        if (node.inputs.empty() || graph.nodes[static_cast<std::size_t>(node.inputs[0])].op.is<op::Parameter>())
            continue;
        answers_over<C>(node.op).count_kinks(node.op, trace.values[static_cast<std::size_t>(node.inputs[0])], kinks);
    }
    return kinks;
}

}  // namespace tercet
