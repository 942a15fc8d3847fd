/// Softmax over the axes from `axis` to the last one together (before opset 13), or over `axis` alone.
#pragma once

#include <tercet/layers/smooth.hpp>
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
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(at.y.dims, axis, flatten);
            const std::int64_t count = rows.outer * rows.inner;
            return at.same(rows.scatter<C>(softmax_vjp<C>(count, rows.n, rows.gather<C>(at.x()), rows.gather<C>(at.g.data))));
        } else {
            return {};
        }
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
