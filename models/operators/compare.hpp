/// Compare: 1 where a < b (or a = b), 0 where not, with NumPy broadcasting; over intervals [0, 1] where they do not
/// decide.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Compare {
    enum class Relation { less, equal };
    Relation relation;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 2);
        return broadcast_shape(in[0], in[1]);
    }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows& rows) const { return rows.moves_in_broadcast(); }
    Compare with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::same_shape;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [a = lasting_scalars<C>(in[0]), b = lasting_scalars<C>(in[1]), y, equal = relation == Relation::equal,
                runs = BroadcastRuns(in[0].dims(), in[1].dims(), y->dims)] {
            runs.for_each([&](std::int64_t out, std::int64_t p, std::int64_t q, std::int64_t n, std::int64_t step_p,
                              std::int64_t step_q) {
                for (std::int64_t i = 0; i < n; ++i) {
                    const auto& l = (*a)[static_cast<std::size_t>(p + i * step_p)];
                    const auto& r = (*b)[static_cast<std::size_t>(q + i * step_q)];
                    const Truth t = equal ? (!C::less(l, r)) & (!C::less(r, l)) : C::less(l, r);
                    y->data[static_cast<std::size_t>(out + i)] = C::indicator(t);
                }
            });
        };
    }
    /// Its derivative is 0 wherever it has one.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return zero_adjoint<C>(at);
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
