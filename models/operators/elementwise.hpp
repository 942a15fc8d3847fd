/// Elementwise: a op b with NumPy broadcasting. Of two equal operands of a maximum the first takes the cotangent.
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
    Reason mixes_rows(const Rows& rows) const { return rows.moves_in_broadcast(); }
    Elementwise with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const {
        if (binary == Binary::divide) return Domain{1, Domain::Asks::nonzero};
        return {};
    }
    static constexpr Overwrites overwrites = Overwrites::same_shape;
    Joins joins() const { return binary == Binary::add ? Joins::sum : Joins::nothing; }

    template <Context C>
    std::optional<Lack> lacks() const {
        if (binary == Binary::divide && !FieldContext<C>) return Lack{"a mean or quotient", "division"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [a = lasting_scalars<C>(in[0]), b = lasting_scalars<C>(in[1]), y, op = binary,
                runs = BroadcastRuns(in[0].dims(), in[1].dims(), y->dims)] {
            broadcast_elementwise_into<C>(op, runs, *a, *b, y->data);
        };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return [at, op = binary, a = lasting_scalars<C>(at.in[0]), b = lasting_scalars<C>(at.in[1])](std::int64_t rows,
                                                                                                     Storage<C> forms) {
            const Dims& y = at.y->dims;
            std::vector<Storage<C>> d(2, Storage<C>(0));
            const auto with = [&](Binary by, const Storage<C>& x, std::size_t i) {
                return forms_with<C>(by, rows, forms, y, x, at.in[i].dims());
            };
            for (std::size_t i = 0; i < 2; ++i) {
                if (!at.wanted[i]) continue;
                switch (op) {
                    case Binary::add: d[i] = i == 0 && at.wanted[1] ? forms : std::move(forms); break;
                    case Binary::subtract:
                        d[i] = i == 1 ? negated<C>(forms) : at.wanted[1] ? forms : std::move(forms);
                        break;
                    case Binary::multiply: d[i] = with(Binary::multiply, i == 0 ? *b : *a, 1 - i); break;
                    case Binary::divide:  // (a/b)' = a'/b - (a/b) b'/b
                        if constexpr (FieldContext<C>) {
                            d[i] = with(Binary::divide, *b, 1);
                            if (i == 1)
                                d[i] = negated<C>(forms_with<C>(Binary::multiply, rows, d[i], y, at.y->data, y));
                        }
                        break;
                    case Binary::max:
                        d[i] = forms_with<C>(Binary::multiply, rows, forms, y, wins<C>(at, *a, *b, i == 1), y);
                        break;
                }
                d[i] = forms_before_broadcast<C>(rows, std::move(d[i]), y, at.in[i].dims());
            }
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    /// 1 where b is the maximum, which is where a < b, and 0 where a is; or the other way about.
    template <Context C>
    static Storage<C> wins(const NodeValues<C>& at, const Storage<C>& a, const Storage<C>& b, bool second) {
        Storage<C> y(static_cast<std::size_t>(element_count(at.y->dims)));
        for_each_broadcast_run(at.in[0].dims(), at.in[1].dims(), at.y->dims,
                               [&](std::int64_t out, std::int64_t p, std::int64_t q, std::int64_t n,
                                   std::int64_t step_p, std::int64_t step_q) {
                                   for (std::int64_t i = 0; i < n; ++i) {
                                       const Truth t = C::less(a[static_cast<std::size_t>(p + i * step_p)],
                                                               b[static_cast<std::size_t>(q + i * step_q)]);
                                       y[static_cast<std::size_t>(out + i)] = C::indicator(second ? t : !t);
                                   }
                               });
        return y;
    }
};

}  // namespace tercet::op
