#include <tercet/verify/ibp.hpp>

#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace tercet::verify {

namespace {

Interval hull_of(const RationalNumber& x) { return {round_down(x), round_up(x)}; }

/// Is the node's value an affine function of those operands that depend on the network's inputs, all else being constant?
bool is_affine(const Node& node, const std::vector<bool>& depends) {
    const auto dependent = [&](std::size_t i) { return depends[static_cast<std::size_t>(node.inputs[i])]; };
    if (std::holds_alternative<op::Gemm>(node.op) || std::holds_alternative<op::MatMul>(node.op) ||
        std::holds_alternative<op::Conv>(node.op))
        return !(dependent(0) && dependent(1));
    if (const auto* e = std::get_if<op::Elementwise>(&node.op)) switch (e->binary) {
            case Binary::add:
            case Binary::subtract: return true;
            case Binary::multiply: return !(dependent(0) && dependent(1));
            case Binary::divide: return !dependent(1);
            case Binary::max: return false;
        }
    return std::holds_alternative<op::AveragePool>(node.op) ||
           std::holds_alternative<op::Negate>(node.op) || std::holds_alternative<op::Reshape>(node.op) ||
           std::holds_alternative<op::Rearrange>(node.op) || std::holds_alternative<op::Reduce>(node.op);
}

/// The affine tail as a graph whose inputs are the cut nodes.
struct Tail {
    Graph graph;
    std::vector<int> cut;
    std::vector<AnyTensor<Rational>> parameters;

    Tail() = default;
    explicit Tail(const Network<Float64>& network) {
        const Graph& whole = network.graph;
        std::vector<bool> depends(whole.nodes.size(), false), needed(whole.nodes.size(), false);
        for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
            depends[i] = std::holds_alternative<op::Input>(whole.nodes[i].op);
            for (const int parent : whole.nodes[i].inputs)
                if (depends[static_cast<std::size_t>(parent)]) depends[i] = true;
        }
        const auto stops = [&](std::size_t i) { return depends[i] && !is_affine(whole.nodes[i], depends); };
        for (const int out : whole.outputs) needed[static_cast<std::size_t>(out)] = true;
        for (std::size_t i = whole.nodes.size(); i-- > 0;)
            if (needed[i] && !stops(i))
                for (const int parent : whole.nodes[i].inputs) needed[static_cast<std::size_t>(parent)] = true;
        std::map<int, int> place;
        for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
            if (!needed[i]) continue;
            const Node& node = whole.nodes[i];
            int& id = place[static_cast<int>(i)];
            if (stops(i)) {
                id = graph.add_input(node.name, node.shape);
                cut.push_back(static_cast<int>(i));
            } else if (const auto* p = std::get_if<op::Parameter>(&node.op)) {
                id = graph.add_parameter(node.name, node.shape);
                parameters.push_back(lift<Rational>(network.parameters[static_cast<std::size_t>(p->index)]));
            } else {
                std::vector<int> parents;
                for (const int parent : node.inputs) parents.push_back(place.at(parent));
                id = graph.add(node.name, node.kind, node.op, std::move(parents), node.shape);
            }
        }
        for (const int out : whole.outputs) graph.outputs.push_back(place.at(out));
    }
};

/// The tail that is the outputs alone, for a network whose constants are not rational.
void cut_at_outputs(const Network<Float64>& network, Tail& tail) {
    tail.graph = {};
    tail.parameters.clear();
    tail.cut = network.graph.outputs;
    for (const int out : tail.cut) {
        const Node& node = network.graph.nodes[static_cast<std::size_t>(out)];
        tail.graph.outputs.push_back(tail.graph.add_input(node.name, node.shape));
    }
}

}  // namespace

std::vector<AnyTensor<Interval64>> enclose(const Box& box, const Graph& graph) {
    std::vector<AnyTensor<Interval64>> inputs;
    std::size_t first = 0;
    for (const int id : graph.inputs) inputs.emplace_back(graph.nodes[static_cast<std::size_t>(id)].shape);
    for (const auto& t : inputs) first += t.data.size();
    if (box.lower.size() != first || box.upper.size() != first)
        throw ShapeError("the box has " + std::to_string(box.lower.size()) + " inputs, the network " + std::to_string(first) +
                         (inputs.size() == 1 ? " " + to_string_dims(inputs[0].dims) : " in " + std::to_string(inputs.size()) + " tensors"));
    first = 0;
    for (auto& t : inputs)
        for (std::size_t i = 0; i < t.data.size(); ++i, ++first)
            t.data[i] = Interval(round_down(box.lower[first]), round_up(box.upper[first]));
    return inputs;
}

namespace {

/// A form in the values z of the cut: its coefficients for each z, and its constant.
struct PulledBack {
    std::vector<AnyTensor<Rational>> coefficients;
    RationalNumber constant;
};

/// The affine tail ready to pull forms back.
struct PullBack {
    const Tail& tail;
    std::vector<AnyTensor<Rational>> zeros;
    Trace<Rational> trace;

    explicit PullBack(const Tail& t) : tail(t) {
        for (const int input : tail.graph.inputs) zeros.emplace_back(tail.graph.nodes[static_cast<std::size_t>(input)].shape);
        trace = run<Rational>(tail.graph, tail.parameters, zeros);
    }

    const AnyTensor<Rational>& value_at_zero(int out) const {
        const auto* p = std::get_if<op::Parameter>(&tail.graph.nodes[static_cast<std::size_t>(out)].op);
        return p ? tail.parameters[static_cast<std::size_t>(p->index)] : trace.values[static_cast<std::size_t>(out)];
    }

    PulledBack operator()(const OutputForm& form) const {
        PulledBack pulled;
        std::vector<AnyTensor<Rational>> cotangents;
        std::int64_t first = 0;
        for (const int out : tail.graph.outputs) {
            AnyTensor<Rational> g(tail.graph.nodes[static_cast<std::size_t>(out)].shape);
            for (const auto& [j, a] : form)
                if (j >= first && j < first + g.size()) {
                    const auto at = static_cast<std::size_t>(j - first);
                    g.data[at] = g.data[at] + a;
                    pulled.constant = pulled.constant + a * value_at_zero(out).data[at];
                }
            first += g.size();
            cotangents.push_back(std::move(g));
        }
        pulled.coefficients = pullback<Rational>(tail.graph, tail.parameters, trace, cotangents, false).inputs;
        return pulled;
    }
};

void add_scaled(const RationalNumber& a, const PulledBack& x, PulledBack& to) {
    to.constant += a * x.constant;
    for (std::size_t k = 0; k < x.coefficients.size(); ++k)
        for (std::size_t i = 0; i < x.coefficients[k].data.size(); ++i)
            if (!x.coefficients[k].data[i].is_zero()) to.coefficients[k].data[i] += a * x.coefficients[k].data[i];
}

FusedRows fuse_at(const Tail& tail, const std::vector<OutputForm>& forms) {
    std::set<int> named;
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form) named.insert(j);
    const PullBack pull(tail);
    const auto count = static_cast<std::int64_t>(forms.size());
    FusedRows fused{tail.cut, {}, Storage<Interval64>(forms.size())};
    for (const auto& z : pull.zeros) fused.coefficients.emplace_back(Dims{z.size(), count});
    std::map<int, PulledBack> basis;  // of each output that is named, where that takes fewer pullbacks
    if (forms.size() > named.size())
        for (const int j : named) basis.emplace(j, pull({{j, 1}}));
    for (std::size_t r = 0; r < forms.size(); ++r) {
        PulledBack row;
        if (basis.empty()) {
            row = pull(forms[r]);
        } else {
            for (const auto& z : pull.zeros) row.coefficients.emplace_back(z.dims);
            for (const auto& [j, a] : forms[r]) add_scaled(a, basis.at(j), row);
        }
        for (std::size_t k = 0; k < fused.cut.size(); ++k)
            for (std::size_t i = 0; i < row.coefficients[k].data.size(); ++i)
                fused.coefficients[k].data[i * forms.size() + r] = hull_of(row.coefficients[k].data[i]);
        fused.constants[r] = hull_of(row.constant);
    }
    return fused;
}

}  // namespace

FusedRows fuse(const Network<Float64>& network, const std::vector<OutputForm>& forms) {
    if (forms.empty()) return {};
    std::int64_t outputs = 0;
    for (const int out : network.graph.outputs) outputs += element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape);
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form)
            if (j < 0 || j >= outputs)
                throw ShapeError("a row names output Y_" + std::to_string(j) + "; the network has " + std::to_string(outputs));
    const auto affordable = [&](const Tail& tail) {
        std::int64_t numbers = 1;
        for (const Node& node : tail.graph.nodes) numbers += element_count(node.shape);
        return numbers <= FusedRows::most_coefficients / static_cast<std::int64_t>(forms.size());
    };
    try {
        Tail tail(network);
        if (!refusals<Rational>(tail.graph).empty()) cut_at_outputs(network, tail);
        if (affordable(tail)) return fuse_at(tail, forms);
    } catch (const LimitError&) {  // constants whose digits or memory pass a limit: rows of the outputs' bounds need none of them
    }
    Tail tail;
    cut_at_outputs(network, tail);
    if (affordable(tail)) return fuse_at(tail, forms);
    FusedRows rows{tail.cut, {}, Storage<Interval64>(forms.size()), forms, {}};
    for (const int out : tail.cut) rows.sizes.push_back(element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape));
    return rows;
}

FusedRows select(const FusedRows& rows, const std::vector<int>& indices) {
    const std::size_t count = indices.size(), all = rows.constants.size();
    FusedRows some{rows.cut, {}, Storage<Interval64>(count)};
    some.sizes = rows.sizes;
    for (std::size_t c = 0; c < count; ++c) {
        some.constants[c] = rows.constants[static_cast<std::size_t>(indices[c])];
        if (!rows.unfused.empty()) some.unfused.push_back(rows.unfused[static_cast<std::size_t>(indices[c])]);
    }
    for (const auto& from : rows.coefficients) {
        auto& to = some.coefficients.emplace_back(Dims{from.dims[0], static_cast<std::int64_t>(count)});
        for (std::size_t i = 0; i < static_cast<std::size_t>(from.dims[0]); ++i)
            for (std::size_t c = 0; c < count; ++c) to.data[i * count + c] = from.data[i * all + static_cast<std::size_t>(indices[c])];
    }
    return some;
}

namespace {

/// sum_j a_j y_j in intervals, for box k of the batch.
Interval unfused_bound(const FusedRows& rows, const OutputForm& form, const Trace<Interval64>& trace, std::int64_t batch, std::int64_t k) {
    Interval sum;
    for (const auto& [j, a] : form) {
        std::size_t z = 0;
        std::int64_t at = j;
        for (; at >= rows.sizes[z]; ++z) at -= rows.sizes[z];
        const auto& values = trace.values[static_cast<std::size_t>(rows.cut[z])].data;
        const bool each = static_cast<std::int64_t>(values.size()) == batch * rows.sizes[z];  // else it depends on no input
        sum = sum + hull_of(a) * values[static_cast<std::size_t>(at + (each ? k * rows.sizes[z] : 0))];
    }
    return sum;
}

}  // namespace

std::vector<Interval> row_bounds(const FusedRows& rows, const Trace<Interval64>& trace, std::int64_t batch) {
    if (!rows.unfused.empty()) {
        std::vector<Interval> bounds;
        for (std::int64_t k = 0; k < batch; ++k)
            for (const OutputForm& form : rows.unfused) bounds.push_back(unfused_bound(rows, form, trace, batch, k));
        return bounds;
    }
    const auto count = static_cast<std::int64_t>(rows.constants.size());
    Storage<Interval64> sum, part(static_cast<std::size_t>(batch * count));
    for (std::int64_t i = 0; i < batch; ++i) sum.insert(sum.end(), rows.constants.begin(), rows.constants.end());
    for (std::size_t k = 0; k < rows.cut.size(); ++k) {
        const auto& z = trace.values[static_cast<std::size_t>(rows.cut[k])];
        const auto& coefficients = rows.coefficients[k];
        const std::int64_t each = coefficients.dims[0], boxes = z.size() == batch * each ? batch : 1;  // 1: it depends on no input
        multiply<Interval64>(matrix(z.view_as<2>({boxes, each})), matrix(coefficients.view<2>()),
                             matrix_in<Interval64>(part, 0, boxes, count));
        for (std::int64_t i = 0; i < batch; i += boxes) accumulate<Interval64>(boxes * count, part, 0, sum, i * count);
    }
    return sum;
}

}  // namespace tercet::verify
