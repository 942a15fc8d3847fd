#include <tercet/verify/ibp.hpp>

#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <map>

namespace tercet::verify {

namespace {

Interval hull_of(const RationalNumber& x) { return {round_down(x), round_up(x)}; }

/// Is the node's value an affine function of those operands that depend on the network's inputs, all else being constant?
bool is_affine(const Node& node, const std::vector<bool>& depends) {
    const auto dependent = [&](std::size_t i) { return depends[static_cast<std::size_t>(node.inputs[i])]; };
    if (std::holds_alternative<op::Gemm>(node.op) || std::holds_alternative<op::MatMul>(node.op)) return !(dependent(0) && dependent(1));
    if (const auto* e = std::get_if<op::Elementwise>(&node.op)) switch (e->binary) {
            case Binary::add:
            case Binary::subtract: return true;
            case Binary::multiply: return !(dependent(0) && dependent(1));
            case Binary::divide: return !dependent(1);
            case Binary::max: return false;
        }
    return std::holds_alternative<op::Conv>(node.op) || std::holds_alternative<op::AveragePool>(node.op) ||
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

std::vector<Row> class_rows(int label, std::int64_t outputs) {
    if (label < 0 || label >= outputs)
        throw DomainError("class " + std::to_string(label) + " is not among the " + std::to_string(outputs) + " outputs");
    std::vector<Row> rows;
    for (int j = 0; j < outputs; ++j)
        if (j != label)
            rows.push_back({"Y_" + std::to_string(label) + " - Y_" + std::to_string(j),
                            {{label, RationalNumber(1)}, {j, RationalNumber(-1)}},
                            RationalNumber(0)});
    return rows;
}

std::vector<Row> constraint_rows(const Property& property) {
    std::vector<Row> rows;
    std::map<std::pair<std::vector<std::pair<int, RationalNumber>>, RationalNumber>, bool> seen;
    for (const Disjunct& d : property.disjuncts)
        for (const LinearConstraint& c : d.output_constraints) {
            if (!c.input_terms.empty()) continue;
            if (!seen.emplace(std::pair{c.output_terms, c.bound}, true).second) continue;
            Row row{"", c.output_terms, c.bound};
            for (const auto& [j, a] : c.output_terms)
                row.name += (row.name.empty() ? (a.sign() < 0 ? "-" : "") : (a.sign() < 0 ? " - " : " + ")) +
                            (abs(a) == 1 ? std::string() : RationalNumber(abs(a)).str() + " ") + "Y_" + std::to_string(j);
            if (!c.bound.is_zero()) row.name += (c.bound.sign() > 0 ? " - " : " + ") + RationalNumber(abs(c.bound)).str();
            rows.push_back(std::move(row));
        }
    return rows;
}

AnyTensor<Interval64> enclose(const Box& box, const Dims& shape) {
    AnyTensor<Interval64> y(shape);
    if (box.lower.size() != y.data.size() || box.upper.size() != y.data.size())
        throw ShapeError("the box has " + std::to_string(box.lower.size()) + " inputs, the network " + std::to_string(y.data.size()) + " " +
                         to_string_dims(shape));
    for (std::size_t i = 0; i < y.data.size(); ++i) y.data[i] = Interval(round_down(box.lower[i]), round_up(box.upper[i]));
    return y;
}

namespace {
FusedRows fuse_at(const Tail& tail, const std::vector<Row>& rows);
}

FusedRows fuse(const Network<Float64>& network, const std::vector<Row>& rows) {
    if (rows.empty()) return {};
    try {
        Tail tail(network);
        if (!refusals<Rational>(tail.graph).empty()) cut_at_outputs(network, tail);
        return fuse_at(tail, rows);
    } catch (const LimitError&) {  // constants whose digits or memory pass a limit: rows of the outputs' bounds need none of them
        Tail tail;
        cut_at_outputs(network, tail);
        return fuse_at(tail, rows);
    }
}

namespace {
FusedRows fuse_at(const Tail& tail, const std::vector<Row>& rows) {
    std::vector<AnyTensor<Rational>> zeros;
    for (const int input : tail.graph.inputs) zeros.emplace_back(tail.graph.nodes[static_cast<std::size_t>(input)].shape);
    const Trace<Rational> trace = run<Rational>(tail.graph, tail.parameters, zeros);
    const auto value_at_zero = [&](int out) -> const AnyTensor<Rational>& {
        const auto* p = std::get_if<op::Parameter>(&tail.graph.nodes[static_cast<std::size_t>(out)].op);
        return p ? tail.parameters[static_cast<std::size_t>(p->index)] : trace.values[static_cast<std::size_t>(out)];
    };
    const auto count = static_cast<std::int64_t>(rows.size());
    FusedRows fused{tail.cut, {}, Storage<Interval64>(rows.size())};
    for (const auto& z : zeros) fused.coefficients.emplace_back(Dims{z.size(), count});
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const Row& row = rows[r];
        std::vector<AnyTensor<Rational>> cotangents;
        std::int64_t first = 0;
        RationalNumber constant = -row.offset;
        for (const int out : tail.graph.outputs) {
            const Node& node = tail.graph.nodes[static_cast<std::size_t>(out)];
            const std::int64_t elements = element_count(node.shape);
            AnyTensor<Rational> g(node.shape);
            for (const auto& [j, a] : row.terms)
                if (j >= first && j < first + elements) {
                    auto& to = g.data[static_cast<std::size_t>(j - first)];
                    to = to + a;
                    constant = constant + a * value_at_zero(out).data[static_cast<std::size_t>(j - first)];
                }
            first += elements;
            cotangents.push_back(std::move(g));
        }
        for (const auto& [j, a] : row.terms)
            if (j < 0 || j >= first)
                throw ShapeError("row '" + row.name + "' names output Y_" + std::to_string(j) + "; the network has " +
                                 std::to_string(first));
        const auto gradient = pullback<Rational>(tail.graph, tail.parameters, trace, cotangents, false);
        for (std::size_t k = 0; k < fused.cut.size(); ++k)
            for (std::size_t i = 0; i < gradient.inputs[k].data.size(); ++i)
                fused.coefficients[k].data[i * rows.size() + r] = hull_of(gradient.inputs[k].data[i]);
        fused.constants[r] = hull_of(constant);
    }
    return fused;
}
}  // namespace

std::vector<Interval> row_bounds(const FusedRows& rows, const Trace<Interval64>& trace, std::int64_t batch) {
    const auto count = static_cast<std::int64_t>(rows.constants.size());
    Storage<Interval64> sum, part(static_cast<std::size_t>(batch * count));
    for (std::int64_t i = 0; i < batch; ++i) sum.insert(sum.end(), rows.constants.begin(), rows.constants.end());
    for (std::size_t k = 0; k < rows.cut.size(); ++k) {
        const auto& z = trace.values[static_cast<std::size_t>(rows.cut[k])];
        const auto& coefficients = rows.coefficients[k];
        multiply<Interval64>(matrix(z.view_as<2>({batch, coefficients.dims[0]})), matrix(coefficients.view<2>()),
                             matrix_in<Interval64>(part, 0, batch, count));
        accumulate<Interval64>(batch * count, part, 0, sum, 0);
    }
    return sum;
}

}  // namespace tercet::verify
