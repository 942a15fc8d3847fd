/// What the operators' calls are made of: the operands of a node, forward and backward.
#pragma once

#include <tercet/models/operand.hpp>
#include <tercet/models/operators/operator.hpp>

namespace tercet {

/// One node made ready: the call that computes its value from its operands into y. What does not depend on the operands' values is done
/// before, once. The operands, y (whose dims are the node's shape) and the operator must stay where they are; at each call y's storage has
/// the size of its shape and any content, and may be a value's of the same size that is read element for element.
using Compute = std::function<void()>;

template <Context C>
using Operands = std::vector<Operand<C>>;

/// What a node's backward call knows: it gives one cotangent an operand, empty where it is not wanted.
template <Context C>
struct Backward {
    const Operands<C>& in;
    const AnyTensor<C>& y;  // the node's value
    const AnyTensor<C>& g;  // its cotangent
    const std::vector<bool>& wanted;
    mutable std::array<Storage<C>, 2> scratch{};

    /// Operand i as scalars of C, for i < 2.
    const Storage<C>& x(std::size_t i = 0) const { return in[i].scalars(scratch[i]); }

    static std::vector<AnyTensor<C>> one(AnyTensor<C> d) {
        std::vector<AnyTensor<C>> all;  // a list in braces would copy
        all.push_back(std::move(d));
        return all;
    }
    /// The cotangent of the only operand, by its numbers.
    std::vector<AnyTensor<C>> same(Storage<C> d) const { return one(AnyTensor<C>(in[0].dims(), std::move(d))); }
};

/// -x
template <Context C>
AnyTensor<C> negated(const AnyTensor<C>& x) {
    return AnyTensor<C>(x.dims, map<C>(x.data, [](const Scalar<C>& v) { return Scalar<C>(-v); }));
}

/// How many elements are 0, or may be.
template <Context C>
std::int64_t zeros_among(const AnyTensor<C>& x) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < x.data.size(); ++i)
        if (!certainly(C::less(zero<C>(), x.data[i])) && !certainly(C::less(x.data[i], zero<C>()))) ++count;
    return count;
}

}  // namespace tercet
