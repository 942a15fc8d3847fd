/// MaxPool: the maximum over windows of x [n, c, h, w]. The first of several maxima takes the cotangent.
#pragma once

#include <tercet/layers/max_pool2d.hpp>
#include <tercet/models/operators/image.hpp>

namespace tercet::op {

struct MaxPool {
    Pool2dWindow window;

    Dims shape(const Shapes& in, const Dims&) const { return pool_shape(in, window); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    MaxPool with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = image_operand<C>(in), y,
                windows = Pool2dCells(Pool2dSizes::make("max_pool2d", in[0].dims()[2], in[0].dims()[3], window))] {
            max_pool2d_into<C>(x->template view<4>(), windows, y->data);
        };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return [x = image_operand<C>(at.in), y = at.y->dims, window = window](std::int64_t rows, Storage<C> forms) {
            const std::int64_t each = element_count(y);
            return only_operand(row_by_row<C>(rows, x->size(), [&](std::int64_t r) {
                const View<C, 4> g{&forms, r * each, {y[0], y[1], y[2], y[3]}};
                return std::move(max_pool2d_vjp<C>(x->template view<4>(), g, window).storage());
            }));
        };
    }
    /// Windows without a certain single maximum.
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        const Pool2dCells windows(Pool2dSizes::make("max_pool2d", x.dims[2], x.dims[3], window));
        const Pool2dSizes& p = windows.sizes;
        for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
            const ConstRun<C> in{&x.data, plane * p.h * p.w, 1};
            for (std::int64_t n = 0; n < p.windows(); ++n) {
                const auto cells = windows[n];
                const auto beats_all = [&](std::size_t k) {
                    for (std::size_t e = 0; e < cells.size(); ++e)
                        if (e != k && !certainly(C::less(in[cells[e]], in[cells[k]]))) return false;
                    return true;
                };
                bool single = false;
                for (std::size_t k = 0; k < cells.size() && !single; ++k) single = beats_all(k);
                if (!single) ++kinks.max_pool;
            }
        }
    }
};

}  // namespace tercet::op
