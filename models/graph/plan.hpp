/// Plan<C>: a graph made ready to be run, many times: weights packed, buffers laid out. It alone runs graphs.
///
/// Each node becomes one step. A value's buffer goes back to a pool after its last reader, and elementwise operators
/// and Reshape take over that of an operand where they are that reader; from the second run on, vector storages are not
/// allocated again. Products with constant weights run on C's packed form, where C has one, as one call with the bias
/// and the Relu that follow: the sums, the bias and the relu round as they do one after another.
#pragma once

#include <tercet/models/graph/plan_steps.hpp>

#include <functional>
#include <numeric>
#include <set>

namespace tercet {

/// What a run leaves: its outputs, or every node's value, as pullback needs them (then nothing is fused over a node).
enum class Keep { outputs, all };

/// A hook between the steps of a run.
template <Context C>
using Between = std::function<void(int node, AnyTensor<C>& value)>;

template <Context C>
class Plan {
public:
    /// The graph and the parameters must outlive the plan and stay as they are. Throws ShapeError, and UnsupportedOp
    /// naming node and reason.
    Plan(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, Keep keep = Keep::outputs)
        : Plan(graph, parameters, keep == Keep::all ? all_nodes(graph) : std::vector<int>{}) {}

    /// The same, where a run leaves the outputs and the values of the nodes `kept`; packed weights are taken from and
    /// left in a store that other plans may share.
    Plan(const Graph& graph, const std::vector<AnyTensor<Parameters<C>>>& parameters, const std::vector<int>& kept,
         std::shared_ptr<PackedWeights<C>> packed = std::make_shared<PackedWeights<C>>())
        : graph_(graph), packed_(std::move(packed)) {
        detail::check_parameters<C>(graph, parameters);
        const std::size_t n = graph.nodes.size();
        kept_.resize(n, false);
        for (const auto& list : {graph.outputs, kept})
            for (const int id : list) kept_.at(static_cast<std::size_t>(id)) = true;
        trace_.values.resize(n);
        constants_ = constants_of<C>(graph, parameters);
        for (std::size_t i = 0; i < n; ++i)
            if (!constants_[i]) trace_.values[i].dims = graph.nodes[i].shape;
        lay_out();
        for (const int out : graph.outputs)
            if (const auto* constant = constants_[static_cast<std::size_t>(out)])
                trace_.values[static_cast<std::size_t>(out)] = Operand<C>{nullptr, constant}.tensor();
    }
    Plan(const Graph&&, const std::vector<AnyTensor<Parameters<C>>>&,
         Keep = Keep::outputs) = delete;  // they would not outlive it
    Plan(const Graph&, const std::vector<AnyTensor<Parameters<C>>>&&, Keep = Keep::outputs) = delete;
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    /// Runs the graph. The result, and what output() gives, is valid until the next run. `between`, if given, is called
    /// with each kept node once its value is known, and may replace its numbers (by an enclosure known otherwise)
    /// before others read them. Throws ShapeError; DomainError naming the node where a division has no value,
    /// LimitError naming it where digits or memory pass a limit.
    const Trace<C>& run(const std::vector<AnyTensor<C>>& inputs, const Between<C>& between = {}) {
        detail::check_tensors(graph_, "input", graph_.inputs, inputs);
        for (const Step& step : steps_) release(step.node, step.slot);
        for (const Step& step : steps_) {
            try {
                if (!step.in_place) acquire(step);
                if (step.input >= 0) {
                    trace_.values[step.node].data = inputs[static_cast<std::size_t>(step.input)].data;
                } else {
                    if (step.in_place) std::swap(trace_.values[step.over].data, trace_.values[step.node].data);
                    step.compute();
                    detail::require_limits<C>(trace_.values[step.node].data);
                }
                if (between && kept_[step.node]) between(static_cast<int>(step.node), trace_.values[step.node]);
            } catch (const std::exception&) {
                rethrow_at(graph_.nodes[step.node]);
            }
            for (const auto& [node, slot] : step.dead) release(node, slot);
        }
        return trace_;
    }
    const AnyTensor<C>& output(std::size_t k) const {
        return trace_.values[static_cast<std::size_t>(graph_.outputs[k])];
    }

    /// What the last run left, taken out of a plan that is not run again.
    Trace<C> take_trace() && {
        for (std::size_t i = 0; i < constants_.size(); ++i)
            if (constants_[i]) trace_.values[i] = {};
        return std::move(trace_);
    }
    std::vector<AnyTensor<C>> take_outputs() && {
        std::vector<AnyTensor<C>> outputs;
        for (auto k = graph_.outputs.begin(); k != graph_.outputs.end(); ++k) {
            AnyTensor<C>& y = trace_.values[static_cast<std::size_t>(*k)];
            const bool again = std::find(k + 1, graph_.outputs.end(), *k) != graph_.outputs.end();
            if (again) outputs.push_back(y);
            else outputs.push_back(std::move(y));
        }
        return outputs;
    }

    const std::shared_ptr<PackedWeights<C>>& packed() const { return packed_; }

    /// How many elements all buffers hold, and how many steps a run takes.
    std::int64_t buffer_elements() const {
        return std::accumulate(capacity_.begin(), capacity_.end(), std::int64_t{0});
    }
    std::size_t steps() const { return steps_.size(); }

private:
    struct Step {
        std::size_t node, slot;  // the node whose value this makes, in which buffer
        int input;               // it is a copy of this input of the graph; -1 for a computation
        bool in_place;           // the buffer is that of the node `over`, which is read here for the last time
        std::size_t over;
        std::function<void()> compute;
        std::vector<std::pair<std::size_t, std::size_t>> dead;  // nodes read here for the last time, and their buffers
    };

    void lay_out() {
        std::vector<int> last(graph_.nodes.size(), -1);  // the last node that reads each; kept ones are read at the end
        for (std::size_t i = 0; i < last.size(); ++i)
            for (const int parent : graph_.nodes[i].inputs)
                last[static_cast<std::size_t>(parent)] = static_cast<int>(i);
        for (std::size_t i = 0; i < last.size(); ++i)
            if (kept_[i]) last[i] = static_cast<int>(last.size());
        std::vector<std::size_t> slot(graph_.nodes.size(), 0);
        FreeSlots free;
        const auto sole_reader = sole_readers();
        std::vector<bool> fused(graph_.nodes.size(), false);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (fused[i] || constants_[i]) continue;
            Step step{i, 0, -1, false, 0, {}, {}};
            std::vector<std::size_t> read;
            if (const auto* input = graph_.nodes[i].op.as<op::Input>()) {
                step.input = input->index;
            } else {
                PlanStep<C> made(graph_, trace_, constants_, i, packed_.get());
                for (auto next = sole_reader[i]; next && made.fuse(*next); next = sole_reader[*next])
                    fused[*next] = true;
                step.node = made.result();
                read = made.reads();
                // a part fused onto node i reads no other value, so i itself must be the last reader
                std::erase_if(read, [&](std::size_t p) { return last[p] != static_cast<int>(i); });
                const auto over =
                    std::find_if(read.begin(), read.end(), [&](std::size_t p) { return made.may_overwrite(p); });
                step.in_place = over != read.end();
                if (step.in_place) {
                    step.over = *over;
                    read.erase(over);
                }
                try {
                    step.compute = made.compute(step.in_place ? std::optional(step.over) : std::nullopt);
                } catch (const std::exception&) {
                    rethrow_at(graph_.nodes[i]);
                }
            }
            step.slot = step.in_place ? slot[step.over] : take_slot(free, element_count(graph_.nodes[step.node].shape));
            for (const std::size_t p : read) {
                step.dead.emplace_back(p, slot[p]);
                free.emplace(capacity_[slot[p]], slot[p]);
            }
            slot[step.node] = step.slot;
            steps_.push_back(std::move(step));
        }
        buffers_.resize(capacity_.size(), Storage<C>(0));
    }

    static std::vector<int> all_nodes(const Graph& graph) {
        std::vector<int> all(graph.nodes.size());
        std::iota(all.begin(), all.end(), 0);
        return all;
    }

    /// For each node the one that reads it, if there is one and the node is not kept.
    std::vector<std::optional<std::size_t>> sole_readers() const {
        std::vector<std::optional<std::size_t>> reader(graph_.nodes.size());
        std::vector<bool> several = kept_;
        for (std::size_t k = 0; k < graph_.nodes.size(); ++k)
            for (const int parent : graph_.nodes[k].inputs) {
                const auto p = static_cast<std::size_t>(parent);
                if (reader[p]) several[p] = true;
                reader[p] = k;
            }
        for (std::size_t i = 0; i < reader.size(); ++i)
            if (several[i]) reader[i].reset();
        return reader;
    }

    /// Free buffers by their capacity.
    using FreeSlots = std::set<std::pair<std::int64_t, std::size_t>>;

    /// A free buffer: the smallest that is large enough, else the largest, which grows; a new one where none is free.
    std::size_t take_slot(FreeSlots& free, std::int64_t size) {
        if (free.empty()) {
            capacity_.push_back(size);
            return capacity_.size() - 1;
        }
        auto best = free.lower_bound({size, 0});
        if (best == free.end()) --best;
        const std::size_t taken = best->second;
        free.erase(best);
        capacity_[taken] = std::max(capacity_[taken], size);
        return taken;
    }

    /// The step's buffer; of its size, but for an input, whose copy sets it.
    void acquire(const Step& step) {
        auto& data = trace_.values[step.node].data;
        const auto n = static_cast<std::size_t>(element_count(graph_.nodes[step.node].shape));
        if constexpr (has_vector_storage<C>) {
            Storage<C>& buffer = buffers_[step.slot];
            if (buffer.capacity() < n) {
                const Dims& shape = graph_.nodes[step.node].shape;
                detail::require_room<C>(capacity_[step.slot] == element_count(shape) ? shape
                                                                                     : Dims{capacity_[step.slot]});
                buffer.reserve(static_cast<std::size_t>(capacity_[step.slot]));
            }
            data = std::move(buffer);
            if (step.input < 0) data.resize(n);
        } else if (step.input < 0) {
            data = Storage<C>(n);
        }
    }
    void release(std::size_t node, std::size_t slot) {
        auto& data = trace_.values[node].data;
        if (data.size() == 0) return;  // moved on
        if constexpr (has_vector_storage<C>) buffers_[slot] = std::move(data);
        data = Storage<C>(0);
    }

    const Graph& graph_;
    std::shared_ptr<PackedWeights<C>> packed_;
    std::vector<bool> kept_;  // the outputs among them
    Trace<C> trace_;
    std::vector<const AnyTensor<Parameters<C>>*> constants_;  // the tensor of each parameter node
    std::vector<Step> steps_;
    std::vector<std::int64_t> capacity_;  // elements of each buffer
    std::vector<Storage<C>> buffers_;
};

}  // namespace tercet
