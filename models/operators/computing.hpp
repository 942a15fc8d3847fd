/// What the operators' calls are made of: a node's operands, and its two calls made ready, forward and adjoint.
#pragma once

#include <tercet/models/graph/operand.hpp>
#include <tercet/models/operators/operator.hpp>

namespace tercet {

/// One node made ready: the call that computes its value from its operands into y. What does not depend on the
/// operands' values is done before, once. The operands, y (whose dims are the node's shape) and the operator must stay
/// where they are; at each call y's storage has the size of its shape and any content, and may be a value's of the same
/// size that is read element for element.
using Compute = std::function<void()>;

template <Context C>
using Operands = std::vector<Operand<C>>;

/// What a product with constant weights may compute in one call: a constant row is added to its rows, then relu is
/// taken.
template <class C>
struct After {
    const AnyTensor<Parameters<C>>* bias = nullptr;
    bool rectify = false;
};

/// Which of these an operator takes in, over these operands.
struct Absorbs {
    bool bias = false, relu = false;
};

/// [n], or [1, .., 1, n].
inline bool is_row(const Dims& dims, std::int64_t n) {
    return !dims.empty() && dims.back() == n && element_count(dims) == n;
}

/// A node's values, as its adjoint reads them; they must stay where they are.
template <Context C>
struct NodeValues {
    Operands<C> in;
    const AnyTensor<C>* y;  // may have no content where the node is affine
    std::vector<bool> wanted;
};

/// How many elements each operand has.
template <Context C>
std::vector<std::int64_t> sizes_of(const NodeValues<C>& at) {
    std::vector<std::int64_t> sizes;
    for (const auto& operand : at.in) sizes.push_back(operand.size());
    return sizes;
}

/// One node's reverse made ready: linear forms in its value, [rows, value], to forms in each operand, [rows, operand]:
///   forms_k[r, j] = sum_i forms[r, i] dy_i / dx_kj
/// of as many rows as each call has, at the operands' values then. An operand that is not wanted has any content.
template <Context C>
using Adjoint = std::function<std::vector<Storage<C>>(std::int64_t rows, Storage<C> forms)>;

/// The forms of the only operand.
template <class Storage>
std::vector<Storage> only_operand(Storage d) {
    std::vector<Storage> all;  // a list in braces would copy
    all.push_back(std::move(d));
    return all;
}

/// The shape [rows, 1, .., 1, dims] of forms in a tensor of these dims that broadcasts to one of `rank` axes.
inline Dims form_dims(std::int64_t rows, const Dims& dims, std::size_t rank) {
    Dims d(rank + 1, 1);
    d[0] = rows;
    std::copy(dims.begin(), dims.end(), d.end() - static_cast<std::ptrdiff_t>(dims.size()));
    return d;
}

/// Forms in what x [to] was broadcast to, as forms in x: the sum over its copies.
template <Context C>
Storage<C> forms_before_broadcast(std::int64_t rows, Storage<C> forms, const Dims& from, const Dims& to) {
    const Dims shape = form_dims(rows, to, from.size()), whole = form_dims(rows, from, from.size());
    if (shape == whole) return forms;
    Storage<C> sum(static_cast<std::size_t>(element_count(shape)));
    SumTo<C>(whole, shape)(forms, sum);
    return sum;
}

/// forms op x, each row with the same x, which broadcasts to the value's shape y.
template <Context C>
Storage<C> forms_with(Binary op, std::int64_t rows, const Storage<C>& forms, const Dims& y, const Storage<C>& x,
                      const Dims& x_dims) {
    const Dims whole = form_dims(rows, y, y.size());
    return broadcast_elementwise<C>(op, whole, forms, x_dims, x, whole).data;
}

/// Of an operator whose derivative is 0 wherever it has one.
template <Context C>
Adjoint<C> zero_adjoint(const NodeValues<C>& at) {
    return [sizes = sizes_of(at)](std::int64_t rows, const Storage<C>&) {
        std::vector<Storage<C>> d;
        for (const std::int64_t n : sizes) d.emplace_back(static_cast<std::size_t>(rows * n));
        return d;
    };
}

/// f(row) gives [n] for each row: [rows, n]. The only row is moved.
template <Context C, class F>
Storage<C> row_by_row(std::int64_t rows, std::int64_t n, F f) {
    if (rows == 1) return f(0);
    Storage<C> all(static_cast<std::size_t>(rows * n));
    for (std::int64_t r = 0; r < rows; ++r) {
        const Storage<C> row = f(r);
        copy<C>(n, ConstRun<C>{&row, 0, 1}, Run<C>{&all, r * n, 1});
    }
    return all;
}

/// -x
template <Context C>
Storage<C> negated(const Storage<C>& x) {
    return map<C>(x, [](const Scalar<C>& v) { return Scalar<C>(-v); });
}

}  // namespace tercet
