#include <tercet/io/onnx/fold.hpp>
#include <tercet/io/onnx/translation.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tercet::onnx_io {

namespace {

Term value_of(Constant constant) {
    const Dims dims = constant.dims;
    const Type type = constant.type;
    return std::make_shared<Value>(Value{dims, type, -1, false, std::make_shared<Constant>(std::move(constant)), {}});
}

/// Integers as the real numbers that they are.
std::vector<double> as_reals(const Constant& c) {
    std::vector<double> reals;
    for (const auto x : c.integers) {
        constexpr std::int64_t exact = std::int64_t{1} << 53;
        if (x < -exact || x > exact)
            throw UnsupportedOp("the integer " + std::to_string(x) +
                                " meets computed values; tercet computes with integers up to 2^53");
        reals.push_back(static_cast<double>(x));
    }
    return reals;
}

}  // namespace

void Translation::define(const std::string& name, Term value) {
    if (!values.emplace(name, std::move(value)).second) throw FormatError("value '" + name + "' is defined twice");
}

void Translation::define(Constant constant) {
    const std::string name = constant.name;
    define(name, value_of(std::move(constant)));
}

int Translation::parameter_of(Value& value, const Dims& shape) {
    if (value.node >= 0) return value.node;
    Constant& c = *value.constant;
    for (std::size_t i = 0; i < c.reals.size(); ++i)
        if (!std::isfinite(c.reals[i]))
            throw FormatError("constant '" + c.name + "': element " + std::to_string(i) + " is infinite");
    value.node = model.network.graph.add_parameter(c.name, shape);
    model.network.parameters.emplace_back(shape, is_real(c.type) ? std::exchange(c.reals, {}) : as_reals(c));
    model.parameters.push_back({c.name, to_string(c.type), c.dims});
    return value.node;
}

int Translation::node_of(Value& value) { return parameter_of(value, value.dims); }

void Translation::spend(std::int64_t elements) {
    // Bytes: where an element comes from (op::Rearrange::Stretch), and its number twice.
    constexpr std::size_t each = 64;
    const std::size_t budget = memory_budget();
    if (elements > static_cast<std::int64_t>(budget / each) - spent_)
        throw LimitError("it moves or repeats more than " + std::to_string(budget / each) +
                         " elements together with the nodes before it, " + "at " + std::to_string(each) +
                         " bytes each; the limit is " + said_bytes(budget) + " (--memory or TERCET_MEMORY sets it)");
    spent_ += elements;
}

const Term& Call::input(std::size_t i) const {
    if (!has_input(i)) throw FormatError("input " + std::to_string(i) + " is missing");
    const auto found = to.values.find(node.inputs[i]);
    if (found == to.values.end())
        throw UnsupportedOp("reads '" + node.inputs[i] + "', an output whose node is read without it");
    return found->second;
}

const Term& Call::real(std::size_t i) const {
    const Term& v = input(i);
    if (!is_real(v->type))
        throw UnsupportedOp("input '" + node.inputs[i] + "' is of type " + to_string(v->type) +
                            "; networks compute with float32 and float64");
    return v;
}

Term Call::shaped(const Term& v, const Dims& shape, const std::string& suffix) const {
    if (v->dims == shape) return v;
    if (v->constant && v->node < 0 && is_real(v->type) && element_count(v->dims) == element_count(shape)) {
        to.parameter_of(*v, shape);
        return std::make_shared<Value>(Value{shape, v->type, v->node, v->varies, v->constant, {}});
    }
    if (v->node >= 0 && to.model.network.graph.nodes[static_cast<std::size_t>(v->node)].shape == shape)
        return std::make_shared<Value>(Value{shape, v->type, v->node, v->varies, v->constant, {}});
    return reshaped(v, shape, suffix, "Reshape");
}

Term Call::stored(const std::string& suffix, Dims dims, std::vector<double> numbers) const {
    std::string name = node.name + suffix;
    while (to.values.count(name)) name += "_";
    return value_of(Constant{name, Type::float32, std::move(dims), std::move(numbers), {}});
}

Term Call::integer(std::int64_t value, Type type) const {
    return value_of(Constant{node.name + ".integer", type, {}, {}, {value}});
}

const Constant& Call::integers(std::size_t i) const {
    const Value& v = *input(i);
    if (!v.constant)
        throw UnsupportedOp("input '" + node.inputs[i] + "' is not constant; shapes, axes and indices must be");
    if (!v.folds())
        throw FormatError("input '" + node.inputs[i] + "' is of type " + std::string(to_string(v.type)) +
                          ", expected integers");
    return *v.constant;
}

std::optional<std::vector<std::int64_t>> Call::list(const char* attribute, std::size_t i) const {
    if (node.has(attribute)) return node.get<std::vector<std::int64_t>>(attribute, {});
    if (!has_input(i)) return std::nullopt;
    if (dims(i).size() > 1)
        throw ShapeError("input '" + node.inputs[i] + "' has shape " + to_string_dims(dims(i)) + ", expected a list");
    return integers(i).integers;
}

int Call::axis(std::int64_t given, std::size_t rank) {
    const auto r = static_cast<std::int64_t>(rank);
    if (given < -r || given >= r)
        throw ShapeError("axis " + std::to_string(given) + " of a tensor of rank " + std::to_string(rank));
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

Term Call::add(Type type, Operator op, std::vector<Term> operands, const Dims& stated, const std::string& suffix,
               const std::string& kind) const {
    Shapes shapes;
    for (const Term& t : operands) shapes.push_back(t->dims);
    const Dims shape = op.shape(shapes, stated);
    const std::int64_t count = checked_count(shape);
    for (const Term& t : operands)
        if (t->shown)
            throw UnsupportedOp(
                "reads a value that is -inf where a mask says so; tercet takes those in a sum, a softmax or a maximum");
    if (std::ranges::all_of(operands, [](const Term& t) { return t->folds(); })) {
        to.spend(count);
        std::vector<const Constant*> in;
        for (const Term& t : operands) in.push_back(t->constant.get());
        Constant y = fold(op, in, shape);
        y.type = type;
        expect_in_type(y);
        return value_of(std::move(y));
    }
    Graph& graph = to.model.network.graph;
    std::vector<int> parents;
    for (const Term& t : operands) {
        const int id = to.node_of(*t);
        const bool same = graph.nodes[static_cast<std::size_t>(id)].shape == t->dims;
        parents.push_back(same ? id
                               : graph.add(node.name + "/input" + std::to_string(parents.size()), "Reshape",
                                           op::Reshape{}, {id}, t->dims));
    }
    const int id =
        graph.add(node.name + suffix, kind.empty() ? node.kind : kind, std::move(op), std::move(parents), shape);
    const bool varies = std::ranges::any_of(operands, [](const Term& t) { return t->varies; });
    return std::make_shared<Value>(Value{shape, type, id, varies, {}, {}});
}

Term Call::typed(Type type, Term value) const {
    Value v = *value;
    v.type = type;
    if (v.constant && v.node < 0) {
        v.constant = std::make_shared<Constant>(*v.constant);
        if (is_real(type) && !is_real(v.constant->type)) {
            v.constant->reals = as_reals(*v.constant);
            v.constant->integers.clear();
        }
        v.constant->type = type;
    }
    return std::make_shared<Value>(std::move(v));
}

Term Call::reshaped(const Term& value, const Dims& shape, const std::string& suffix, const std::string& kind) const {
    const Dims& from = value->dims;
    if (element_count(from) != checked_count(shape))
        throw ShapeError("cannot reshape " + to_string_dims(from) + " to " + to_string_dims(shape));
    return add(op::Reshape{}, {value}, shape, suffix, kind);
}

Term Call::moved(Moved m, std::vector<Term> from, const Term& fill, const std::string& suffix,
                 const std::string& kind) const {
    auto& runs = m.elements.runs;
    const std::int64_t count = element_count(from.at(0)->dims);
    const bool in_order = runs.empty() || (runs.size() == 1 && runs[0].input == 0 && runs[0].first == 0 &&
                                           (runs[0].stride == 1 || count == 1));
    if (from.size() == 1 && count == m.elements.size() && in_order) return reshaped(from[0], m.dims, suffix, kind);
    if (fill) {
        for (auto& s : runs)
            if (s.input < 0) s = {static_cast<std::int32_t>(from.size()), 0, 0, s.count};
        from.push_back(fill);
    }
    return add(std::move(m.elements), std::move(from), m.dims, suffix, kind);
}

Term Call::moved(const Tables& by, const Term& from, const Term& fill, const std::string& suffix,
                 const std::string& kind) const {
    to.spend(moved_count(by));
    return moved(moved_by(by), {from}, fill, suffix, kind);
}

Tables Call::tables(const Dims& dims) const {
    for (const auto d : dims) to.spend(d);
    return identity_tables(dims);
}

void Call::result(Term value, std::size_t output) const {
    if (!node.outputs.at(output).empty()) to.define(node.outputs[output], std::move(value));
}

void Call::result(Constant constant, std::size_t output) const {
    if (node.outputs.at(output).empty()) return;
    constant.name = node.outputs[output];
    to.define(std::move(constant));
}

}  // namespace tercet::onnx_io
