/// Operators that move or sum elements: Rearrange, Reduce, and the rows of an axis that Softmax works on.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operand.hpp>

namespace tercet {

/// Into y; r must outlive the call.
template <Context C>
std::function<void()> prepare_rearrange(const op::Rearrange& r, const std::vector<Operand<C>>& in, AnyTensor<C>* y) {
    std::vector<std::shared_ptr<const Storage<C>>> from;
    for (const auto& operand : in) from.push_back(lasting_scalars<C>(operand));
    return [&r, from, y, nothing = Storage<C>(1)] {
        std::int64_t at = 0;
        for (const auto& s : r.runs) {
            copy<C>(s.count, ConstRun<C>{s.input < 0 ? &nothing : from[static_cast<std::size_t>(s.input)].get(), s.first, s.stride},
                    Run<C>{&y->data, at, 1});
            at += s.count;
        }
    };
}

/// Where the elements of a Rearrange come from in its operands' elements, one operand after another; -1 for zeros.
template <Context C>
std::vector<std::int64_t> places_of(const op::Rearrange& r, const std::vector<Operand<C>>& in) {
    std::vector<std::int64_t> starts{0}, places;
    for (const auto& operand : in) starts.push_back(starts.back() + element_count(operand.dims()));
    places.reserve(static_cast<std::size_t>(r.size()));
    for (const auto& s : r.runs)
        for (std::int64_t k = 0; k < s.count; ++k)
            places.push_back(s.input < 0 ? -1 : starts[static_cast<std::size_t>(s.input)] + s.first + k * s.stride);
    return places;
}

/// Each operand element's cotangent is the sum over the places where it went, in output order.
template <Context C>
std::vector<AnyTensor<C>> rearrange_backward(const op::Rearrange& r, const std::vector<Operand<C>>& in, const AnyTensor<C>& g) {
    std::vector<AnyTensor<C>> d;
    std::int64_t elements = 0;
    for (const auto& operand : in) {
        d.emplace_back(operand.dims());
        elements += d.back().size();
    }
    if constexpr (MovesByPosition<C>) {
        Storage<C> all(static_cast<std::size_t>(elements));
        C::scatter_add(r.size(), ConstRun<C>{&g.data, 0, 1}, places_of(r, in).data(), Run<C>{&all, 0, 1});
        if (d.size() == 1) {
            d[0].data = std::move(all);
            return d;
        }
        std::int64_t at = 0;
        for (auto& part : d) {
            copy<C>(part.size(), ConstRun<C>{&all, at, 1}, Run<C>{&part.data, 0, 1});
            at += part.size();
        }
        return d;
    }
    std::vector<std::vector<bool>> seen;
    for (const auto& part : d) seen.emplace_back(static_cast<std::size_t>(part.size()), false);
    std::size_t i = 0;
    for (const auto& s : r.runs)
        for (std::int64_t k = 0; k < s.count; ++k, ++i) {
            if (s.input < 0) continue;
            const auto input = static_cast<std::size_t>(s.input), element = static_cast<std::size_t>(s.first + k * s.stride);
            auto&& to = d[input].data[element];
            if (seen[input][element]) to = sum<C>(to, g.data[i]);  // most elements go to one place: no addition, no rounding
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

/// The sum or mean into y.
template <Context C>
std::function<void()> prepare_reduce(const op::Reduce& r, const Operand<C>& in, AnyTensor<C>* y) {
    const Dims& dims = in.dims();
    const std::int64_t size = element_count(y->dims), share = size == 0 ? 1 : element_count(dims) / size;
    return [x = lasting_scalars<C>(in), y, sum = SumTo<C>(dims, kept_shape(r, dims)), moves = kept_shape(r, dims) == dims, mean = r.mean,
            share]() mutable {
        if (moves) copy<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1}, Run<C>{&y->data, 0, 1});
        else sum(*x, y->data);
        if constexpr (FieldContext<C>)
            if (mean) map_into<C>(y->data, y->data, [&](const Scalar<C>& v) { return C::divide(v, C::ratio(share, 1)); });
    };
}

template <Context C>
AnyTensor<C> reduce_backward(const op::Reduce& r, const Dims& x, const AnyTensor<C>& g) {
    AnyTensor<C> part(kept_shape(r, x), Storage<C>(g.data));
    if constexpr (FieldContext<C>)
        if (r.mean)
            for (std::size_t i = 0; i < part.data.size(); ++i)
                part.data[i] = C::divide(part.data[i], C::ratio(element_count(x) / g.size(), 1));
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
