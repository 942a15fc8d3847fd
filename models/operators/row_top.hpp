/// RowTop: the `count` largest (or smallest) numbers of each row, largest first, or their places; a row is the last
/// axis. Of equal numbers the first comes first.
///
/// Values come from compare-exchanges (max, min): over intervals those order lower and upper ends apart, which is the
/// hull of the order statistic. Places must be decided.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct RowTop {
    std::int64_t count;
    bool largest = true, places = false;

    Dims shape(const Shapes& in, const Dims&) const {
        Dims y = only(in);
        if (y.empty() || count < 0 || count > y.back())
            throw ShapeError(std::to_string(count) + " of the numbers along the last axis of " + to_string_dims(y));
        y.back() = count;
        return y;
    }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows& rows) const {
        return rows.shapes[0].size() == 1 ? "it orders over the batch axis" : nullptr;
    }
    RowTop with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    /// Throws DomainError where places are asked for and a comparison that decides them is undecided.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = lasting_scalars<C>(in[0]), y, n = in[0].dims().back(), op = *this] {
            for (std::int64_t r = 0; r < element_count(y->dims) / std::max<std::int64_t>(op.count, 1); ++r) {
                const ConstRun<C> row{x.get(), r * n, 1};
                if (op.places) op.template write_places<C>(row, n, r, y->data);
                else op.template write_values<C>(row, n, r, y->data);
            }
        };
    }
    /// To the element at each place; over intervals [0, 1] of it to each that may be there.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        if (places) return zero_adjoint<C>(at);
        return [x = lasting_scalars<C>(at.in[0]), n = at.in[0].dims().back(), all = at.in[0].size(), op = *this](
                   std::int64_t rows, Storage<C> forms) {
            const std::int64_t lines = all / std::max<std::int64_t>(n, 1);
            Storage<C> d(static_cast<std::size_t>(rows * all));
            for (std::int64_t line = 0; line < lines; ++line)
                for (std::int64_t i = 0; i < n; ++i) {
                    const Ranks ranks = op.template ranks<C>({x.get(), line * n, 1}, n, i);
                    for (std::int64_t j = ranks.least; j <= std::min(ranks.most, op.count - 1); ++j) {
                        const Scalar<C> share = C::indicator(ranks.least == ranks.most ? Truth::yes : Truth::unknown);
                        for (std::int64_t r = 0; r < rows; ++r) {
                            auto&& to = d[static_cast<std::size_t>(r * all + line * n + i)];
                            to = sum<C>(
                                to,
                                product<C>(share, forms[static_cast<std::size_t>((r * lines + line) * op.count + j)]));
                        }
                    }
                }
            return only_operand(std::move(d));
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    struct Ranks {
        std::int64_t least, most;
    };
    /// Does element e of the row come before element i?
    template <Context C>
    Truth precedes(const ConstRun<C>& row, std::int64_t e, std::int64_t i) const {
        const auto beats = [&](std::int64_t a, std::int64_t b) {
            return largest ? C::less(row[b], row[a]) : C::less(row[a], row[b]);
        };
        return e < i ? !beats(i, e) : beats(e, i);
    }
    template <Context C>
    Ranks ranks(const ConstRun<C>& row, std::int64_t n, std::int64_t i) const {
        Ranks ranks{0, 0};
        for (std::int64_t e = 0; e < n; ++e) {
            if (e == i) continue;
            const Truth t = precedes<C>(row, e, i);
            ranks.least += certainly(t);
            ranks.most += possibly(t);
        }
        return ranks;
    }
    template <Context C>
    void write_values(const ConstRun<C>& row, std::int64_t n, std::int64_t r, Storage<C>& y) const {
        std::vector<Scalar<C>> held;
        for (std::int64_t i = 0; i < n; ++i) held.push_back(row[i]);
        const auto higher = [](const Scalar<C>& a, const Scalar<C>& b) { return C::max(a, b); };
        const auto lower = [](const Scalar<C>& a, const Scalar<C>& b) {
            return Scalar<C>(-C::max(Scalar<C>(-a), Scalar<C>(-b)));
        };
        for (std::int64_t j = 0; j < count; ++j) {
            for (auto i = static_cast<std::size_t>(n) - 1; i > static_cast<std::size_t>(j); --i) {
                const Scalar<C> a = held[i - 1], b = held[i];
                held[i - 1] = largest ? higher(a, b) : lower(a, b);
                held[i] = largest ? lower(a, b) : higher(a, b);
            }
            y[static_cast<std::size_t>(r * count + j)] = held[static_cast<std::size_t>(j)];
        }
    }
    template <Context C>
    void write_places(const ConstRun<C>& row, std::int64_t n, std::int64_t r, Storage<C>& y) const {
        for (std::int64_t i = 0; i < n; ++i) {
            const Ranks here = ranks<C>(row, n, i);
            if (here.least >= count) continue;
            if (here.least != here.most)
                throw DomainError("row " + std::to_string(r) + ": the place of element " + std::to_string(i) +
                                  " is undecided between " + std::to_string(here.least) + " and " +
                                  std::to_string(here.most));
            y[static_cast<std::size_t>(r * count + here.least)] = C::exact(static_cast<double>(i));
        }
    }
};

}  // namespace tercet::op
