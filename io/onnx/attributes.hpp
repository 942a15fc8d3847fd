/// The attributes that an operator names (`attributes()`, layers/functions/function.hpp), read from an ONNX node and
/// written to one: both directions from one list.
#pragma once

#include <tercet/io/onnx/node.hpp>
#include <tercet/layers/functions/function.hpp>

#include <utility>
#include <vector>

namespace tercet::onnx_io {

/// The keys, as a rule lists them.
template <class Op>
std::vector<const char*> attribute_keys(std::vector<const char*> others = {}) {
    for (const auto& a : Op::attributes()) others.push_back(a.key);
    return others;
}

/// Throws FormatError where one is of another type.
template <class Op>
void read_attributes(const OnnxNode& node, Op& op) {
    for (const auto& a : Op::attributes())
        std::visit(
            [&]<class T>(T Op::*member) {
                if constexpr (std::same_as<T, bool>) op.*member = node.integer(a.key, a.otherwise != 0) != 0;
                else op.*member = node.real(a.key, static_cast<float>(a.otherwise));
            },
            a.member);
}

/// A number of a node as it is written.
using WrittenAttribute = std::pair<const char*, std::variant<double, bool>>;

/// Those that are not what a node without them says.
template <class Op>
std::vector<WrittenAttribute> written_attributes(const Op& op) {
    std::vector<WrittenAttribute> all;
    for (const auto& a : Op::attributes())
        std::visit(
            [&]<class T>(T Op::*member) {
                const T value = op.*member;
                if (static_cast<double>(value) != a.otherwise) all.emplace_back(a.key, value);
            },
            a.member);
    return all;
}

}  // namespace tercet::onnx_io
