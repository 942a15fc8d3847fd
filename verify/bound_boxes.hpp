/// Certified bounds of a network over many boxes: whole batches of boxes in one run, where the network's operators keep
/// rows apart.
#pragma once

#include <tercet/models/graph/with_batch.hpp>
#include <tercet/verify/domain.hpp>
#include <tercet/verify/objective.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

namespace tercet::verify {

/// Of one box: every output, all output tensors one after another, and the rows that were asked for. Where a point of
/// the box may leave a node without a value (domain.hpp), the bounds are of the others, and `undefined` is the first
/// such node; else -1.
template <Bounding C = Interval64>
struct BoxBounds {
    AnyTensor<C> outputs;
    std::vector<Scalar<C>> rows;
    int undefined = -1;
};

/// Which rows are wanted over each box, by index; empty: all of them over every box.
using RowsOfBoxes = std::vector<std::vector<int>>;

namespace detail {

inline std::int64_t size_of(const Graph& graph, int node) {
    return element_count(graph.nodes[static_cast<std::size_t>(node)].shape);
}

/// How many boxes to run together: all, but no more than some hundreds, whose values shall fit in 512 MB; runs of one
/// size.
inline std::int64_t batch_size(const Graph& graph, std::size_t boxes) {
    std::int64_t numbers = 1;
    for (const Node& node : graph.nodes)
        if (!node.op.is<op::Parameter>()) numbers += element_count(node.shape);
    const auto most = std::clamp<std::int64_t>((std::int64_t{1} << 25) / numbers, 1, 512),
               count = static_cast<std::int64_t>(boxes);
    const std::int64_t runs = std::max<std::int64_t>((count + most - 1) / most, 1);
    return (count + runs - 1) / runs;
}

/// The graph for batches of n boxes; nothing where its operators do not keep rows apart.
inline std::optional<Graph> batched(const Graph& graph, std::int64_t n) {
    try {
        return with_batch(graph, n);
    } catch (const UnsupportedOp&) {
        return std::nullopt;
    }
}

/// The outputs of box k of the last run; an output that depends on no input is the same for every box.
template <Bounding C>
AnyTensor<C> outputs_of(const Graph& single, const Plan<C>& plan, std::int64_t k) {
    std::int64_t count = 0;
    for (const int id : single.outputs) count += size_of(single, id);
    AnyTensor<C> all(Dims{count});
    auto to = all.data.begin();
    for (std::size_t j = 0; j < single.outputs.size(); ++j) {
        const auto& from = plan.output(j).data;
        const std::int64_t size = size_of(single, single.outputs[j]);
        to = std::copy_n(from.begin() + (static_cast<std::int64_t>(from.size()) == size ? 0 : k * size), size, to);
    }
    return all;
}

/// Where no point of a box has a value, the run ends with an error; it says among which boxes that was.
template <Bounding C>
const Trace<C>& run_boxes(Plan<C>& plan, const std::vector<AnyTensor<C>>& inputs, std::size_t all, std::size_t first,
                          std::size_t end) {
    try {
        return plan.run(inputs);
    } catch (const LimitError&) {
        throw;
    } catch (const DomainError& e) {
        if (all == 1) throw;
        throw DomainError("region " + std::to_string(first) +
                          (end - first > 1 ? " or one up to " + std::to_string(end - 1) : "") + ": " + e.what());
    }
}

/// The first node that may have no value at a point of box k of the last run.
template <Bounding C>
int undefined_node(const std::vector<DomainCondition>& conditions, const Graph& single, const Trace<C>& trace,
                   std::size_t k) {
    for (const auto& c : conditions) {
        if (c.operand < 0) return c.node;
        const auto& v = trace.values[static_cast<std::size_t>(c.operand)].data;
        const auto each = static_cast<std::size_t>(size_of(single, c.operand));
        if (!c.template holds<C>(std::span<const Scalar<C>>(v).subspan(v.size() == each ? 0 : k * each, each)))
            return c.node;
    }
    return -1;
}

/// The rows that some box of a run asks for, ascending, and their fused form.
template <Bounding C>
struct RunRows {
    std::vector<int> indices;
    Objective<C> fused;

    RunRows(const Objective<C>& all, const RowsOfBoxes& wanted, std::size_t first, std::size_t end) {
        for (std::size_t k = first; k < end; ++k) indices.insert(indices.end(), wanted[k].begin(), wanted[k].end());
        std::ranges::sort(indices);
        indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
        fused = select(all, indices);
    }
    std::size_t place(int row) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(indices, row) - indices.begin());
    }
};

}  // namespace detail

/// visit(k, bounds) for each box in order; the outputs to the bit as each box alone would give. before(k) is called
/// before a run whose first box is number k. A box holds the numbers of all inputs, one tensor after another. Throws
/// ShapeError where a box is not of that size.
template <class C>
void bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes, const Objective<C>& rows,
                 const RowsOfBoxes& wanted,
                 const std::type_identity_t<std::function<void(std::size_t, BoxBounds<C>&&)>>& visit,
                 const std::function<void(std::size_t)>& before = {}) {
    const Graph& single = network.graph;
    std::int64_t n = detail::batch_size(single, boxes.size());
    const std::optional<Graph> many = n > 1 ? detail::batched(single, n) : std::nullopt;
    if (!many) n = 1;
    const Graph& graph = many ? *many : single;
    const auto conditions = domain_conditions(network);
    std::vector<int> kept = rows.cut;
    for (const auto& c : conditions)
        if (c.operand >= 0) kept.push_back(c.operand);
    const ParametersOver<C> parameters(network);
    Plan<C> plan(graph, parameters.get(), kept);
    std::vector<AnyTensor<C>> inputs;
    for (const int id : graph.inputs) inputs.emplace_back(graph.nodes[static_cast<std::size_t>(id)].shape);
    const std::size_t last = boxes.size() - 1;
    for (std::size_t first = 0; first < boxes.size(); first += static_cast<std::size_t>(n)) {
        if (before) before(first);
        for (std::int64_t k = 0; k < n; ++k) {  // the last run is filled up with its last box
            const auto box = enclose<C>(boxes[std::min(first + static_cast<std::size_t>(k), last)], single);
            for (std::size_t i = 0; i < inputs.size(); ++i)
                std::ranges::copy(box[i].data,
                                  inputs[i].data.begin() + k * static_cast<std::int64_t>(box[i].data.size()));
        }
        const std::size_t end = std::min(first + static_cast<std::size_t>(n), boxes.size());
        const auto& trace = detail::run_boxes(plan, inputs, boxes.size(), first, end);
        const std::optional<detail::RunRows<C>> some =
            wanted.empty() ? std::nullopt : std::optional<detail::RunRows<C>>(std::in_place, rows, wanted, first, end);
        const Objective<C>& here = some ? some->fused : rows;
        const auto bounds = row_bounds(here, trace, n);
        const std::size_t width = here.constants.size();
        for (std::size_t k = first; k < end; ++k) {
            BoxBounds<C> b{detail::outputs_of(single, plan, static_cast<std::int64_t>(k - first)),
                           {},
                           detail::undefined_node<C>(conditions, single, trace, k - first)};
            const auto own = std::span(std::as_const(bounds)).subspan((k - first) * width, width);
            if (!some) b.rows.assign(own.begin(), own.end());
            else
                for (const int r : wanted[k]) b.rows.push_back(own[some->place(r)]);
            visit(k, std::move(b));
        }
    }
}

/// All rows over every box, in a list.
template <Bounding C>
std::vector<BoxBounds<C>> bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes,
                                      const Objective<C>& rows, const std::function<void(std::size_t)>& before = {}) {
    std::vector<BoxBounds<C>> all;
    bound_boxes(
        network, boxes, rows, {}, [&](std::size_t, BoxBounds<C>&& b) { all.push_back(std::move(b)); }, before);
    return all;
}

extern template void bound_boxes<Interval64>(const Network<Float64>&, const std::vector<Box>&,
                                             const Objective<Interval64>&, const RowsOfBoxes&,
                                             const std::function<void(std::size_t, BoxBounds<Interval64>&&)>&,
                                             const std::function<void(std::size_t)>&);

}  // namespace tercet::verify
