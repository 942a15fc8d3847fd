/// Max pooling of [n, C, H, W]; padding cells never win.
///
/// The first maximum in row-major order gets the cotangent, overlapping windows accumulate in row-major output order. Over intervals cell c can
/// win iff no earlier cell is certainly >= it and no later cell is certainly > it; a certain winner gets g, a possible one hull(0, g).
#pragma once

#include <tercet/layers/pool2d_window.hpp>
#include <tercet/layers/pullback.hpp>

namespace tercet {

/// X [n, C, H, W] -> [n, C, outH, outW], the largest cell of each window.
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d(const View<C, 4>& x, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("max_pool2d", x.dims[2], x.dims[3], window);
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], x.dims[1], p.out_h, p.out_w});
    std::int64_t to = 0;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        for (const auto& window_cells : p.windows) {
            Scalar<C> largest = in[window_cells.cells[0]];
            for (std::size_t k = 1; k < window_cells.cells.size(); ++k) largest = C::max(largest, in[window_cells.cells[k]]);
            y[to++] = largest;
        }
    }
    return y;
}

/// Whether cell k of a window can be the first maximum: see the head of this file.
template <Context C>
Truth wins(const ConstRun<C>& in, const std::vector<std::int64_t>& cells, std::size_t k) {
    Truth t = Truth::yes;
    for (std::size_t e = 0; e < cells.size() && possibly(t); ++e) {
        if (e < k) t = t & C::less(in[cells[e]], in[cells[k]]);
        else if (e > k) t = t & !C::less(in[cells[k]], in[cells[e]]);
    }
    return t;
}

/// The cotangent of max_pool2d's input.
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d_vjp(const View<C, 4>& x, const View<C, 4>& g, const Pool2dWindow& window) {
    const auto p = Pool2dPlan::make("max_pool2d", x.dims[2], x.dims[3], window);
    if (g.dims != Extents<4>{x.dims[0], x.dims[1], p.out_h, p.out_w}) throw ShapeError("max_pool2d pullback: input " + to_string_dims(x.dims) + ", cotangent " + to_string_dims(g.dims));
    Tensor<C, dyn, dyn, dyn, dyn> dx(x.dims);
    const auto hull_with_zero = [](const Scalar<C>& v) -> Scalar<C> {
        if constexpr (EnclosingContext<C>) return C::hull(zero<C>(), v);
        else return C::indicator(Truth::unknown) * v;
    };
    std::int64_t from = 0;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        const ConstRun<C> cotangent{g.data, g.offset, 1};
        for (const auto& window_cells : p.windows) {
            const auto& cells = window_cells.cells;
            const auto add = [&](std::size_t k, const Scalar<C>& part) {
                auto&& to = dx[plane * p.h * p.w + cells[k]];
                if (to == zero<C>()) to = part;  // windows that do not overlap: nothing to add
                else to = to + part;
            };
            if constexpr (C::claim == Claim::enclosing) {
                for (std::size_t k = 0; k < cells.size(); ++k)
                    if (const Truth t = wins<C>(in, cells, k); certainly(t)) add(k, cotangent[from]);
                    else if (possibly(t)) add(k, hull_with_zero(cotangent[from]));
            } else {
                std::size_t winner = 0;
                for (std::size_t k = 1; k < cells.size(); ++k)
                    if (certainly(C::less(in[cells[winner]], in[cells[k]]))) winner = k;
                add(winner, cotangent[from]);
            }
            ++from;
        }
    }
    return dx;
}

}  // namespace tercet
