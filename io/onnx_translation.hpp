/// From the file's values to graph nodes: which names are defined, and how one node of the file becomes nodes of the graph.
#pragma once

#include <tercet/io/onnx.hpp>
#include <tercet/io/onnx_moves.hpp>
#include <tercet/io/onnx_node.hpp>

#include <memory>
#include <optional>

namespace tercet::onnx_io {

/// What a name of the file stands for: a node of the graph; a real constant, which becomes a parameter when a node first reads it; or an
/// integer constant, which never enters the graph. Names of one value (Identity) share it.
struct Value {
    Dims dims;      // as the file sees it
    int node = -1;  // in the graph, where there is one; a parameter's shape there may have an axis of 1 more
    std::shared_ptr<Constant> constant{};

    bool is_integer() const { return constant && !is_real(constant->type); }
};
using ValuePointer = std::shared_ptr<Value>;

class Translation {
public:
    OnnxModel model;
    std::map<std::string, ValuePointer> values;

    /// Throws FormatError where the name is taken.
    void define(const std::string& name, ValuePointer value);
    void define(Constant constant);

    /// The graph node of a value; a real constant becomes a parameter of the given shape (its own, where none is given).
    int node_of(Value& value);
    int parameter_of(Value& value, const Dims& shape);

    /// Counts elements that a file makes tercet write down while loading, so that a small file cannot ask for much. Throws UnsupportedOp.
    void spend(std::int64_t elements);

private:
    std::int64_t budget_ = std::int64_t{1} << 25;
};

/// One node of the file while it is translated. The sentences of its errors get "node 'name' (Kind): " in front later.
struct Call {
    Translation& to;
    const OnnxNode& node;

    bool has_input(std::size_t i) const { return i < node.inputs.size() && !node.inputs[i].empty(); }
    Value& input(std::size_t i) const;
    const Dims& dims(std::size_t i) const { return input(i).dims; }

    /// Input i as a graph node that computes it. Throws UnsupportedOp where it is an integer.
    int operand(std::size_t i) const;
    /// Input i under another shape of as many elements: a constant that nothing has read yet becomes a parameter of that shape.
    int shaped(std::size_t i, const Dims& shape) const;
    /// Numbers of an attribute as a graph parameter, named after the node; a scalar has one.
    int stored(const std::string& suffix, Dims dims, std::vector<double> numbers) const;
    int scalar(double value, const std::string& suffix) const { return stored(suffix, {}, {value}); }
    /// Input i, which must be an integer constant. Throws UnsupportedOp.
    const Constant& integers(std::size_t i) const;
    /// A list of integers that older operator sets keep in an attribute and newer ones in an input; nothing where it is left out.
    std::optional<std::vector<std::int64_t>> list(const char* attribute, std::size_t i) const;
    /// An axis counted from either end. Throws ShapeError outside [-rank, rank).
    static int axis(std::int64_t given, std::size_t rank);
    /// The same for a list, which must name each once.
    static std::vector<int> axes(const std::vector<std::int64_t>& given, std::size_t rank);

    /// Appends a graph node; its shape is inferred and may not be empty or beyond the limit. `suffix` tells helper nodes from the main one.
    int add(Operator op, std::vector<int> parents, const Dims& stated = {}, const std::string& suffix = "",
            const std::string& kind = "") const;

    /// The value of output 0, or of another.
    void result(int graph_node, std::size_t output = 0) const;
    void result(Constant constant) const;
    void result_is_input(std::size_t i) const;
    /// Elements of the first `operands` inputs moved; `fill` is a graph node of one element, -1 for zero. Integer constants are moved now.
    void result(Moved moved, std::size_t operands = 1, int fill = -1) const;
    void result(const Tables& tables, int fill = -1) const;
    /// The tables of input 0.
    Tables tables() const;
    /// The only input under another shape.
    void reshape(const Dims& shape) const;
};

}  // namespace tercet::onnx_io
