/// One backward sweep for everything that is linear in a graph's outputs: gradients, rows fused with an affine tail,
/// linear bounds.
///
/// Linear forms in the outputs are pulled back node by node. Through a node that is affine in what varies they pass as
/// they are; what happens at another is the caller's: `Derivative` goes on with its derivative at the trace, `Cut`
/// leaves the forms there.
#pragma once

#include <tercet/models/graph/depends_on.hpp>
#include <tercet/models/graph/trace.hpp>

namespace tercet {

/// Forms in the values of nodes: of node i [rows, its elements], or nothing. With a batch axis in the graph, a row is
/// one form a batch element.
template <Context C>
struct LinearForms {
    std::int64_t rows = 0;
    std::vector<std::optional<Storage<C>>> of;  // for every node of the graph

    LinearForms(const Graph& graph, std::int64_t count) : rows(count), of(graph.nodes.size()) {}

    void add(int node, Storage<C> part) {
        auto& to = of[static_cast<std::size_t>(node)];
        if (to) accumulate<C>(static_cast<std::int64_t>(part.size()), part, 0, *to, 0);
        else to = std::move(part);
    }
};

/// A graph's adjoints made ready, each when it is first used; those of one use are not kept.
template <Context C>
class Reverse {
public:
    enum class Use { once, often };

    /// `varies`: the nodes that depend on what is differentiated by; forms in others are not computed. All that is
    /// given must stay where it is; the trace's values count when forms are pulled.
    Reverse(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, const Trace<C>& trace,
            std::vector<bool> varies, Use use = Use::often, std::shared_ptr<PackedWeights<C>> packed = nullptr)
        : graph_(graph),
          constants_(constants_of<C>(graph, parameters)),
          trace_(trace),
          varies_(std::move(varies)),
          use_(use),
          packed_(std::move(packed)),
          adjoints_(graph.nodes.size()) {}

    const Graph& graph() const { return graph_; }
    bool varies(std::size_t i) const { return varies_[i]; }
    bool is_affine(std::size_t i) const { return graph_.nodes[i].op.affine_in({graph_.nodes[i].inputs, varies_}); }

    /// Forms in node i to forms in each of its operands that varies.
    std::vector<Storage<C>> step(std::size_t i, std::int64_t rows, Storage<C> forms) {
        if (use_ == Use::once) return prepare(i)(rows, std::move(forms));
        if (!adjoints_[i]) adjoints_[i] = prepare(i);
        return adjoints_[i](rows, std::move(forms));
    }

private:
    Adjoint<C> prepare(std::size_t i) const {
        NodeValues<C> at{{}, &trace_.values[i], {}};
        for (const int id : graph_.nodes[i].inputs) {
            const auto k = static_cast<std::size_t>(id);
            at.in.push_back({constants_[k] ? nullptr : &trace_.values[k], constants_[k], packed_.get()});
            at.wanted.push_back(varies_[k]);
        }
        return answers_over<C>(graph_.nodes[i].op).adjoint(graph_.nodes[i].op, at);
    }

    const Graph& graph_;
    std::vector<const AnyTensor<Parameters<C>>*> constants_;
    const Trace<C>& trace_;
    std::vector<bool> varies_;
    Use use_;
    std::shared_ptr<PackedWeights<C>> packed_;
    std::vector<Adjoint<C>> adjoints_;
};

/// At a node that is not affine: on with its derivative.
struct Derivative {
    template <Context C>
    static std::optional<std::vector<Storage<C>>> bend(std::size_t node, std::int64_t rows, Storage<C>& forms,
                                                       Reverse<C>& reverse) {
        return reverse.step(node, rows, std::move(forms));
    }
};

/// At a node that is not affine: no further.
struct Cut {
    template <Context C>
    static std::optional<std::vector<Storage<C>>> bend(std::size_t, std::int64_t, Storage<C>&, Reverse<C>&) {
        return std::nullopt;
    }
};

/// Pulls the forms back to what varies and depends on nothing, and to where `at` stops. At.bend(node, rows, forms,
/// reverse) gives the forms in the operands of a node that is not affine, or nothing; at.straight(node, rows, before,
/// after), where At has it, sees each step through an affine one.
template <class C, class At>
LinearForms<C> pull(Reverse<C>& reverse, LinearForms<C> forms, const At& at) {
    const Graph& graph = reverse.graph();
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        const Node& node = graph.nodes[i];
        auto& here = forms.of[i];
        if (!here || !reverse.varies(i)) continue;
        if (is_leaf(node.op)) continue;
        try {
            std::optional<std::vector<Storage<C>>> parts;
            if (!reverse.is_affine(i)) {
                parts = at.template bend<C>(i, forms.rows, *here, reverse);
                if (!parts) continue;
            } else if constexpr (requires { at.straight(i, forms.rows, *here, *parts); }) {
                parts = reverse.step(i, forms.rows, *here);
                at.straight(i, forms.rows, *here, *parts);
            } else {
                parts = reverse.step(i, forms.rows, std::move(*here));
            }
            here.reset();
            for (std::size_t k = 0; k < node.inputs.size(); ++k) {
                if (!reverse.varies(static_cast<std::size_t>(node.inputs[k]))) continue;
                detail::require_limits<C>((*parts)[k]);
                forms.add(node.inputs[k], std::move((*parts)[k]));
            }
        } catch (const std::exception&) {
            rethrow_at(node, ", backward");
        }
    }
    return forms;
}

/// Gradients of <cotangent, output> with respect to inputs and parameters, in the graph's order.
template <class C>
struct GraphGradient {
    std::vector<AnyTensor<C>> inputs, parameters;
};

/// Reverse mode from one cotangent an output, through derivatives made ready for the leaves that vary.
template <class C>
GraphGradient<C> pullback(Reverse<C>& reverse, const std::vector<AnyTensor<C>>& cotangents) {
    const Graph& graph = reverse.graph();
    if (cotangents.size() != graph.outputs.size())
        throw ShapeError("the graph has " + std::to_string(graph.outputs.size()) + " output(s), got " +
                         std::to_string(cotangents.size()) + " cotangent(s)");
    LinearForms<C> forms(graph, 1);
    for (std::size_t k = 0; k < cotangents.size(); ++k) {
        const Node& node = graph.nodes[static_cast<std::size_t>(graph.outputs[k])];
        if (cotangents[k].dims != node.shape)
            throw ShapeError("output " + std::to_string(k) + " has shape " + to_string_dims(node.shape) +
                             ", its cotangent " + to_string_dims(cotangents[k].dims));
        try {
            forms.add(graph.outputs[k], cotangents[k].data);
        } catch (const std::exception&) {
            rethrow_at(node, ", its cotangent");
        }
    }
    forms = pull(reverse, std::move(forms), Derivative{});
    GraphGradient<C> gradient;
    const auto collect = [&](const std::vector<int>& nodes, std::vector<AnyTensor<C>>& to) {
        for (const int id : nodes) {
            const auto at = static_cast<std::size_t>(id);
            if (!reverse.varies(at)) continue;
            const Dims& shape = graph.nodes[at].shape;
            to.push_back(forms.of[at] ? AnyTensor<C>(shape, std::move(*forms.of[at])) : AnyTensor<C>(shape));
        }
    };
    collect(graph.inputs, gradient.inputs);
    collect(graph.parameters, gradient.parameters);
    return gradient;
}

/// The same, once. Without `with_parameters` only inputs are wanted, and no node that depends on none of them is
/// visited.
template <class C>
GraphGradient<C> pullback(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters,
                          const Trace<C>& trace, const std::vector<AnyTensor<C>>& cotangents,
                          bool with_parameters = true) {
    Reverse<C> reverse(graph, parameters, trace, depends_on(graph, leaves(graph, with_parameters)),
                       Reverse<C>::Use::once);
    return pullback(reverse, cotangents);
}

}  // namespace tercet
