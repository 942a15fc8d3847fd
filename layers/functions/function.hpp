/// What a function of one variable is made of: its attributes, where it has a value. models/operators/pointwise.hpp
/// lists what it says.
#pragma once

#include <tercet/core/kernels.hpp>
#include <tercet/layers/functions/curve.hpp>

#include <array>
#include <optional>
#include <variant>

namespace tercet {

/// The operand at this place must be so, or the operator has no value.
struct Domain {
    /// Of v, after `shift` was added: v != 0, v >= 0, v > 0, |v| <= 1, |v| < 1, cos v != 0.
    enum class Asks { nonzero, nonnegative, positive, within_1, inside_1, off_poles_of_tan };

    std::size_t place;
    Asks asks;
    double shift = 0;
};

/// A number of an operator that is an attribute of its ONNX node, where it is read from and written to, and what it is
/// where the node does not say.
template <class Op>
struct Attribute {
    const char* key;
    std::variant<double Op::*, bool Op::*> member;
    double otherwise = 0;
};

/// What an operator adds to a product with weights before it, which may take it into its own call.
enum class Joins { nothing, sum, relu };

/// F is its ONNX operator where a string attribute has this value; `otherwise` is the attribute's where the node does
/// not say.
struct Variant {
    const char *key, *value, *otherwise;
};

/// The operator that applies F to every element (models/operators/pointwise.hpp).
template <class F>
struct Pointwise;

/// For a function without numbers of its own.
template <class F>
constexpr std::array<Attribute<F>, 0> no_attributes() {
    return {};
}

}  // namespace tercet
