#include <tercet/models/plan.hpp>
#include <tercet/models/with_batch.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <algorithm>

namespace tercet::verify {

namespace {

std::int64_t size_of(const Graph& graph, int node) { return element_count(graph.nodes[static_cast<std::size_t>(node)].shape); }

/// How many boxes to run together: all, but no more than some hundreds, whose values shall fit in 512 MB; runs of one size.
std::int64_t batch_size(const Graph& graph, std::size_t boxes) {
    std::int64_t numbers = 1;
    for (const Node& node : graph.nodes)
        if (!std::holds_alternative<op::Parameter>(node.op)) numbers += element_count(node.shape);
    const auto most = std::clamp<std::int64_t>((std::int64_t{1} << 25) / numbers, 1, 512), count = static_cast<std::int64_t>(boxes);
    const std::int64_t runs = std::max<std::int64_t>((count + most - 1) / most, 1);
    return (count + runs - 1) / runs;
}

/// The graph for batches of n boxes; nothing where its operators do not keep rows apart.
std::optional<Graph> batched(const Graph& graph, std::int64_t n) {
    try {
        return with_batch(graph, n);
    } catch (const UnsupportedOp&) {
        return std::nullopt;
    }
}

/// The outputs of box k of the last run; an output that depends on no input is the same for every box.
AnyTensor<Interval64> outputs_of(const Graph& single, const Plan<Interval64>& plan, std::int64_t k) {
    std::int64_t count = 0;
    for (const int id : single.outputs) count += size_of(single, id);
    AnyTensor<Interval64> all(Dims{count});
    auto to = all.data.begin();
    for (std::size_t j = 0; j < single.outputs.size(); ++j) {
        const auto& from = plan.output(j).data;
        const std::int64_t size = size_of(single, single.outputs[j]);
        to = std::copy_n(from.begin() + (static_cast<std::int64_t>(from.size()) == size ? 0 : k * size), size, to);
    }
    return all;
}

}  // namespace

std::vector<BoxBounds> bound_boxes(const Network<Float64>& network, const std::vector<Box>& boxes, const FusedRows& rows,
                                   const std::function<void(std::size_t)>& before) {
    const Graph& single = network.graph;
    std::int64_t n = batch_size(single, boxes.size());
    const std::optional<Graph> many = n > 1 ? batched(single, n) : std::nullopt;
    if (!many) n = 1;
    const Graph& graph = many ? *many : single;
    Plan<Interval64> plan(graph, network.parameters, rows.cut);
    const Dims& box_shape = single.nodes[static_cast<std::size_t>(single.inputs.at(0))].shape;
    std::vector<AnyTensor<Interval64>> input{AnyTensor<Interval64>(graph.nodes[static_cast<std::size_t>(graph.inputs[0])].shape)};
    const auto row_count = static_cast<std::ptrdiff_t>(rows.constants.size());
    std::vector<BoxBounds> all;
    while (all.size() < boxes.size()) {
        if (before) before(all.size());
        const std::size_t first = all.size(), last = boxes.size() - 1;
        auto to = input[0].data.begin();
        for (std::size_t k = first; k < first + static_cast<std::size_t>(n); ++k) {  // the last run is filled up with its last box
            const auto box = enclose(boxes[std::min(k, last)], box_shape);
            to = std::copy(box.data.begin(), box.data.end(), to);
        }
        const auto bounds = row_bounds(rows, plan.run(input), n);
        for (std::int64_t k = 0; k < n && all.size() < boxes.size(); ++k)
            all.push_back({outputs_of(single, plan, k), {bounds.begin() + k * row_count, bounds.begin() + (k + 1) * row_count}});
    }
    return all;
}

}  // namespace tercet::verify
