#include <tercet/models/operators.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/verify/affine_tail.hpp>

#include <map>

namespace tercet::verify {

namespace {

struct IsAffine {
    const Node& node;
    const std::vector<bool>& all;

    bool varies(std::size_t i) const { return all[static_cast<std::size_t>(node.inputs.at(i))]; }
    /// A product of two operands, plus others.
    bool product() const { return !(varies(0) && varies(1)); }

    bool operator()(const op::Input&) const { return false; }  // a value of its own
    bool operator()(const op::Parameter&) const { return true; }
    bool operator()(const op::Gemm&) const { return product(); }
    bool operator()(const op::MatMul&) const { return product(); }
    bool operator()(const op::Elementwise& e) const {
        switch (e.binary) {
            case Binary::add:
            case Binary::subtract: return true;
            case Binary::multiply: return product();
            case Binary::divide: return !varies(1);
            case Binary::max: break;
        }
        return false;
    }
    bool operator()(const op::Negate&) const { return true; }
    bool operator()(const op::Relu&) const { return false; }
    bool operator()(const op::LeakyRelu&) const { return false; }
    bool operator()(const op::Sigmoid&) const { return false; }
    bool operator()(const op::Tanh&) const { return false; }
    bool operator()(const op::Exp&) const { return false; }
    bool operator()(const op::Sqrt&) const { return false; }
    bool operator()(const op::Softmax&) const { return false; }
    bool operator()(const op::Conv&) const { return product(); }
    bool operator()(const op::MaxPool&) const { return false; }
    bool operator()(const op::AveragePool&) const { return true; }
    bool operator()(const op::BatchNormalization&) const {  // (x - mean) scale / sqrt(variance + epsilon) + bias
        return !varies(4) && !((varies(0) || varies(3)) && varies(1));
    }
    bool operator()(const op::Reshape&) const { return true; }
    bool operator()(const op::Rearrange&) const { return true; }
    bool operator()(const op::Reduce&) const { return true; }  // a sum or a mean; a maximum is another operator
};

}  // namespace

bool is_affine(const Node& node, const std::vector<bool>& varies) { return std::visit(IsAffine{node, varies}, node.op); }

AffineTail affine_tail(const Graph& whole) {
    std::vector<bool> varies(whole.nodes.size(), false), needed(whole.nodes.size(), false);
    const auto inexact = [&](std::size_t i) { return operator_refusal<Rational>(whole.nodes[i].op).has_value(); };
    for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
        varies[i] = std::holds_alternative<op::Input>(whole.nodes[i].op) || inexact(i);
        for (const int parent : whole.nodes[i].inputs) varies[i] = varies[i] || varies[static_cast<std::size_t>(parent)];
    }
    const auto stops = [&](std::size_t i) { return varies[i] && (inexact(i) || !is_affine(whole.nodes[i], varies)); };
    for (const int out : whole.outputs) needed[static_cast<std::size_t>(out)] = true;
    for (std::size_t i = whole.nodes.size(); i-- > 0;)
        if (needed[i] && !stops(i))
            for (const int parent : whole.nodes[i].inputs) needed[static_cast<std::size_t>(parent)] = true;
    AffineTail tail;
    std::map<int, int> place;
    for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
        if (!needed[i]) continue;
        const Node& node = whole.nodes[i];
        int& id = place[static_cast<int>(i)];
        if (stops(i)) {
            id = tail.graph.add_input(node.name, node.shape);
            tail.cut.push_back(static_cast<int>(i));
        } else if (const auto* p = std::get_if<op::Parameter>(&node.op)) {
            id = tail.graph.add_parameter(node.name, node.shape);
            tail.parameters.push_back(p->index);
        } else {
            std::vector<int> parents;
            for (const int parent : node.inputs) parents.push_back(place.at(parent));
            id = tail.graph.add(node.name, node.kind, node.op, std::move(parents), node.shape);
        }
    }
    for (const int out : whole.outputs) tail.graph.outputs.push_back(place.at(out));
    return tail;
}

AffineTail no_tail(const Graph& whole) {
    AffineTail tail;
    tail.cut = whole.outputs;
    for (const int out : tail.cut) {
        const Node& node = whole.nodes[static_cast<std::size_t>(out)];
        tail.graph.outputs.push_back(tail.graph.add_input(node.name, node.shape));
    }
    return tail;
}

}  // namespace tercet::verify
