/// AveragePool: the mean over windows of x [n, c, h, w].
#pragma once

#include <tercet/layers/avg_pool2d.hpp>
#include <tercet/models/operators/image.hpp>

namespace tercet::op {

struct AveragePool {
    Pool2dWindow window;

    Dims shape(const Shapes& in, const Dims&) const { return pool_shape(in, window); }
    bool affine_in(const Varying&) const { return true; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    AveragePool with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (!FieldContext<C>) return Lack{"a mean or quotient", "division"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        if constexpr (FieldContext<C>)
            return [x = image_operand<C>(in), y, sizes = AvgPool2dSizes<C>(in[0].dims()[2], in[0].dims()[3], window)] {
                avg_pool2d_into<C>(x->template view<4>(), sizes, y->data);
            };
        else return {};
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        if constexpr (FieldContext<C>)
            return [x = image_of<C>(at.in).dims, y = at.y->dims, window = window](std::int64_t rows, Storage<C> forms) {
                const View<C, 4> g{&forms, 0, {rows * y[0], y[1], y[2], y[3]}};
                return only_operand(std::move(avg_pool2d_vjp<C>({rows * x[0], x[1], x[2], x[3]}, g, window).storage()));
            };
        else return {};
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
