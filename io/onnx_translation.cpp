#include <tercet/io/onnx_translation.hpp>
#include <tercet/models/infer.hpp>

#include <algorithm>
#include <utility>

namespace tercet::onnx_io {

void Translation::define(const std::string& name, ValuePointer value) {
    if (!values.emplace(name, std::move(value)).second) throw FormatError("value '" + name + "' is defined twice");
}

void Translation::define(Constant constant) {
    const std::string name = constant.name;
    const Dims dims = constant.dims;
    define(name, std::make_shared<Value>(Value{dims, -1, std::make_shared<Constant>(std::move(constant))}));
}

int Translation::parameter_of(Value& value, const Dims& shape) {
    if (value.node >= 0) return value.node;
    Constant& c = *value.constant;
    if (c.reals.empty()) throw ShapeError("constant '" + c.name + "' has shape " + to_string_dims(c.dims) + " and no elements");
    value.node = model.network.graph.add_parameter(c.name, shape);
    model.network.parameters.emplace_back(shape, std::exchange(c.reals, {}));
    model.parameters.push_back({c.name, to_string(c.type), c.dims});
    return value.node;
}

int Translation::node_of(Value& value) { return parameter_of(value, value.dims); }

void Translation::spend(std::int64_t elements) {
    if (elements > budget_) throw UnsupportedOp("it moves or repeats more than 2^25 elements together with the nodes before it");
    budget_ -= elements;
}

Value& Call::input(std::size_t i) const {
    if (!has_input(i)) throw FormatError("input " + std::to_string(i) + " is missing");
    const auto found = to.values.find(node.inputs[i]);
    if (found == to.values.end()) throw UnsupportedOp("reads '" + node.inputs[i] + "', an output whose node is read without it");
    return *found->second;
}

int Call::operand(std::size_t i) const {
    Value& v = input(i);
    if (v.is_integer())
        throw UnsupportedOp("input '" + node.inputs[i] + "' is of type " + to_string(v.constant->type) +
                            "; networks compute with float32 and float64");
    const int id = to.node_of(v);
    if (to.model.network.graph.nodes[static_cast<std::size_t>(id)].shape == v.dims) return id;
    return add(op::Reshape{}, {id}, v.dims, "/input" + std::to_string(i), "Reshape");
}

int Call::shaped(std::size_t i, const Dims& shape) const {
    Value& v = input(i);
    if (v.constant && v.node < 0 && !v.is_integer()) return to.parameter_of(v, shape);
    const int id = operand(i);
    if (to.model.network.graph.nodes[static_cast<std::size_t>(id)].shape == shape) return id;
    return add(op::Reshape{}, {id}, shape, "/shaped" + std::to_string(i), "Reshape");
}

int Call::stored(const std::string& suffix, Dims dims, std::vector<double> numbers) const {
    std::string name = node.name + suffix;
    while (to.values.count(name)) name += "_";
    Value constant{dims, -1, std::make_shared<Constant>(Constant{name, Type::float32, dims, std::move(numbers), {}})};
    return to.node_of(constant);
}

const Constant& Call::integers(std::size_t i) const {
    const Value& v = input(i);
    if (!v.constant) throw UnsupportedOp("input '" + node.inputs[i] + "' is not constant; shapes, axes and indices must be");
    if (!v.is_integer())
        throw FormatError("input '" + node.inputs[i] + "' is of type " + std::string(to_string(v.constant->type)) + ", expected integers");
    return *v.constant;
}

std::optional<std::vector<std::int64_t>> Call::list(const char* attribute, std::size_t i) const {
    if (node.has(attribute)) return node.get<std::vector<std::int64_t>>(attribute, {});
    if (!has_input(i)) return std::nullopt;
    if (dims(i).size() > 1) throw ShapeError("input '" + node.inputs[i] + "' has shape " + to_string_dims(dims(i)) + ", expected a list");
    return integers(i).integers;
}

int Call::axis(std::int64_t given, std::size_t rank) {
    const auto r = static_cast<std::int64_t>(rank);
    if (given < -r || given >= r) throw ShapeError("axis " + std::to_string(given) + " of a tensor of rank " + std::to_string(rank));
    return static_cast<int>(given < 0 ? given + r : given);
}

std::vector<int> Call::axes(const std::vector<std::int64_t>& given, std::size_t rank) {
    std::vector<int> found;
    std::vector<bool> named(rank, false);
    for (const auto a : given) {
        const int k = axis(a, rank);
        if (named[static_cast<std::size_t>(k)]) throw ShapeError("axis " + std::to_string(a) + " is named twice");
        named[static_cast<std::size_t>(k)] = true;
        found.push_back(k);
    }
    return found;
}

int Call::add(Operator op, std::vector<int> parents, const Dims& stated, const std::string& suffix, const std::string& kind) const {
    Graph& graph = to.model.network.graph;
    std::vector<Dims> operands;
    for (const int p : parents) operands.push_back(graph.nodes[static_cast<std::size_t>(p)].shape);
    Dims shape = op.shape(operands, stated);
    if (checked_count(shape) == 0) throw ShapeError("its result has shape " + to_string_dims(shape) + " and no elements");
    return graph.add(node.name + suffix, kind.empty() ? node.kind : kind, std::move(op), std::move(parents), std::move(shape));
}

void Call::result(int graph_node, std::size_t output) const {
    const Dims& shape = to.model.network.graph.nodes[static_cast<std::size_t>(graph_node)].shape;
    to.define(node.outputs[output], std::make_shared<Value>(Value{shape, graph_node}));
}

void Call::result(Constant constant) const {
    constant.name = node.outputs[0];
    to.define(std::move(constant));
}

void Call::result_is_input(std::size_t i) const {
    input(i);
    to.define(node.outputs[0], to.values.at(node.inputs[i]));
}

void Call::result(Moved moved, std::size_t operands, int fill) const {
    if (input(0).is_integer()) {
        Constant c{"", input(0).constant->type, moved.dims, {}, {}};
        for (const auto& s : moved.elements.runs)
            for (std::int64_t k = 0; k < s.count; ++k)
                c.integers.push_back(
                    s.input < 0 ? 0
                                : integers(static_cast<std::size_t>(s.input)).integers[static_cast<std::size_t>(s.first + k * s.stride)]);
        return result(std::move(c));
    }
    std::vector<int> parents;
    for (std::size_t i = 0; i < operands; ++i) parents.push_back(operand(i));
    auto& runs = moved.elements.runs;
    const std::int64_t count = element_count(dims(0));
    const bool in_order =
        runs.empty() || (runs.size() == 1 && runs[0].input == 0 && runs[0].first == 0 && (runs[0].stride == 1 || count == 1));
    if (operands == 1 && count == moved.elements.size() && in_order) return result(add(op::Reshape{}, std::move(parents), moved.dims));
    if (fill >= 0) {
        for (auto& s : runs)
            if (s.input < 0) s = {static_cast<std::int32_t>(operands), 0, 0, s.count};
        parents.push_back(fill);
    }
    result(add(std::move(moved.elements), std::move(parents), moved.dims));
}

void Call::result(const Tables& tables, int fill) const {
    to.spend(moved_count(tables));
    result(moved_by(tables), 1, fill);
}

Tables Call::tables() const {
    for (const auto d : dims(0)) to.spend(d);
    return identity_tables(dims(0));
}

void Call::reshape(const Dims& shape) const {
    const Dims& from = dims(0);
    if (element_count(from) != checked_count(shape))
        throw ShapeError("cannot reshape " + to_string_dims(from) + " to " + to_string_dims(shape));
    if (input(0).is_integer()) {
        to.spend(element_count(shape));
        Constant c = integers(0);
        c.dims = shape;
        return result(std::move(c));
    }
    result(add(op::Reshape{}, {operand(0)}, shape));
}

}  // namespace tercet::onnx_io
