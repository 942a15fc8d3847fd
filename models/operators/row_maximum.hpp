/// RowMaximum: the largest number of each row, or its place; a row is the last `axes` axes together. The first of
/// several counts.
#pragma once

#include <tercet/layers/max_pool2d.hpp>
#include <tercet/models/operators/computing.hpp>

#include <numeric>

namespace tercet::op {

namespace detail {

/// x [.., n] -> [..]: its shape, and n.
inline Dims without_last(const Dims& x, int axes) {
    if (axes < 0 || axes > static_cast<int>(x.size()))
        throw ShapeError("rows of " + std::to_string(axes) + " axes of " + to_string_dims(x));
    const Dims y(x.begin(), x.end() - axes);
    if (element_count(x) == 0) throw ShapeError("the maximum of no elements: shape " + to_string_dims(x));
    return y;
}

/// 0, 1, .., n - 1
inline std::vector<std::int64_t> places(std::int64_t n) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(n));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
}

}  // namespace detail

struct RowMaximum {
    int axes = 1;

    Dims shape(const Shapes& in, const Dims&) const { return detail::without_last(only(in), axes); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows& rows) const {
        return static_cast<int>(rows.shapes[0].size()) == axes ? "it takes the maximum over the batch axis" : nullptr;
    }
    RowMaximum with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = lasting_scalars<C>(in[0]), y, n = in[0].size() / element_count(y->dims)] {
            for (std::int64_t r = 0; r < y->size(); ++r) {
                const ConstRun<C> row{x.get(), r * n, 1};
                Scalar<C> largest = row[0];
                for (std::int64_t i = 1; i < n; ++i) largest = C::max(largest, row[i]);
                y->data[static_cast<std::size_t>(r)] = largest;
            }
        };
    }
    /// To the first maximum; over intervals to every element that can be it (layers/max_pool2d.hpp), the hull with 0
    /// where it may not be.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return [x = lasting_scalars<C>(at.in[0]), count = element_count(at.y->dims), all = at.in[0].size()](
                   std::int64_t rows, Storage<C> forms) {
            const std::int64_t n = all / count;
            const auto cells = detail::places(n);
            Storage<C> d(static_cast<std::size_t>(rows * all));
            for (std::int64_t k = 0; k < count; ++k) {
                const ConstRun<C> row{x.get(), k * n, 1};
                for (std::int64_t i = 0; i < n; ++i) {
                    const Truth t = wins<C>(row, cells, static_cast<std::size_t>(i));
                    if (!possibly(t)) continue;
                    const Scalar<C> share = C::indicator(t);
                    for (std::int64_t r = 0; r < rows; ++r)
                        d[static_cast<std::size_t>(r * all + k * n + i)] =
                            product<C>(share, forms[static_cast<std::size_t>(r * count + k)]);
                }
            }
            return only_operand(std::move(d));
        };
    }
    /// Rows without a certain single maximum.
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        const std::int64_t count = element_count(detail::without_last(x.dims, axes)), n = x.size() / count;
        for (std::int64_t k = 0; k < count; ++k) {
            const ConstRun<C> row{&x.data, k * n, 1};
            std::int64_t best = 0;
            for (std::int64_t i = 1; i < n; ++i)
                if (certainly(C::less(row[best], row[i]))) best = i;
            for (std::int64_t i = 0; i < n; ++i)
                if (i != best && !certainly(C::less(row[i], row[best]))) {
                    ++kinks.max_pool;
                    break;
                }
        }
    }
};

/// The place of the largest number of each row, counted from 0; of several the first, or the last. Over intervals it
/// must be decided.
struct RowArgMaximum {
    int axes = 1;
    bool last = false;

    Dims shape(const Shapes& in, const Dims&) const { return detail::without_last(only(in), axes); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows& rows) const { return RowMaximum{axes}.mixes_rows(rows); }
    RowArgMaximum with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    /// Throws DomainError where the order of two numbers that may be the largest is undecided.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = lasting_scalars<C>(in[0]), y, n = in[0].size() / element_count(y->dims), last = last] {
            for (std::int64_t r = 0; r < y->size(); ++r)
                y->data[static_cast<std::size_t>(r)] =
                    C::exact(static_cast<double>(place<C>({x.get(), r * n, 1}, n, last, r)));
        };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        return zero_adjoint<C>(at);
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        RowMaximum{axes}.count_kinks<C>(x, kinks);
    }

private:
    template <Context C>
    static std::int64_t place(const ConstRun<C>& row, std::int64_t n, bool last, std::int64_t r) {
        std::int64_t best = 0;
        for (std::int64_t i = 1; i < n; ++i)
            if (certainly(last ? !C::less(row[i], row[best]) : C::less(row[best], row[i]))) best = i;
        for (std::int64_t i = 0; i < n; ++i) {
            if (i == best) continue;
            // the best comes before i: i must not be larger (or, of the last, not as large); after i: i must be smaller
            const bool loses =
                certainly((best < i) == !last ? !C::less(row[best], row[i]) : C::less(row[i], row[best]));
            if (!loses)
                throw DomainError("element " + std::to_string(r) +
                                  ": the place of the largest number is undecided between " +
                                  std::to_string(std::min(best, i)) + " and " + std::to_string(std::max(best, i)));
        }
        return best;
    }
};

}  // namespace tercet::op
