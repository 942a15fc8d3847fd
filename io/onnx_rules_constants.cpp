#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace tercet::onnx_io {

namespace {

Constant from_attribute(const std::string& key, const Attribute& a) {
    if (const auto* tensor = std::get_if<Constant>(&a); tensor && key == "value") return *tensor;
    if (const auto* real = std::get_if<double>(&a); real && key == "value_float") return {"", Type::float32, {}, {*real}, {}};
    if (const auto* integer = std::get_if<std::int64_t>(&a); integer && key == "value_int") return {"", Type::int64, {}, {}, {*integer}};
    if (const auto* reals = std::get_if<std::vector<double>>(&a); reals && key == "value_floats")
        return {"", Type::float32, {static_cast<std::int64_t>(reals->size())}, *reals, {}};
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&a); integers && key == "value_ints")
        return {"", Type::int64, {static_cast<std::int64_t>(integers->size())}, {}, *integers};
    throw FormatError("attribute '" + key + "' is of the wrong type");
}

void constant(const Call& call) {
    if (call.node.attributes.size() != 1) throw FormatError("has " + std::to_string(call.node.attributes.size()) + " values, expected 1");
    const auto& [key, value] = *call.node.attributes.begin();
    call.result(from_attribute(key, value));
}

void constant_of_shape(const Call& call) {
    const auto shape = call.list("", 0);
    const Constant value = call.node.get<Constant>("value", {"", Type::float32, {1}, {0.0}, {}});
    if (value.reals.size() + value.integers.size() != 1)
        throw FormatError("attribute 'value' has shape " + to_string_dims(value.dims) + ", expected one element");
    Constant y{"", value.type, *shape, {}, {}};
    const std::int64_t count = checked_count(y.dims);
    call.to.spend(count);
    if (is_real(value.type)) y.reals.assign(static_cast<std::size_t>(count), value.reals[0]);
    else y.integers.assign(static_cast<std::size_t>(count), value.integers[0]);
    call.result(std::move(y));
}

/// Dimensions start to end - 1, both clamped.
void shape(const Call& call) {
    const Dims& x = call.dims(0);
    const auto rank = static_cast<std::int64_t>(x.size());
    const auto clamped = [&](std::int64_t i) { return std::min(std::max<std::int64_t>(i < 0 ? i + rank : i, 0), rank); };
    const std::int64_t start = clamped(call.node.integer("start", 0)), end = std::max(start, clamped(call.node.integer("end", rank)));
    Constant y{"", Type::int64, {end - start}, {}, {x.begin() + start, x.begin() + end}};
    call.result(std::move(y));
}

/// An integer constant of another type; a cast to bool asks whether it is 0.
Constant cast_integers(const Constant& from, Type type) {
    Constant y{"", type, from.dims, {}, {}};
    for (const auto x : from.integers) {
        constexpr std::int64_t exact = std::int64_t{1} << 53;
        const double real = type == Type::float32 ? static_cast<double>(static_cast<float>(x)) : static_cast<double>(x);
        if (is_real(type) && (x < -exact || x > exact || real != static_cast<double>(x)))
            throw UnsupportedOp("the integer " + std::to_string(x) + " rounds when cast to " + to_string(type));
        if (type == Type::int32 && x != static_cast<std::int32_t>(x))
            throw UnsupportedOp("the integer " + std::to_string(x) + " is no int32");
        if (is_real(type)) y.reals.push_back(real);
        else y.integers.push_back(type == Type::boolean ? x != 0 : x);
    }
    return y;
}

/// The stored numbers of a real constant, which may already be a parameter; nothing for a computed value.
std::optional<std::span<const double>> stored_reals(const Call& call, const Value& v) {
    if (!v.constant || v.is_integer()) return std::nullopt;
    if (v.node < 0) return v.constant->reals;
    const Network<Float64>& network = call.to.model.network;
    const auto* p = network.graph.nodes[static_cast<std::size_t>(v.node)].op.as<op::Parameter>();
    if (!p) return std::nullopt;
    return network.parameters[static_cast<std::size_t>(p->index)].data;
}

UnsupportedOp leaves(double x, Type type) { return UnsupportedOp("the number " + std::to_string(x) + " is no " + to_string(type)); }

/// A real constant as integers: the fraction is dropped, which is exact.
Constant truncated(std::span<const double> reals, const Dims& dims, Type type) {
    Constant y{"", type, dims, {}, {}};
    for (const double real : reals) {
        const double x = type == Type::boolean ? real != 0 : std::trunc(real);
        const double most = type == Type::int32 ? 0x1p31 : 0x1p63;
        if (x < -most || x >= most) throw leaves(real, type);
        y.integers.push_back(static_cast<std::int64_t>(x));
    }
    return y;
}

/// A real constant in a float type, each number rounded to the nearest one; nothing where none changes.
std::optional<Constant> rounded(std::span<const double> reals, const Dims& dims, Type type) {
    if (type != Type::float32) return std::nullopt;
    Constant y{"", type, dims, {}, {}};
    bool changed = false;
    for (const double x : reals) {
        if (std::abs(x) >= 0x1.ffffffp127) throw leaves(x, type);  // halfway from the largest float32 to 2^128, which rounds up
        y.reals.push_back(static_cast<float>(x));
        changed = changed || y.reals.back() != x;
    }
    return changed ? std::optional(std::move(y)) : std::nullopt;
}

/// To a float type: of stored numbers what the type holds of them (an index may be made of it); of computed ones the identity over the
/// reals. Both are noted.
void cast_reals(const Call& call, std::optional<std::span<const double>> stored, const Dims& dims, Type type) {
    auto& notes = call.to.model.notes;
    const std::string note = "node '" + call.node.name + "' (Cast): the cast to " + to_string(type);
    if (!stored) {
        notes.push_back(note + " is the identity here, without rounding");
        return call.result_is_input(0);
    }
    call.to.spend(element_count(dims));
    auto y = rounded(*stored, dims, type);
    if (!y) return call.result_is_input(0);
    notes.push_back(note + " rounds stored numbers");
    call.result(std::move(*y));
}

void cast(const Call& call) {
    if (!call.node.has("to")) throw FormatError("has no attribute 'to'");
    const std::int64_t number = call.node.integer("to", 0);
    const Type type = element_type(number < 0 || number > 100 ? -1 : static_cast<int>(number));
    Value& from = call.input(0);
    if (from.is_integer()) {
        call.to.spend(element_count(from.dims));
        return call.result(cast_integers(*from.constant, type));
    }
    const auto stored = stored_reals(call, from);
    if (is_real(type)) return cast_reals(call, stored, from.dims, type);
    if (!stored) throw UnsupportedOp(std::string("casts computed values to ") + to_string(type));
    call.to.spend(element_count(from.dims));
    call.result(truncated(*stored, from.dims, type));
}

}  // namespace

std::vector<Rule> constant_rules() {
    return {
        {"Constant", 0, 0, {"value", "value_float", "value_floats", "value_int", "value_ints"}, constant},
        {"ConstantOfShape", 1, 1, {"value"}, constant_of_shape},
        {"Shape", 1, 1, {"start", "end"}, shape},
        {"Cast", 1, 1, {"to", "saturate", "round_mode"}, cast},
    };
}

}  // namespace tercet::onnx_io
