/// Max pooling of [n, C, H, W]; padding cells never win.
///
/// The first maximum in row-major order gets the cotangent, overlapping windows accumulate in row-major output order.
/// Over intervals cell c can win iff no earlier cell is certainly >= it and no later cell is certainly > it; a certain
/// winner gets g, a possible one hull(0, g).
#pragma once

#include <tercet/layers/pool2d_window.hpp>
#include <tercet/layers/pullback.hpp>

namespace tercet {

/// For each window of each plane the position of its first maximum, from the start of x. A context replaces the
/// comparisons by `C::first_maximum(run, cells)`.
template <Context C>
std::vector<std::int64_t> first_maxima(const View<C, 4>& x, const Pool2dCells& windows) {
    const Pool2dSizes& p = windows.sizes;
    std::vector<std::int64_t> at;
    at.reserve(static_cast<std::size_t>(x.dims[0] * x.dims[1] * p.out_h * p.out_w));
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        for (std::int64_t k = 0; k < p.windows(); ++k) {
            const auto cells = windows[k];
            std::size_t winner = 0;
            if constexpr (hook::FirstMaximum<C>) winner = C::first_maximum(in, cells);
            else
                for (std::size_t e = 1; e < cells.size(); ++e)
                    if (certainly(C::less(in[cells[winner]], in[cells[e]]))) winner = e;
            at.push_back(plane * p.h * p.w + cells[winner]);
        }
    }
    return at;
}

/// X [n, C, H, W] into y [n, C, outH, outW], the largest cell of each window. Replaced by `C::gather(n, x, at, y)` from
/// the first maxima, or, where all windows have as many cells, by `C::pool(windows, cells, x, flat, y)` plane by plane.
template <Context C>
void max_pool2d_into(const View<C, 4>& x, const Pool2dCells& windows, Storage<C>& y) {
    const Pool2dSizes& p = windows.sizes;
    if constexpr (hook::MovesByPosition<C>) {
        C::gather(x.dims[0] * x.dims[1] * p.out_h * p.out_w, ConstRun<C>{x.data, x.offset, 1},
                  first_maxima<C>(x, windows).data(), Run<C>{&y, 0, 1});
        return;
    }
    std::size_t to = 0;
    for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
        const ConstRun<C> in{x.data, x.offset + plane * p.h * p.w, 1};
        if constexpr (hook::Pool<C>)
            if (windows.cells_of_each() != 0) {
                C::pool(p.windows(), windows.cells_of_each(), in, windows.data(), Run<C>{&y, plane * p.windows(), 1});
                continue;
            }
        for (std::int64_t k = 0; k < p.windows(); ++k) {
            const auto cells = windows[k];
            Scalar<C> largest = in[cells[0]];
            for (const std::int64_t cell : cells.subspan(1)) largest = C::max(largest, in[cell]);
            y[to++] = largest;
        }
    }
}

template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d(const View<C, 4>& x, const Pool2dWindow& window) {
    const auto p = Pool2dSizes::make("max_pool2d", x.dims[2], x.dims[3], window);
    Tensor<C, dyn, dyn, dyn, dyn> y({x.dims[0], x.dims[1], p.out_h, p.out_w});
    max_pool2d_into<C>(x, Pool2dCells(p), y.storage());
    return y;
}

/// Whether cell k of a window can be the first maximum: see the head of this file.
template <Context C>
Truth wins(const ConstRun<C>& in, std::span<const std::int64_t> cells, std::size_t k) {
    Truth t = Truth::yes;
    for (std::size_t e = 0; e < cells.size() && possibly(t); ++e) {
        if (e < k) t = t & C::less(in[cells[e]], in[cells[k]]);
        else if (e > k) t = t & !C::less(in[cells[k]], in[cells[e]]);
    }
    return t;
}

/// The cotangent of max_pool2d's input. Replaced by `C::scatter_add(n, g, at, dx)` to the first maxima.
template <Context C>
Tensor<C, dyn, dyn, dyn, dyn> max_pool2d_vjp(const View<C, 4>& x, const View<C, 4>& g, const Pool2dWindow& window) {
    const auto p = Pool2dSizes::make("max_pool2d", x.dims[2], x.dims[3], window);
    if (g.dims != Extents<4>{x.dims[0], x.dims[1], p.out_h, p.out_w})
        throw ShapeError("max_pool2d pullback: input " + to_string_dims(x.dims) + ", cotangent " +
                         to_string_dims(g.dims));
    const Pool2dCells windows(p);
    Tensor<C, dyn, dyn, dyn, dyn> dx(x.dims);
    if constexpr (hook::MovesByPosition<C>) {
        C::scatter_add(g.size(), ConstRun<C>{g.data, g.offset, 1}, first_maxima<C>(x, windows).data(),
                       Run<C>{&dx.storage(), 0, 1});
        return dx;
    }
    const auto add = [&](std::int64_t at, const Scalar<C>& part) {
        auto&& to = dx[at];
        if (to == zero<C>()) to = part;  // windows that do not overlap: nothing to add
        else to = to + part;
    };
    const ConstRun<C> cotangent{g.data, g.offset, 1};
    std::int64_t from = 0;
    if constexpr (C::claim == Claim::enclosing) {
        const auto hull_with_zero = [](const Scalar<C>& v) -> Scalar<C> {
            if constexpr (EnclosingContext<C>) return C::hull(zero<C>(), v);
            else return C::indicator(Truth::unknown) * v;
        };
        for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
            const std::int64_t start = plane * p.h * p.w;
            const ConstRun<C> in{x.data, x.offset + start, 1};
            for (std::int64_t n = 0; n < p.windows(); ++n) {
                const auto cells = windows[n];
                for (std::size_t k = 0; k < cells.size(); ++k)
                    if (const Truth t = wins<C>(in, cells, k); certainly(t)) add(start + cells[k], cotangent[from]);
                    else if (possibly(t)) add(start + cells[k], hull_with_zero(cotangent[from]));
                ++from;
            }
        }
    } else {
        for (const std::int64_t at : first_maxima<C>(x, windows)) add(at, cotangent[from++]);
    }
    return dx;
}

}  // namespace tercet
