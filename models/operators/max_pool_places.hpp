/// MaxPoolPlaces: where the maximum of each window of x [n, c, h, w] stands, counted in the whole of x row by row (or
/// with h and w exchanged); of several the first. Over intervals it must be decided.
#pragma once

#include <tercet/layers/max_pool2d.hpp>
#include <tercet/models/operators/image.hpp>

namespace tercet::op {

struct MaxPoolPlaces {
    Pool2dWindow window;
    bool by_columns = false;

    Dims shape(const Shapes& in, const Dims&) const { return pool_shape(in, window); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return "its numbers count the elements of the whole batch"; }
    MaxPoolPlaces with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    /// Throws DomainError where two cells may be the first maximum.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const Dims& d = in[0].dims();
        return [x = image_operand<C>(in), y, h = d[2], w = d[3], columns = by_columns,
                windows = Pool2dCells(Pool2dSizes::make("max_pool2d", d[2], d[3], window))] {
            std::size_t to = 0;
            for (std::int64_t plane = 0; plane < x->dims[0] * x->dims[1]; ++plane) {
                const ConstRun<C> values{&x->data, plane * h * w, 1};
                for (std::int64_t n = 0; n < windows.sizes.windows(); ++n, ++to) {
                    const auto cells = windows[n];
                    std::size_t winner = 0;
                    while (winner < cells.size() && !certainly(wins<C>(values, cells, winner))) ++winner;
                    if (winner == cells.size())
                        throw DomainError("element " + std::to_string(to) +
                                          ": the place of its window's maximum is undecided");
                    const std::int64_t cell = cells[winner], place = columns ? cell % w * h + cell / w : cell;
                    y->data[to] = C::exact(static_cast<double>(plane * h * w + place));
                }
            }
        };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return zero_adjoint<C>(at);
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
