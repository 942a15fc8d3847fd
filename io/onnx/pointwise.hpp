/// Functions of one variable, read and written from what each says of its ONNX operator.
#pragma once

#include <tercet/io/onnx/attributes.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/operator.hpp>

#include <optional>

namespace tercet::onnx_io {

std::vector<Rule> pointwise_rules();

/// The operator as an ONNX node without inputs and output.
struct PointwiseNode {
    const char* kind;
    std::vector<WrittenAttribute> attributes;
    std::optional<Variant> variant = {};  // with this attribute
    int since = 1;  // the first operator set that has it, if later than those that tercet writes anyway
};

/// Nothing for other operators.
std::optional<PointwiseNode> pointwise_node(const Operator& op);

}  // namespace tercet::onnx_io
