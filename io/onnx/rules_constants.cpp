#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace tercet::onnx_io {

namespace {

Constant from_attribute(const std::string& key, const Attribute& a) {
    if (const auto* tensor = std::get_if<Constant>(&a); tensor && key == "value") return *tensor;
    if (const auto* real = std::get_if<double>(&a); real && key == "value_float")
        return {"", Type::float32, {}, {*real}, {}};
    if (const auto* integer = std::get_if<std::int64_t>(&a); integer && key == "value_int")
        return {"", Type::int64, {}, {}, {*integer}};
    if (const auto* reals = std::get_if<std::vector<double>>(&a); reals && key == "value_floats")
        return {"", Type::float32, {static_cast<std::int64_t>(reals->size())}, *reals, {}};
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&a); integers && key == "value_ints")
        return {"", Type::int64, {static_cast<std::int64_t>(integers->size())}, {}, *integers};
    throw FormatError("attribute '" + key + "' is of the wrong type");
}

void constant(const Call& call) {
    if (call.node.attributes.size() != 1)
        throw FormatError("has " + std::to_string(call.node.attributes.size()) + " values, expected 1");
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
    require_memory(static_cast<std::size_t>(count), sizeof(double), y.dims);
    if (is_real(value.type)) y.reals.assign(static_cast<std::size_t>(count), value.reals[0]);
    else y.integers.assign(static_cast<std::size_t>(count), value.integers[0]);
    call.result(std::move(y));
}

/// An integer constant of another type; a cast to bool asks whether it is 0.
Constant cast_integers(const Constant& from, Type type) {
    Constant y{"", type, from.dims, {}, {}};
    for (const auto x : from.integers) {
        constexpr std::int64_t exact = std::int64_t{1} << 53;
        const double real = is_real(type) ? nearest_in(type, static_cast<double>(x)) : 0;
        if (is_real(type) && (x < -exact || x > exact || real != static_cast<double>(x)))
            throw UnsupportedOp("the integer " + std::to_string(x) + " rounds when cast to " + to_string(type));
        if (!is_real(type) && type != Type::boolean && !range_of(type).holds(x))
            throw UnsupportedOp("the integer " + std::to_string(x) + " is no " + to_string(type));
        if (is_real(type)) y.reals.push_back(real);
        else y.integers.push_back(type == Type::boolean ? x != 0 : x);
    }
    return y;
}

UnsupportedOp leaves(double x, Type type) {
    return UnsupportedOp("the number " + std::to_string(x) + " is no " + to_string(type));
}

/// A real constant as integers: the fraction is dropped, which is exact.
Constant truncated(std::span<const double> reals, const Dims& dims, Type type) {
    Constant y{"", type, dims, {}, {}};
    for (const double real : reals) {
        const double x = type == Type::boolean ? real != 0 : std::trunc(real);
        if (x < -0x1p63 || x >= 0x1p63 || !range_of(type).holds(static_cast<std::int64_t>(x))) throw leaves(real, type);
        y.integers.push_back(static_cast<std::int64_t>(x));
    }
    return y;
}

/// A real constant in a float type, each number rounded to the nearest one; nothing where none changes.
std::optional<Constant> rounded(std::span<const double> reals, const Dims& dims, Type type) {
    Constant y{"", type, dims, {}, {}};
    bool changed = false;
    for (const double x : reals) {
        y.reals.push_back(nearest_in(type, x));
        if (std::isinf(y.reals.back())) throw leaves(x, type);
        changed = changed || y.reals.back() != x;
    }
    return changed ? std::optional(std::move(y)) : std::nullopt;
}

/// To a float type: of stored numbers what the type holds of them (an index may be made of it); of computed ones the
/// identity over the reals. Both are noted.
void cast_reals(const Call& call, Type type) {
    const Term& from = call.input(0);
    auto& notes = call.to.model.notes;
    const std::string note = "node '" + call.node.name + "' (" + call.node.kind + "): the cast to " + to_string(type);
    if (!from->constant) {
        notes.push_back(note + " is the identity here, without rounding");
        return call.result(call.typed(type, from));
    }
    call.to.spend(element_count(from->dims));
    auto y = rounded(call.to.numbers_of(*from)->reals, from->dims, type);
    if (!y) return call.result(call.typed(type, from));
    notes.push_back(note + " rounds stored numbers");
    call.result(std::move(*y));
}

/// Numbers that depend on no input become integers now, since shapes and indices may be made of them.
void cast_to(const Call& call, Type type) {
    const Term& from = call.input(0);
    if (from->folds()) {
        call.to.spend(element_count(from->dims));
        return call.result(cast_integers(*from->constant, type));
    }
    if (is_real(type) && is_real(from->type)) return cast_reals(call, type);
    if (!from->varies && is_real(from->type)) {
        call.to.spend(element_count(from->dims));
        return call.result(truncated(call.to.numbers_of(*from)->reals, from->dims, type));
    }
    if (!is_real(type) && type < Type::int32)
        throw UnsupportedOp(std::string("casts computed values to ") + to_string(type) +
                            ", of which ONNX says nothing where they leave it; tercet casts constants");
    call.result(Compose{call}.cast(from, type));
}

/// Types below 32 bits too, which constants of a file may not have.
Type type_cast_to(std::int64_t number) {
    switch (number) {
        case 2: return Type::uint8;
        case 3: return Type::int8;
        case 4: return Type::uint16;
        case 5: return Type::int16;
        default: return element_type(number < 0 || number > 100 ? -1 : static_cast<int>(number));
    }
}

void cast(const Call& call) {
    if (!call.node.has("to")) throw FormatError("has no attribute 'to'");
    if (call.opset() < 6) {
        const auto name = call.node.get<std::string>("to", "");
        for (const auto type : {Type::float32, Type::float64, Type::int32, Type::int64, Type::boolean})
            if (name == (type == Type::float32   ? "FLOAT"
                         : type == Type::float64 ? "DOUBLE"
                         : type == Type::int32   ? "INT32"
                         : type == Type::int64   ? "INT64"
                                                 : "BOOL"))
                return cast_to(call, type);
        throw UnsupportedOp("casts to '" + name + "'");
    }
    cast_to(call, type_cast_to(call.node.integer("to", 0)));
}

void cast_like(const Call& call) { cast_to(call, call.input(1)->type); }

/// start, start + delta, .. before limit.
void range(const Call& call) {
    std::vector<Constant> given;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto numbers = call.to.numbers_of(*call.input(i));
        if (!numbers)
            throw UnsupportedOp("input '" + call.node.inputs[i] +
                                "' is not constant; the ends and steps of a range must be");
        if (element_count(numbers->dims) != 1)
            throw ShapeError("input '" + call.node.inputs[i] + "' has shape " + to_string_dims(numbers->dims));
        given.push_back(*numbers);
    }
    const Type type = given[0].type;
    Constant y{"", type, {0}, {}, {}};
    const auto count_checked = [&](double n) {
        if (!(n <= static_cast<double>(largest_tensor)))
            throw ShapeError("a range of " + std::to_string(n) + " numbers");
        y.dims[0] = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(n)));
        call.to.spend(y.dims[0]);
    };
    if (is_real(type)) {
        const double start = given[0].reals[0], limit = given[1].reals[0], delta = given[2].reals[0];
        if (delta == 0) throw FormatError("its step is 0");
        const bool narrow = type == Type::float32;
        count_checked(narrow ? static_cast<double>((static_cast<float>(limit) - static_cast<float>(start)) /
                                                   static_cast<float>(delta))
                             : (limit - start) / delta);
        for (std::int64_t i = 0; i < y.dims[0]; ++i) {
            const double at = start + static_cast<double>(i) * delta;
            y.reals.push_back(narrow ? static_cast<double>(static_cast<float>(at)) : at);
        }
    } else {
        const std::int64_t start = given[0].integers[0], limit = given[1].integers[0], delta = given[2].integers[0];
        if (delta == 0) throw FormatError("its step is 0");
        count_checked((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
        for (std::int64_t i = 0; i < y.dims[0]; ++i) y.integers.push_back(start + i * delta);
    }
    call.result(std::move(y));
}

/// 1 where column = row + k, 0 elsewhere.
void eye_like(const Call& call) {
    const Dims& x = call.dims(0);
    if (x.size() != 2) throw ShapeError("the input has shape " + to_string_dims(x) + ", expected rank 2");
    const std::int64_t k = call.node.integer("k", 0);
    Constant y{
        "",
        call.node.has("dtype") ? element_type(static_cast<int>(call.node.integer("dtype", 1))) : call.input(0)->type,
        x,
        {},
        {}};
    call.to.spend(checked_count(x));
    for (std::int64_t i = 0; i < x[0]; ++i)
        for (std::int64_t j = 0; j < x[1]; ++j) {
            if (is_real(y.type)) y.reals.push_back(j - i == k);
            else y.integers.push_back(j - i == k);
        }
    call.result(std::move(y));
}

}  // namespace

std::vector<Rule> constant_rules() {
    return {
        {"Constant", 0, 0, {"value", "value_float", "value_floats", "value_int", "value_ints"}, constant},
        {"ConstantOfShape", 1, 1, {"value"}, constant_of_shape},
        {"Cast", 1, 1, {"to", "saturate", "round_mode"}, cast},
        {"CastLike", 2, 2, {"saturate", "round_mode"}, cast_like},
        {"Range", 3, 3, {"stash_type"}, range},
        {"EyeLike", 1, 1, {"dtype", "k"}, eye_like},
    };
}

}  // namespace tercet::onnx_io
