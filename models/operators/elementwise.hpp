/// Elementwise: a op b with NumPy broadcasting.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Elementwise {
    Binary binary;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 2);
        return broadcast_shape(in[0], in[1]);
    }
    bool affine_in(const Varying& varies) const {
        switch (binary) {
            case Binary::add:
            case Binary::subtract: return true;
            case Binary::multiply: return varies.product();
            case Binary::divide: return !varies(1);
            case Binary::max: break;
        }
        return false;
    }
    /// An operand without the batch axis repeats over it, for the value's first axis is 1; two with it have it in the same place.
    Reason mixes_rows(const Rows& rows) const {
        for (std::size_t k = 0; k < 2; ++k)
            if (rows.batched[k] && rows.shapes[k].size() != rows.result.size()) return "the batch axis of an operand would move";
        return nullptr;
    }
    Elementwise with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const {
        if (binary == Binary::divide) return Domain{1, Domain::Asks::nonzero};
        return {};
    }
    static constexpr Overwrites overwrites = Overwrites::same_shape;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (binary == Binary::divide && !FieldContext<C>) return Lack{"a mean or quotient", "division"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [a = lasting_scalars<C>(in[0]), b = lasting_scalars<C>(in[1]), y, op = binary,
                runs = BroadcastRuns(in[0].dims(), in[1].dims(), y->dims)] { broadcast_elementwise_into<C>(op, runs, *a, *b, y->data); };
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        const AnyTensor<C>& g = at.g;
        std::vector<AnyTensor<C>> d(2);
        const auto of = [&](std::size_t i, Binary op) {
            return broadcast_elementwise<C>(op, g.dims, g.data, at.in[i].dims(), at.x(i), g.dims);
        };
        for (std::size_t i = 0; i < 2; ++i) {
            if (!at.wanted[i]) continue;
            switch (binary) {
                case Binary::add: d[i] = g; break;
                case Binary::subtract: d[i] = i == 0 ? g : negated<C>(g); break;
                case Binary::multiply: d[i] = of(1 - i, Binary::multiply); break;
                case Binary::divide:  // (a/b)' = a'/b - (a/b) b'/b
                    if constexpr (FieldContext<C>) {
                        d[i] = of(1, Binary::divide);
                        if (i == 1) d[i] = negated<C>(AnyTensor<C>(g.dims, elementwise<C>(Binary::multiply, d[i].data, at.y.data)));
                    }
                    break;
                case Binary::max: throw UnsupportedOp("the maximum of two tensors has no pullback here");
            }
            d[i] = sum_to<C>(d[i], at.in[i].dims());
        }
        return d;
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
