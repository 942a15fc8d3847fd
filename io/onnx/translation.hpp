/// From the file's values to graph nodes: which names are defined, and how one node of the file becomes nodes of the
/// graph.
#pragma once

#include <tercet/io/onnx/moves.hpp>
#include <tercet/io/onnx/node.hpp>
#include <tercet/io/onnx/read.hpp>

#include <memory>
#include <optional>

namespace tercet::onnx_io {

/// What a name of the file stands for: a node of the graph; a real constant, which becomes a parameter when a node
/// first reads it; or an integer constant, which enters the graph only where it meets computed values. A graph computes
/// with numbers alone: integers are their values there and booleans 0 and 1; what type they are is known here. Names of
/// one value (Identity) share it.
struct Value {
    Dims dims;  // as the file sees it
    Type type;
    int node = -1;        // in the graph, where there is one; a parameter's shape there may have an axis of 1 more
    bool varies = false;  // depends on an input
    std::shared_ptr<Constant> constant{};
    /// Where given, the value counts only where this is 1 (it broadcasts to dims) and is -inf elsewhere: what a mask
    /// before a softmax does.
    std::shared_ptr<Value> shown{};

    /// An integer constant, with which the operators fold.
    bool folds() const { return constant && !is_real(type); }
};
using Term = std::shared_ptr<Value>;

class Translation {
public:
    OnnxModel model;
    std::map<std::string, Term> values;

    /// Throws FormatError where the name is taken.
    void define(const std::string& name, Term value);
    void define(Constant constant);

    /// The graph node of a value; a constant becomes a parameter of the given shape (its own, where none is given).
    int node_of(Value& value);
    int parameter_of(Value& value, const Dims& shape);

    /// The numbers of a value that depends on no input: a constant's own, or those of its part of the graph, computed
    /// in `type`'s arithmetic as the file's runtime would. Nothing where it depends on an input.
    std::optional<Constant> numbers_of(const Value& value);

    /// Counts elements that a file makes tercet move or repeat while loading, so that a small file cannot ask for more
    /// than the memory budget. Throws LimitError.
    void spend(std::int64_t elements);

private:
    std::int64_t spent_ = 0;
};

/// One node of the file while it is translated. The sentences of its errors get "node 'name' (Kind): " in front later.
struct Call {
    Translation& to;
    const OnnxNode& node;

    int opset() const { return to.model.opset; }
    bool has_input(std::size_t i) const { return i < node.inputs.size() && !node.inputs[i].empty(); }
    /// Input i. Throws FormatError where it is left out.
    const Term& input(std::size_t i) const;
    const Dims& dims(std::size_t i) const { return input(i)->dims; }

    /// Input i as real numbers. Throws UnsupportedOp where it is of another type.
    const Term& real(std::size_t i) const;
    /// A value under another shape of as many elements: a constant that nothing has read yet becomes a parameter of
    /// that shape.
    Term shaped(const Term& value, const Dims& shape, const std::string& suffix) const;
    /// Numbers of an attribute as a graph parameter, named after the node; a scalar has one.
    Term stored(const std::string& suffix, Dims dims, std::vector<double> numbers) const;
    Term scalar(double value, const std::string& suffix) const { return stored(suffix, {}, {value}); }
    Term integer(std::int64_t value, Type type = Type::int64) const;
    /// Input i, which must be an integer constant. Throws UnsupportedOp.
    const Constant& integers(std::size_t i) const;
    /// A list of integers that older operator sets keep in an attribute and newer ones in an input; nothing where it is
    /// left out.
    std::optional<std::vector<std::int64_t>> list(const char* attribute, std::size_t i) const;
    /// An axis counted from either end. Throws ShapeError outside [-rank, rank).
    static int axis(std::int64_t given, std::size_t rank);
    /// The same for a list, which must name each once.
    static std::vector<int> axes(const std::vector<std::int64_t>& given, std::size_t rank);

    /// The operator on these operands: folded where all are integer constants, else a graph node, whose shape may not
    /// be beyond the limit. Of the type of the first operand. `suffix` tells helper nodes from the main one.
    Term add(Operator op, std::vector<Term> operands, const Dims& stated = {}, const std::string& suffix = "",
             const std::string& kind = "") const {
        const Type type = operands.at(0)->type;
        return add(type, std::move(op), std::move(operands), stated, suffix, kind);
    }
    Term add(Type type, Operator op, std::vector<Term> operands, const Dims& stated = {},
             const std::string& suffix = "", const std::string& kind = "") const;
    /// The value in another type, its numbers as they are.
    Term typed(Type type, Term value) const;
    /// The value's elements under another shape.
    Term reshaped(const Term& value, const Dims& shape, const std::string& suffix = "",
                  const std::string& kind = "") const;
    /// Elements of values moved; `fill` is a value of one element, or zero.
    Term moved(Moved moved, std::vector<Term> from, const Term& fill = {}, const std::string& suffix = "",
               const std::string& kind = "") const;
    Term moved(const Tables& tables, const Term& from, const Term& fill = {}, const std::string& suffix = "",
               const std::string& kind = "") const;
    /// The tables that move nothing.
    Tables tables(const Dims& dims) const;

    /// The value of output 0, or of another; nothing where the file leaves that out.
    void result(Term value, std::size_t output = 0) const;
    void result(Constant constant, std::size_t output = 0) const;
};

}  // namespace tercet::onnx_io
