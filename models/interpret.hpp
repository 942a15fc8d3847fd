/// Running a graph in a context: the layers' own functions node by node, and the pullback in reverse.
///
/// There is no second implementation of an operator here: interpret<C>(graph_of(m), params_of(m), {x}) == m(x) in every context.
/// The bodies for the shipped contexts are compiled in the library; a context of yours instantiates them from here.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operators/list.hpp>
#include <tercet/models/rethrow_at.hpp>
#include <tercet/scalars/memory_budget.hpp>

namespace tercet {

/// The value of every node of one run; parameter nodes hold nothing here.
template <class C>
struct Trace {
    std::vector<AnyTensor<C>> values;
};

/// Gradients of <cotangent, output> with respect to inputs and parameters, in the graph's order.
template <class C>
struct GraphGradient {
    std::vector<AnyTensor<C>> inputs, parameters;
};

/// Every node that C cannot run, as "node 'sig_3' (Sigmoid): sigmoid needs exp, which has no rational value; try --scalar interval64".
template <Context C>
std::vector<std::string> refusals(const Graph& graph) {
    std::vector<std::string> all;
    for (const Node& node : graph.nodes)
        if (const auto why = operator_refusal<C>(node.op)) all.push_back("node '" + node.name + "' (" + node.kind + "): " + *why);
    return all;
}

namespace detail {

template <Context C>
std::vector<Operand<C>> operands_of(const Graph& graph, const Node& node, const std::vector<AnyTensor<Parameters<C>>>& parameters,
                                    const Trace<C>& trace) {
    std::vector<Operand<C>> in;
    for (const int id : node.inputs) {
        const auto at = static_cast<std::size_t>(id);
        if (const auto* p = graph.nodes[at].op.as<op::Parameter>())
            in.push_back({nullptr, &parameters[static_cast<std::size_t>(p->index)]});
        else in.push_back({&trace.values[at], nullptr});
    }
    return in;
}

/// The index of the last node that reads each node; outputs are read at the end.
inline std::vector<int> last_readers(const Graph& graph) {
    std::vector<int> last(graph.nodes.size(), -1);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        for (const int parent : graph.nodes[i].inputs) last[static_cast<std::size_t>(parent)] = static_cast<int>(i);
    for (const int out : graph.outputs) last[static_cast<std::size_t>(out)] = static_cast<int>(graph.nodes.size());
    return last;
}

/// Throws ShapeError where there are more or fewer tensors than nodes, or one has another shape than its node.
template <class C>
void check_tensors(const Graph& graph, const char* what, const std::vector<int>& nodes, const std::vector<AnyTensor<C>>& tensors) {
    if (nodes.size() != tensors.size())
        throw ShapeError("the graph has " + std::to_string(nodes.size()) + " " + what + "(s), got " + std::to_string(tensors.size()));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = graph.nodes[static_cast<std::size_t>(nodes[i])];
        if (tensors[i].dims != node.shape)
            throw ShapeError(std::string(what) + " '" + node.name + "': expected shape " + to_string_dims(node.shape) + ", got " +
                             to_string_dims(tensors[i].dims));
        if (tensors[i].size() != element_count(node.shape))
            throw ShapeError(std::string(what) + " '" + node.name + "': shape " + to_string_dims(node.shape) + " with " +
                             std::to_string(tensors[i].size()) + " elements");
    }
}

/// Throws UnsupportedOp where C cannot run the graph, ShapeError where the parameters are not its own.
template <Context C>
void check_parameters(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters) {
    if (const auto why = refusals<C>(graph); !why.empty()) throw UnsupportedOp(why.front());
    check_tensors(graph, "parameter", graph.parameters, parameters);
}

/// Throws LimitError where a tensor of C of this shape, written as a whole, does not fit into what is left of the memory budget; dyadic
/// tensors ask for themselves, when they are written.
template <Context C>
void require_room(const Dims& shape) {
    if constexpr (has_vector_storage<C>) require_memory(static_cast<std::size_t>(element_count(shape)), bytes_of_scalar<C>, shape);
}

/// Throws LimitError where an element has more digits than C allows.
template <Context C>
void require_limits([[maybe_unused]] const AnyTensor<C>& x) {
    if constexpr (requires(const Scalar<C>& s) { C::require_limit(s, ""); })
        for (const auto& s : x.data) C::require_limit(s, "its value");
}

template <Context C>
Trace<C> run_graph(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, const std::vector<AnyTensor<C>>& inputs,
                   bool keep) {
    check_parameters<C>(graph, parameters);
    check_tensors(graph, "input", graph.inputs, inputs);
    const std::vector<int> last = last_readers(graph);
    Trace<C> trace;
    trace.values.resize(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (node.op.is<op::Parameter>()) continue;
        if (const auto* input = node.op.as<op::Input>()) {
            trace.values[i] = inputs[static_cast<std::size_t>(input->index)];
            continue;
        }
        const auto in = operands_of<C>(graph, node, parameters, trace);
        try {
            require_room<C>(node.shape);
            trace.values[i] = AnyTensor<C>(node.shape);
            prepare_forward<C>(node.op, in, &trace.values[i])();
            require_limits<C>(trace.values[i]);
        } catch (const std::exception&) {
            rethrow_at(node);
        }
        if (!keep)
            for (const int parent : node.inputs)
                if (last[static_cast<std::size_t>(parent)] == static_cast<int>(i)) trace.values[static_cast<std::size_t>(parent)] = {};
    }
    return trace;
}

}  // namespace detail

/// All node values. Throws ShapeError; UnsupportedOp naming node and reason; DomainError where a division has no value.
template <Context C>
Trace<C> run(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, const std::vector<AnyTensor<C>>& inputs) {
    return detail::run_graph<C>(graph, parameters, inputs, true);
}

/// The outputs alone; a value is dropped when its last reader has run.
template <Context C>
std::vector<AnyTensor<C>> interpret(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters,
                                    const std::vector<AnyTensor<C>>& inputs) {
    Trace<C> trace = detail::run_graph<C>(graph, parameters, inputs, false);
    std::vector<AnyTensor<C>> outputs;
    for (std::size_t k = 0; k < graph.outputs.size(); ++k) {
        const int id = graph.outputs[k];
        const Node& node = graph.nodes[static_cast<std::size_t>(id)];
        if (const auto* p = node.op.as<op::Parameter>()) {
            const auto& t = parameters[static_cast<std::size_t>(p->index)];
            outputs.push_back(Operand<C>{nullptr, &t}.tensor());
        } else if (std::find(graph.outputs.begin() + static_cast<std::ptrdiff_t>(k) + 1, graph.outputs.end(), id) != graph.outputs.end()) {
            outputs.push_back(trace.values[static_cast<std::size_t>(id)]);
        } else {
            outputs.push_back(std::move(trace.values[static_cast<std::size_t>(id)]));
        }
    }
    return outputs;
}

/// Reverse mode from one cotangent an output. A node that depends on no wanted leaf is not visited; without `with_parameters` only inputs
/// are wanted.
template <Context C>
GraphGradient<C> pullback(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, const Trace<C>& trace,
                          const std::vector<AnyTensor<C>>& cotangents, bool with_parameters = true) {
    if (cotangents.size() != graph.outputs.size())
        throw ShapeError("the graph has " + std::to_string(graph.outputs.size()) + " output(s), got " + std::to_string(cotangents.size()) +
                         " cotangent(s)");
    const std::size_t n = graph.nodes.size();
    std::vector<bool> wanted(n, false), reached(n, false);
    for (std::size_t i = 0; i < n; ++i) {
        const Operator& op = graph.nodes[i].op;
        wanted[i] = op.is<op::Input>() || (with_parameters && op.is<op::Parameter>());
        for (const int parent : graph.nodes[i].inputs)
            if (wanted[static_cast<std::size_t>(parent)]) wanted[i] = true;
    }
    std::vector<AnyTensor<C>> d(n);
    const auto add = [&](std::size_t node, AnyTensor<C> part) {
        if (reached[node]) accumulate<C>(part.size(), part.data, 0, d[node].data, 0);
        else d[node] = std::move(part);
        reached[node] = true;
    };
    for (std::size_t k = 0; k < cotangents.size(); ++k) {
        const auto node = static_cast<std::size_t>(graph.outputs[k]);
        if (cotangents[k].dims != graph.nodes[node].shape)
            throw ShapeError("output " + std::to_string(k) + " has shape " + to_string_dims(graph.nodes[node].shape) + ", its cotangent " +
                             to_string_dims(cotangents[k].dims));
        try {
            add(node, cotangents[k]);
        } catch (const std::exception&) {
            rethrow_at(graph.nodes[node], ", its cotangent");
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        const Node& node = graph.nodes[i];
        if (!reached[i] || !wanted[i] || node.inputs.empty()) continue;
        const auto in = detail::operands_of<C>(graph, node, parameters, trace);
        std::vector<bool> want;
        for (const int parent : node.inputs) want.push_back(wanted[static_cast<std::size_t>(parent)]);
        try {
            auto parts = operator_backward<C>(node.op, {in, trace.values[i], d[i], want});
            d[i] = {};
            for (std::size_t k = 0; k < node.inputs.size(); ++k) {
                if (!want[k]) continue;
                detail::require_limits<C>(parts[k]);
                add(static_cast<std::size_t>(node.inputs[k]), std::move(parts[k]));
            }
        } catch (const std::exception&) {
            rethrow_at(node, ", backward");
        }
    }
    GraphGradient<C> gradient;
    const auto collect = [&](const std::vector<int>& leaves, std::vector<AnyTensor<C>>& to) {
        for (const int id : leaves) {
            const auto at = static_cast<std::size_t>(id);
            to.push_back(reached[at] ? std::move(d[at]) : AnyTensor<C>(graph.nodes[at].shape));
        }
    };
    collect(graph.inputs, gradient.inputs);
    if (with_parameters) collect(graph.parameters, gradient.parameters);
    return gradient;
}

/// The kinks of all nodes that read a computed value.
template <Context C>
Kinks count_kinks(const Graph& graph, const Trace<C>& trace) {
    Kinks kinks;
    for (const Node& node : graph.nodes) {
        if (node.inputs.empty() || graph.nodes[static_cast<std::size_t>(node.inputs[0])].op.is<op::Parameter>()) continue;
        count_kinks<C>(node.op, trace.values[static_cast<std::size_t>(node.inputs[0])], kinks);
    }
    return kinks;
}

}  // namespace tercet
