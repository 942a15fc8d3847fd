/// Select: x where the condition is 1, y where it is 0, with NumPy broadcasting; over intervals the hull of both where
/// it is [0, 1].
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Select {
    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 3, 3);
        return broadcast_shape(in[0], broadcast_shape(in[1], in[2]));
    }
    bool affine_in(const Varying& varies) const { return !varies(0); }
    Reason mixes_rows(const Rows& rows) const { return rows.moves_in_broadcast(); }
    Select with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [c = lasting_scalars<C>(in[0]), a = lasting_scalars<C>(in[1]), b = lasting_scalars<C>(in[2]), y,
                of_c = broadcast_places(in[0].dims(), y->dims), of_a = broadcast_places(in[1].dims(), y->dims),
                of_b = broadcast_places(in[2].dims(), y->dims)] {
            for (std::size_t i = 0; i < y->data.size(); ++i)
                y->data[i] = choose<C>(C::less(zero<C>(), (*c)[of_c[i]]), (*a)[of_a[i]], (*b)[of_b[i]]);
        };
    }
    /// To each side where it is chosen; nothing to the condition.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return [at, c = lasting_scalars<C>(at.in[0])](std::int64_t rows, Storage<C> forms) {
            const Dims& y = at.y->dims;
            std::vector<Storage<C>> d(3, Storage<C>(0));
            if (at.wanted[0]) d[0] = Storage<C>(static_cast<std::size_t>(rows * at.in[0].size()));
            for (std::size_t k = 1; k < 3; ++k) {
                if (!at.wanted[k]) continue;
                const Storage<C> chosen = map<C>(*c, [&](const Scalar<C>& v) {
                    const Truth first = C::less(zero<C>(), v);
                    return C::indicator(k == 1 ? first : !first);
                });
                d[k] = forms_with<C>(Binary::multiply, rows, forms, y, chosen, at.in[0].dims());
                d[k] = forms_before_broadcast<C>(rows, std::move(d[k]), y, at.in[k].dims());
            }
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
