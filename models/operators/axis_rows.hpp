/// The vectors along one axis of a tensor, or along all axes from it on, as contiguous rows.
#pragma once

#include <tercet/core/kernels.hpp>

namespace tercet {

/// `outer * inner` rows of n.
struct AxisRows {
    std::int64_t outer = 1, n = 1, inner = 1;

    AxisRows(const Dims& shape, int axis, bool flatten) {
        for (int k = 0; k < static_cast<int>(shape.size()); ++k) {
            const std::int64_t d = shape[static_cast<std::size_t>(k)];
            if (k < axis) outer *= d;
            else if (k == axis || flatten) n *= d;
            else inner *= d;
        }
    }
    template <Context C>
    Storage<C> gather(const Storage<C>& x) const {
        Storage<C> rows(x.size());
        move<C>(x, rows, true);
        return rows;
    }
    template <Context C>
    Storage<C> scatter(const Storage<C>& rows) const {
        Storage<C> y(rows.size());
        move<C>(rows, y, false);
        return y;
    }
    /// x to rows, or rows to x's order, into y, which is not x.
    template <Context C>
    void move(const Storage<C>& x, Storage<C>& y, bool to_rows) const {
        for (std::int64_t o = 0; o < outer; ++o)
            for (std::int64_t i = 0; i < inner; ++i) {
                const std::int64_t row = (o * inner + i) * n, strided = o * n * inner + i;
                const ConstRun<C> from{&x, to_rows ? strided : row, to_rows ? inner : 1};
                copy<C>(n, from, Run<C>{&y, to_rows ? row : strided, to_rows ? 1 : inner});
            }
    }
};

}  // namespace tercet
