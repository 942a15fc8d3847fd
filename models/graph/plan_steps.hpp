/// One step of a Plan: which nodes it joins, what it reads, and the call that computes it.
///
/// A step is one node, or a product with constant weights together with the constant row added to it and the Relu after
/// it, which its operator then computes in one call (`absorbs`).
#pragma once

#include <tercet/models/graph/trace.hpp>

#include <functional>
#include <memory>
#include <unordered_set>

namespace tercet {

template <Context C>
class PlanStep {
public:
    using Constants = std::vector<const AnyTensor<Parameters<C>>*>;

    PlanStep(const Graph& graph, Trace<C>& trace, const Constants& constants, std::size_t first,
             PackedWeights<C>* packed)
        : graph_(graph),
          trace_(trace),
          constants_(constants),
          first_(first),
          result_(first),
          op_(graph.nodes[first].op),
          packed_(packed),
          answers_(answers_over<C>(op_)),
          takes_(answers_.absorbs(op_, operands({}), graph.nodes[first].shape)) {}

    std::size_t result() const { return result_; }

    /// Takes the next node in, where it is the bias or the Relu of a product with weights.
    bool fuse(std::size_t next) {
        const Node& node = graph_.nodes[next];
        if (!takes_.relu || after_.rectify || node.shape != graph_.nodes[result_].shape) return false;
        if (node.op.joins() == Joins::relu) {
            after_.rectify = true;
        } else if (node.op.joins() == Joins::sum && takes_.bias && !after_.bias) {
            const std::size_t other = at(node.inputs[0]) == result_ ? at(node.inputs[1]) : at(node.inputs[0]);
            if (!constants_[other] || !is_row(constants_[other]->dims, node.shape.back())) return false;
            after_.bias = constants_[other];
        } else {
            return false;
        }
        result_ = next;
        return true;
    }

    /// The values that it reads, each once.
    std::vector<std::size_t> reads() const {
        std::vector<std::size_t> all;
        std::unordered_set<std::size_t> seen;
        for (const int p : inputs())
            if (!constants_[at(p)] && seen.insert(at(p)).second) all.push_back(at(p));
        return all;
    }

    /// May the result lie where the value p lay, one of those that it reads?
    bool may_overwrite(std::size_t p) const {
        switch (op_.overwrites()) {
            case Overwrites::never: return false;
            case Overwrites::same_shape: return graph_.nodes[p].shape == graph_.nodes[result_].shape;
            case Overwrites::always: return true;
            case Overwrites::sole_operand:
                return reads().size() == 1 && graph_.nodes[p].shape == graph_.nodes[result_].shape;
        }
        return false;
    }

    /// The call; `over` is the value whose storage the result's is when it is called.
    Compute compute(std::optional<std::size_t> over) {
        AnyTensor<C>* target = &trace_.values[result_];
        if (takes_.relu) return answers_.forward_and(op_, operands(over), target, after_);
        return answers_.forward(op_, operands(over), target);
    }

private:
    static std::size_t at(int id) { return static_cast<std::size_t>(id); }
    const std::vector<int>& inputs() const { return graph_.nodes[first_].inputs; }

    Operands<C> operands(std::optional<std::size_t> over) const {
        Operands<C> in;
        for (const int p : inputs())
            if (constants_[at(p)]) in.push_back({nullptr, constants_[at(p)], packed_});
            else in.push_back({&trace_.values[over == at(p) ? result_ : at(p)], nullptr, packed_});
        return in;
    }

    const Graph& graph_;
    Trace<C>& trace_;
    const Constants& constants_;
    std::size_t first_, result_;
    const Operator& op_;  // the first node's
    PackedWeights<C>* packed_;
    const AnswersOver<C>& answers_;
    Absorbs takes_;
    After<C> after_;
};

}  // namespace tercet
