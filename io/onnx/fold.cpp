#include <tercet/io/onnx/fold.hpp>
#include <tercet/models/operators/answers.hpp>
#include <tercet/scalars/integers.hpp>

#include <algorithm>

namespace tercet::onnx_io {

void expect_in_type(const Constant& c) {
    const IntegerRange range = range_of(c.type);
    for (const auto x : c.integers)
        if (!range.holds(x))
            throw FormatError(
                "the integer " + std::to_string(x) +
                (c.type == Type::boolean ? " is no bool" : std::string(" overflows ") + to_string(c.type)));
}

Constant fold(const Operator& op, const std::vector<const Constant*>& operands, const Dims& shape) {
    if (operator_refusal<Integers>(op))
        throw UnsupportedOp("computes with integers what tercet computes with floats only");
    std::vector<AnyTensor<Integers>> values;
    for (const Constant* c : operands) {
        auto& v = values.emplace_back(c->dims);
        std::ranges::transform(c->integers, v.data.begin(), [](std::int64_t x) { return CheckedInteger{x}; });
    }
    Operands<Integers> in;
    for (const auto& v : values) in.push_back({&v, nullptr, nullptr});
    AnyTensor<Integers> y(shape);
    try {
        answers_over<Integers>(op).forward(op, in, &y)();
    } catch (const DomainError& e) {
        throw FormatError(e.what());
    }
    Constant result{"", operands[0]->type, shape, {}, {}};
    for (const auto& x : y.data) result.integers.push_back(x.value);
    return result;
}

}  // namespace tercet::onnx_io
