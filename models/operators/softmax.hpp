/// Softmax over the axes from `axis` to the last one together (before opset 13), or over `axis` alone.
#pragma once

#include <tercet/layers/softmax.hpp>
#include <tercet/models/operators/axis_rows.hpp>
#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Softmax {
    int axis = -1;
    bool flatten = false;

    Dims shape(const Shapes& in, const Dims&) const {
        const Dims& x = only(in);
        if (axis < 0 || axis >= static_cast<int>(x.size()))
            throw ShapeError("softmax axis " + std::to_string(axis) + " of " + to_string_dims(x));
        return x;
    }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return axis == 0 ? "it normalises over the batch axis" : nullptr; }
    Softmax with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (!ElementaryContext<C>) return Lack{"softmax", "exp"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(y->dims, axis, flatten);
            const auto x = lasting_scalars<C>(in[0]);
            if (rows.inner == 1) return [=] { softmax_into<C>(rows.outer, rows.n, *x, y->data); };
            return [=, held = Storage<C>(static_cast<std::size_t>(element_count(y->dims)))]() mutable {
                rows.template move<C>(*x, held, true);
                softmax_into<C>(rows.outer * rows.inner, rows.n, held, held);
                rows.template move<C>(held, y->data, false);
            };
        } else {
            return {};
        }
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        if constexpr (ElementaryContext<C>)
            return [x = lasting_scalars<C>(at.in[0]), axis = AxisRows(at.y->dims, axis, flatten)](std::int64_t rows,
                                                                                                  Storage<C> forms) {
                const std::int64_t count = axis.outer * axis.inner, each = count * axis.n;
                const Storage<C> in = axis.template gather<C>(*x);
                return only_operand(row_by_row<C>(rows, each, [&](std::int64_t r) {
                    Storage<C> g(static_cast<std::size_t>(each));
                    copy<C>(each, ConstRun<C>{&forms, r * each, 1}, Run<C>{&g, 0, 1});
                    return axis.template scatter<C>(softmax_vjp<C>(count, axis.n, in, axis.template gather<C>(g)));
                }));
            };
        else return {};
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
