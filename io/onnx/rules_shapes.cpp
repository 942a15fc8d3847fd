#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

/// -1 is what remains, 0 copies the input's dimension (unless allowzero).
void reshape(const Call& call) {
    const Dims& from = call.dims(0);
    const auto asked = call.list("shape", 1);
    if (!asked) throw FormatError("has no shape");
    Dims shape = *asked;
    const bool copy_zeros = call.node.integer("allowzero", 0) == 0;
    auto rest = shape.end();
    for (auto d = shape.begin(); d != shape.end(); ++d) {
        const auto k = static_cast<std::size_t>(d - shape.begin());
        if (*d == 0 && copy_zeros) {
            if (k >= from.size())
                throw ShapeError("shape " + to_string_dims(*asked) + " copies dimension " + std::to_string(k) + " of " +
                                 to_string_dims(from));
            *d = from[k];
        } else if (*d == -1) {
            if (rest != shape.end())
                throw ShapeError("shape has -1 at " + std::to_string(rest - shape.begin()) + " and at " +
                                 std::to_string(k));
            rest = d;
        } else if (*d < 0) {
            throw ShapeError("shape has dimension " + std::to_string(*d));
        }
    }
    if (rest != shape.end()) {
        *rest = 1;
        const std::int64_t known = checked_count(shape), all = element_count(from);
        if (known == 0 || all % known != 0)
            throw ShapeError("cannot reshape " + to_string_dims(from) + " to " + to_string_dims(*asked));
        *rest = all / known;
    }
    call.result(call.reshaped(call.input(0), shape));
}

void flatten(const Call& call) {
    const Dims& x = call.dims(0);
    const std::int64_t given = call.node.integer("axis", 1), rank = static_cast<std::int64_t>(x.size());
    if (given < -rank || given > rank)
        throw ShapeError("axis " + std::to_string(given) + " of a tensor of rank " + std::to_string(rank));
    const auto middle = x.begin() + (given < 0 ? given + rank : given);
    call.result(
        call.reshaped(call.input(0), {element_count(Dims(x.begin(), middle)), element_count(Dims(middle, x.end()))}));
}

/// Without axes, every axis of 1.
void squeeze(const Call& call) {
    const Dims& x = call.dims(0);
    const auto given = call.list("axes", 1);
    std::vector<int> axes;
    if (given) axes = Call::axes(*given, x.size());
    Dims shape;
    std::vector<bool> is_named(x.size(), false);
    for (const int k : axes) is_named[static_cast<std::size_t>(k)] = true;
    for (int k = 0; k < static_cast<int>(x.size()); ++k) {
        const std::int64_t d = x[static_cast<std::size_t>(k)];
        const bool named = is_named[static_cast<std::size_t>(k)];
        if (named && d != 1) throw ShapeError("axis " + std::to_string(k) + " of " + to_string_dims(x) + " is not 1");
        if (!(named || (!given && d == 1))) shape.push_back(d);
    }
    call.result(call.reshaped(call.input(0), shape));
}

/// Axes count in the result.
void unsqueeze(const Call& call) {
    const Dims& x = call.dims(0);
    const auto given = call.list("axes", 1);
    if (!given) throw FormatError("has no axes");
    Dims shape(x.size() + given->size(), 0);
    for (const int k : Call::axes(*given, shape.size())) shape[static_cast<std::size_t>(k)] = 1;
    auto from = x.begin();
    for (auto& d : shape)
        if (d == 0) d = *from++;
    call.result(call.reshaped(call.input(0), shape));
}

void identity(const Call& call) { call.result(call.input(0)); }

/// At inference the identity, and its mask all true; in training with the ratio 0 too. Opset 6 states inference by
/// is_test, opset 12 and later by the input training_mode.
void dropout(const Call& call) {
    if (call.opset() < 7 && call.node.integer("is_test", 0) == 0)
        throw UnsupportedOp("is_test is 0: dropout in training is random");
    bool training = false;
    if (call.has_input(2))
        for (const auto mode : call.integers(2).integers) training = training || mode != 0;
    const auto ratio = training && call.has_input(1) ? call.to.numbers_of(*call.input(1)) : std::nullopt;
    if (training && !(ratio && ratio->reals == std::vector<double>{0}))
        throw UnsupportedOp("training_mode is true: dropout in training is random");
    call.result(call.input(0));
    if (call.node.outputs.size() > 1 && !call.node.outputs[1].empty()) {
        const std::int64_t count = checked_count(call.dims(0));
        call.to.spend(count);
        call.result(
            Constant{
                "", Type::boolean, call.dims(0), {}, std::vector<std::int64_t>(static_cast<std::size_t>(count), 1)},
            1);
    }
}

/// Dimensions start to end - 1, both clamped.
void shape(const Call& call) {
    const Dims& x = call.dims(0);
    const auto rank = static_cast<std::int64_t>(x.size());
    const auto clamped = [&](std::int64_t i) {
        return std::min(std::max<std::int64_t>(i < 0 ? i + rank : i, 0), rank);
    };
    const std::int64_t start = clamped(call.node.integer("start", 0)),
                       end = std::max(start, clamped(call.node.integer("end", rank)));
    call.result(Constant{"", Type::int64, {end - start}, {}, {x.begin() + start, x.begin() + end}});
}

void size(const Call& call) { call.result(Constant{"", Type::int64, {}, {}, {element_count(call.dims(0))}}); }

}  // namespace

std::vector<Rule> shape_rules() {
    return {
        {"Reshape", 1, 2, {"shape", "allowzero"}, reshape},
        {"Flatten", 1, 1, {"axis"}, flatten},
        {"Squeeze", 1, 2, {"axes"}, squeeze},
        {"Unsqueeze", 1, 2, {"axes"}, unsqueeze},
        {"Identity", 1, 1, {}, identity},
        {"Dropout", 1, 3, {"ratio", "seed", "is_test"}, dropout},
        {"Shape", 1, 1, {"start", "end"}, shape},
        {"Size", 1, 1, {}, size},
    };
}

}  // namespace tercet::onnx_io
