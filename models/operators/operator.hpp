/// Operator: what a node of a graph computes. An operator is a struct of its own, in a file of its own, that says
/// everything about itself; `Operator` holds one of them. What has no answer to one of the questions does not compile.
///
///     Dims shape(const Shapes& in, const Dims& stated) const;        // of the value; throws ShapeError
///     bool affine_in(const Varying& varies) const;                   // jointly affine in the operands that vary?
///     Reason mixes_rows(const Rows& rows) const;                     // why a batch axis cannot be added, or nullptr
///     Op with_rows(const Rows& rows, std::int64_t n) const;          // the operator on a batch of n
///     std::optional<Domain> domain() const;                          // where it has a value; nothing: everywhere
///     static constexpr Overwrites overwrites;                        // may the value lie where an operand lay?
///     template <Context C> std::optional<Lack> lacks() const;        // what C has not, or nothing
///     template <Context C> Compute forward(in, y) const;             // the call that computes y from the operands
///     template <Context C> Adjoint<C> adjoint(at) const;             // forms in the value to forms in the operands
///     template <Context C> void count_kinks(x, kinks) const;         // points without a derivative
///
/// The last four are over a context and are asked through the list of all operators (models/operators/list.hpp).
#pragma once

#include <tercet/core/shape.hpp>
#include <tercet/layers/functions/function.hpp>

#include <memory>
#include <optional>
#include <span>
#include <typeinfo>
#include <vector>

namespace tercet {

/// The shapes of a node's operands.
using Shapes = std::vector<Dims>;

/// Throws ShapeError where there are fewer or more.
inline void expect_operands(const Shapes& in, std::size_t least, std::size_t most) {
    if (in.size() < least || in.size() > most)
        throw ShapeError("needs " + std::to_string(least) + (most > least ? " to " + std::to_string(most) : "") +
                         " inputs, got " + std::to_string(in.size()));
}

/// The shape of the only operand.
inline const Dims& only(const Shapes& in) {
    expect_operands(in, 1, 1);
    return in[0];
}

/// Throws ShapeError where it has another rank.
inline const Dims& expect_rank(const Dims& d, std::size_t rank, const char* what) {
    if (d.size() != rank)
        throw ShapeError(std::string(what) + " has shape " + to_string_dims(d) + ", expected rank " +
                         std::to_string(rank));
    return d;
}

/// Which operands vary.
struct Varying {
    std::span<const int> inputs;     // the operands' nodes
    const std::vector<bool>& nodes;  // for every node of the graph

    bool operator()(std::size_t i) const { return nodes[static_cast<std::size_t>(inputs[i])]; }
    /// Is it constant times anything, never one that varies times another?
    bool product() const { return !((*this)(0) && (*this)(1)); }
};

/// A batch: which operands have an axis 0 of independent rows, 1 of them as the graph stands.
struct Rows {
    Shapes shapes;
    std::vector<bool> batched;
    Dims result;

    bool only_first() const {
        for (std::size_t k = 1; k < batched.size(); ++k)
            if (batched[k]) return false;
        return batched[0];
    }
    /// Of operands that broadcast: one without the batch axis repeats over it, for the value's first axis is 1; those
    /// with it must have it in the same place.
    const char* moves_in_broadcast() const {
        for (std::size_t k = 0; k < batched.size(); ++k)
            if (batched[k] && shapes[k].size() != result.size()) return "the batch axis of an operand would move";
        return nullptr;
    }
};

/// Why not, in a few words; nullptr where nothing is in the way.
using Reason = const char*;

/// May the value's storage be that of an operand that is read here for the last time? Then the call reads it element
/// for element.
enum class Overwrites { never, same_shape, always, sole_operand };

/// "batch normalisation needs a square root"
struct Lack {
    const char *what, *function;
};

/// Points where the network has no derivative and the convention decided: relu inputs that are 0 (over intervals: that
/// contain 0), pooling windows without a single maximum (over intervals: without a certain one).
struct Kinks {
    std::int64_t relu = 0, max_pool = 0;
};

/// Does Op answer what is asked without a context?
template <class Op>
concept AnswersOfItself = requires(const Op& op, const Shapes& in, const Dims& stated, const Varying& varies,
                                   const Rows& rows) {
    { op.shape(in, stated) } -> std::same_as<Dims>;
    { op.affine_in(varies) } -> std::same_as<bool>;
    { op.mixes_rows(rows) } -> std::same_as<Reason>;
    { op.with_rows(rows, std::int64_t{1}) } -> std::same_as<Op>;
    { op.domain() } -> std::same_as<std::optional<Domain>>;
    { Op::overwrites } -> std::convertible_to<Overwrites>;
};

class Operator {
public:
    template <class Op>
    requires(!std::same_as<Op, Operator>) Operator(Op op)
        : answers_(&answers_of<Op>), op_(std::make_shared<const Op>(std::move(op))) {
        static_assert(
            AnswersOfItself<Op>,
            "an operator answers shape, affine_in, mixes_rows, with_rows, domain and overwrites: see operator.hpp");
    }

    /// The operator as an Op, null where it is another one.
    template <class Op>
    const Op* as() const {
        return answers_ == &answers_of<Op> || answers_->type == typeid(Op) ? static_cast<const Op*>(op_.get())
                                                                           : nullptr;
    }
    template <class Op>
    bool is() const {
        return as<Op>() != nullptr;
    }

    Dims shape(const Shapes& in, const Dims& stated) const { return answers_->shape(op_.get(), in, stated); }
    bool affine_in(const Varying& varies) const { return answers_->affine_in(op_.get(), varies); }
    Reason mixes_rows(const Rows& rows) const { return answers_->mixes_rows(op_.get(), rows); }
    Operator with_rows(const Rows& rows, std::int64_t n) const { return answers_->with_rows(op_.get(), rows, n); }
    std::optional<Domain> domain() const { return answers_->domain(op_.get()); }
    Overwrites overwrites() const { return answers_->overwrites; }
    /// `Joins joins() const` where the operator has it.
    Joins joins() const { return answers_->joins(op_.get()); }

private:
    struct Answers {
        const std::type_info& type;
        Dims (*shape)(const void*, const Shapes&, const Dims&);
        bool (*affine_in)(const void*, const Varying&);
        Reason (*mixes_rows)(const void*, const Rows&);
        Operator (*with_rows)(const void*, const Rows&, std::int64_t);
        std::optional<Domain> (*domain)(const void*);
        Overwrites overwrites;
        Joins (*joins)(const void*);
    };
    template <class Op>
    static const Op& in(const void* p) {
        return *static_cast<const Op*>(p);
    }
    template <class Op>
    static const Answers answers_of;

    const Answers* answers_;
    std::shared_ptr<const void> op_;
};

template <class Op>
inline const Operator::Answers Operator::answers_of{
    typeid(Op),
    [](const void* p, const Shapes& shapes, const Dims& stated) -> Dims { return in<Op>(p).shape(shapes, stated); },
    [](const void* p, const Varying& varies) -> bool { return in<Op>(p).affine_in(varies); },
    [](const void* p, const Rows& rows) -> Reason { return in<Op>(p).mixes_rows(rows); },
    [](const void* p, const Rows& rows, std::int64_t n) -> Operator { return in<Op>(p).with_rows(rows, n); },
    [](const void* p) -> std::optional<Domain> { return in<Op>(p).domain(); },
    Op::overwrites,
    [](const void* p) -> Joins {
        if constexpr (requires { in<Op>(p).joins(); }) return in<Op>(p).joins();
        else return Joins::nothing;
    },
};

}  // namespace tercet
