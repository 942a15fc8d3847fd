/// Operators that move or sum elements: Rearrange, Reduce, and the rows of an axis that Softmax works on.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operand.hpp>

namespace tercet {

template <Context C>
AnyTensor<C> rearrange_forward(const op::Rearrange& r, const std::vector<Operand<C>>& in, const Dims& shape) {
    std::vector<Storage<C>> scratch(in.size(), Storage<C>(0));
    std::vector<const Storage<C>*> from;
    for (std::size_t i = 0; i < in.size(); ++i) from.push_back(&in[i].scalars(scratch[i]));
    AnyTensor<C> y(shape);
    for (std::size_t i = 0; i < r.sources.size(); ++i)
        if (const auto& s = r.sources[i]; s.input >= 0) y.data[i] = (*from[static_cast<std::size_t>(s.input)])[static_cast<std::size_t>(s.element)];
    return y;
}

/// Each operand element's cotangent is the sum over the places where it went, in output order.
template <Context C>
std::vector<AnyTensor<C>> rearrange_backward(const op::Rearrange& r, const std::vector<Operand<C>>& in, const AnyTensor<C>& g) {
    std::vector<AnyTensor<C>> d;
    std::vector<std::vector<bool>> seen;
    for (const auto& operand : in) {
        d.emplace_back(operand.dims());
        seen.emplace_back(static_cast<std::size_t>(d.back().size()), false);
    }
    for (std::size_t i = 0; i < r.sources.size(); ++i) {
        const auto& s = r.sources[i];
        if (s.input < 0) continue;
        const auto input = static_cast<std::size_t>(s.input), element = static_cast<std::size_t>(s.element);
        auto&& to = d[input].data[element];
        if (seen[input][element]) to = to + g.data[i];  // most elements go to one place: no addition, no rounding
        else to = g.data[i];
        seen[input][element] = true;
    }
    return d;
}

/// The shape of x with the reduced axes as 1.
inline Dims kept_shape(const op::Reduce& r, Dims x) {
    for (const int axis : r.axes) x[static_cast<std::size_t>(axis)] = 1;
    return x;
}

template <Context C>
AnyTensor<C> reduce_forward(const op::Reduce& r, const AnyTensor<C>& x, const Dims& shape) {
    AnyTensor<C> y = sum_to<C>(x, kept_shape(r, x.dims));
    if constexpr (FieldContext<C>)
        if (r.mean)
            for (std::size_t i = 0; i < y.data.size(); ++i) y.data[i] = C::divide(y.data[i], C::ratio(x.size() / y.size(), 1));
    y.dims = shape;
    return y;
}

template <Context C>
AnyTensor<C> reduce_backward(const op::Reduce& r, const Dims& x, const AnyTensor<C>& g) {
    AnyTensor<C> part(kept_shape(r, x), Storage<C>(g.data));
    if constexpr (FieldContext<C>)
        if (r.mean)
            for (std::size_t i = 0; i < part.data.size(); ++i) part.data[i] = C::divide(part.data[i], C::ratio(element_count(x) / g.size(), 1));
    return broadcast_to<C>(part, x);
}

/// The vectors along one axis (or along all axes from it on) as contiguous rows: `outer * inner` rows of n.
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
        return moved<C>(x, true);
    }
    template <Context C>
    Storage<C> scatter(const Storage<C>& rows) const {
        return moved<C>(rows, false);
    }

private:
    template <Context C>
    Storage<C> moved(const Storage<C>& x, bool to_rows) const {
        if (inner == 1) return x;
        Storage<C> y(x.size());
        for (std::int64_t o = 0; o < outer; ++o)
            for (std::int64_t i = 0; i < inner; ++i)
                for (std::int64_t k = 0; k < n; ++k) {
                    const auto row = static_cast<std::size_t>((o * inner + i) * n + k), strided = static_cast<std::size_t>((o * n + k) * inner + i);
                    y[to_rows ? row : strided] = x[to_rows ? strided : row];
                }
        return y;
    }
};

}  // namespace tercet
