#include <tercet/core/error.hpp>
#include <tercet/models/with_batch.hpp>

#include <algorithm>
#include <limits>

namespace tercet {

namespace {

/// Why an operator does not keep the first axis of its batched operands apart; nothing where it does.
struct Mixes {
    const Graph& graph;
    const Node& node;
    const std::vector<bool>& batched;

    const Dims& dims(std::size_t k) const { return graph.nodes[static_cast<std::size_t>(node.inputs[k])].shape; }
    bool is_batched(std::size_t k) const { return batched[static_cast<std::size_t>(node.inputs[k])]; }
    bool only_first() const {
        for (std::size_t k = 1; k < node.inputs.size(); ++k)
            if (is_batched(k)) return false;
        return is_batched(0);
    }
    using Reason = const char*;

    Reason operator()(const op::Input&) const { return nullptr; }
    Reason operator()(const op::Parameter&) const { return nullptr; }
    Reason operator()(const op::Gemm& g) const {
        if (!only_first() || g.transpose_a || dims(0).size() != 2) return "the batch axis would be summed over, or stand in the weights";
        return nullptr;
    }
    /// Rows of the first factor by weights; or stacks of matrices, where the axis is among those that broadcast.
    Reason operator()(const op::MatMul&) const {
        const std::size_t rank = std::max(dims(0).size(), dims(1).size());
        if (rank == 2 && only_first() && dims(0).size() == 2) return nullptr;
        for (std::size_t k = 0; k < 2; ++k)
            if (is_batched(k) && (rank < 3 || dims(k).size() != rank))
                return "the batch axis of a factor is one that multiplies, or would move";
        return nullptr;
    }
    /// An operand without the batch axis repeats over it, for the value's first axis is 1; two with it have it in the same place.
    Reason operator()(const op::Elementwise&) const {
        for (std::size_t k = 0; k < 2; ++k)
            if (is_batched(k) && dims(k).size() != node.shape.size()) return "the batch axis of an operand would move";
        return nullptr;
    }
    Reason operator()(const op::Negate&) const { return nullptr; }
    Reason operator()(const op::Relu&) const { return nullptr; }
    Reason operator()(const op::LeakyRelu&) const { return nullptr; }
    Reason operator()(const op::Sigmoid&) const { return nullptr; }
    Reason operator()(const op::Tanh&) const { return nullptr; }
    Reason operator()(const op::Exp&) const { return nullptr; }
    Reason operator()(const op::Sqrt&) const { return nullptr; }
    Reason operator()(const op::Softmax& s) const { return s.axis == 0 ? "it normalises over the batch axis" : nullptr; }
    Reason operator()(const op::Conv&) const { return only_first() ? nullptr : "its kernel depends on the input"; }
    Reason operator()(const op::MaxPool&) const { return nullptr; }
    Reason operator()(const op::AveragePool&) const { return nullptr; }
    Reason operator()(const op::BatchNormalization&) const { return only_first() ? nullptr : "its statistics depend on the input"; }
    Reason operator()(const op::Reshape&) const { return nullptr; }
    Reason operator()(const op::Rearrange&) const { return nullptr; }
    Reason operator()(const op::Reduce& r) const {
        return std::find(r.axes.begin(), r.axes.end(), 0) != r.axes.end() ? "it sums over the batch axis" : nullptr;
    }
};

/// Every run once for each row: rows of batched operands follow one another, parameters repeat.
op::Rearrange repeated(const op::Rearrange& r, const Mixes& at, std::int64_t n) {
    if (static_cast<std::int64_t>(r.runs.size()) > std::numeric_limits<std::int64_t>::max() / 32 / n)
        throw ShapeError("node '" + at.node.name + "': " + std::to_string(n) + " rows of " + std::to_string(r.runs.size()) +
                         " runs overflow");
    op::Rearrange all;
    for (std::int64_t row = 0; row < n; ++row)
        for (auto run : r.runs) {
            if (run.input >= 0 && at.is_batched(static_cast<std::size_t>(run.input)))
                run.first += row * element_count(at.dims(static_cast<std::size_t>(run.input)));
            all.append(run);
        }
    return all;
}

}  // namespace

Graph with_batch(const Graph& graph, std::int64_t n) {
    if (n < 1) throw ShapeError("a batch of " + std::to_string(n) + " is asked for");
    Graph result = graph;
    std::vector<bool> batched(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        batched[i] = std::holds_alternative<op::Input>(node.op);
        for (const int parent : node.inputs) batched[i] = batched[i] || batched[static_cast<std::size_t>(parent)];
        if (!batched[i]) continue;
        const Mixes mixes{graph, node, batched};
        const char* why = node.shape.empty() || node.shape[0] != 1 ? "the first axis of its value is not 1" : std::visit(mixes, node.op);
        if (why)
            throw UnsupportedOp("node '" + node.name + "' (" + node.kind + "), value " + to_string_dims(node.shape) +
                                ": it cannot run on a batch of " + std::to_string(n) + ": " + why);
        result.nodes[i].shape[0] = n;
        element_count(result.nodes[i].shape);  // throws where it overflows
        if (const auto* r = std::get_if<op::Rearrange>(&node.op)) result.nodes[i].op = repeated(*r, mixes, n);
    }
    return result;
}

}  // namespace tercet
