/// Reduce: the sum or the mean over axes; the node's shape says whether they stay as 1.
#pragma once

#include <tercet/models/operators/computing.hpp>

#include <algorithm>

namespace tercet::op {

struct Reduce {
    std::vector<int> axes;
    bool mean = false;

    Dims shape(const Shapes& in, const Dims& stated) const {
        const Dims& x = only(in);
        std::int64_t kept = 1;
        for (std::size_t k = 0; k < x.size(); ++k)
            if (std::find(axes.begin(), axes.end(), static_cast<int>(k)) == axes.end()) kept *= x[k];
        if (element_count(stated) != kept)
            throw ShapeError("reducing " + to_string_dims(x) + " leaves " + std::to_string(kept) + " elements, not " +
                             to_string_dims(stated));
        return stated;
    }
    bool affine_in(const Varying&) const { return true; }  // a maximum is another operator
    Reason mixes_rows(const Rows&) const {
        return std::find(axes.begin(), axes.end(), 0) != axes.end() ? "it sums over the batch axis" : nullptr;
    }
    Reduce with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (mean && !FieldContext<C>) return Lack{"a mean or quotient", "division"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const Dims& dims = in[0].dims();
        auto total = [x = lasting_scalars<C>(in[0]), y, sum = SumTo<C>(dims, kept_shape(dims)),
                      moves = kept_shape(dims) == dims]() mutable {
            if (moves)
                copy<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1}, Run<C>{&y->data, 0, 1});
            else sum(*x, y->data);
        };
        if constexpr (FieldContext<C>) {
            const std::int64_t size = element_count(y->dims), share = size == 0 ? 1 : element_count(dims) / size;
            if (mean)
                return [total, y, share]() mutable {
                    total();
                    map_into<C>(y->data, y->data, [&](const Scalar<C>& v) { return C::divide(v, C::ratio(share, 1)); });
                };
        }
        return total;
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return [x = at.in[0].dims(), kept = kept_shape(at.in[0].dims()), mean = mean](std::int64_t rows,
                                                                                      Storage<C> forms) {
            if (mean) {
                if constexpr (FieldContext<C>) {
                    const std::int64_t size = element_count(kept), share = size == 0 ? 1 : element_count(x) / size;
                    map_into<C>(forms, forms, [&](const Scalar<C>& v) { return C::divide(v, C::ratio(share, 1)); });
                }
            }
            AnyTensor<C> part(form_dims(rows, kept, kept.size()), std::move(forms));
            return only_operand(std::move(broadcast_to<C>(part, form_dims(rows, x, x.size())).data));
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    /// The shape of x with the reduced axes as 1.
    Dims kept_shape(Dims x) const {
        for (const int axis : axes) x[static_cast<std::size_t>(axis)] = 1;
        return x;
    }
};

}  // namespace tercet::op
