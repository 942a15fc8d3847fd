/// The normal form of an ONNX graph: the nodes that the wanted values need, each after those whose results it reads.
///
/// A file may keep its nodes in any order and hold branches that nobody asked for; from here on neither matters. One
/// pass marks what the wanted values need, one depth-first pass in the file's order sorts it, so a sorted file keeps
/// its order. Both are linear.
#pragma once

#include <tercet/core/error.hpp>

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace tercet::onnx_io {

struct NormalForm {
    std::vector<int> nodes;                  // as the file counts them, sorted
    std::vector<std::string> outputs;        // the names of the wanted values
    std::unordered_set<std::string> values;  // the names that those nodes read, and the wanted ones
    std::vector<std::string> notes;          // what is left out

    bool needs(const std::string& value) const { return values.count(value) > 0; }
};

/// `wanted`: names of values; where there are none, the graph's outputs. Throws FormatError: a name that nothing
/// defines (with names near it), a value that two nodes compute, a cycle, with its nodes.
/// `outside`: is this the name of a value around the graph, which is the branch of an If?
NormalForm normal_form(const onnx::GraphProto& graph, const std::vector<std::string>& wanted,
                       const std::function<bool(const std::string&)>& outside = {});

/// The values of this graph that a node reads: its inputs, and what the graphs in its attributes read from around them.
std::vector<std::string> reads_of(const onnx::NodeProto& node);

}  // namespace tercet::onnx_io
