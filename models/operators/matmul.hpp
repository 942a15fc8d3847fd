/// MatMul: NumPy's matmul. The last two axes multiply, the others broadcast; operands of rank 1 are promoted.
#pragma once

#include <tercet/models/operators/product.hpp>

namespace tercet {

/// How a MatMul splits into plain products: the broadcast batch, and the matrices of each factor.
struct MatMulSizes {
    std::int64_t m, k, n;
    BroadcastRuns matrices;

    MatMulSizes(Dims a, Dims b) : matrices({}, {}, {}) {
        if (a.size() == 1) a.insert(a.begin(), 1);
        if (b.size() == 1) b.push_back(1);
        m = a[a.size() - 2];
        k = a.back();
        n = b.back();
        Dims batch_a(a.begin(), a.end() - 2), batch_b(b.begin(), b.end() - 2);
        if (batch_b.empty()) {  // one right factor for the whole batch: rows of all matrices together
            for (const auto d : batch_a) m *= d;
            batch_a.clear();
        }
        Dims batch(std::max(batch_a.size(), batch_b.size()), 1);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto at = [&](const Dims& d) {
                return i < batch.size() - d.size() ? 1 : d[i - (batch.size() - d.size())];
            };
            batch[i] = at(batch_a) == 1 ? at(batch_b) : at(batch_a);
        }
        matrices = BroadcastRuns(batch_a, batch_b, batch);
    }

    /// f(matrix of y, matrix of a, matrix of b), each by its number.
    template <class F>
    void for_each(F f) const {
        matrices.for_each([&](std::int64_t out, std::int64_t a, std::int64_t b, std::int64_t count, std::int64_t step_a,
                              std::int64_t step_b) {
            for (std::int64_t i = 0; i < count; ++i) f(out + i, a + i * step_a, b + i * step_b);
        });
    }

    std::int64_t count() const {
        std::int64_t products = 0;
        for_each([&](std::int64_t, std::int64_t, std::int64_t) { ++products; });
        return products;
    }

    /// For each row of forms [size]: the sums of f(form, a, b, part), where these matrices begin, over the products
    /// that share the matrix of the first factor, or of the second.
    template <Context C, class F>
    Storage<C> sums(std::int64_t rows, std::int64_t size, std::int64_t each, bool first, F f) const {
        Storage<C> all(static_cast<std::size_t>(rows * size)), part(static_cast<std::size_t>(each));
        const std::int64_t products = count();
        for (std::int64_t r = 0; r < rows; ++r)
            for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
                f((r * products + o) * m * n, a * m * k, b * k * n, part);
                accumulate<C>(each, part, 0, all, r * size + (first ? a : b) * each);
            });
        return all;
    }
};

namespace op {

struct MatMul {
    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 2);
        Dims a = in[0], b = in[1];
        if (a.empty() || b.empty()) throw ShapeError("a matrix product of a scalar");
        const bool row = a.size() == 1, column = b.size() == 1;
        if (row) a.insert(a.begin(), 1);
        if (column) b.push_back(1);
        if (a.back() != b[b.size() - 2])
            throw ShapeError("product of " + to_string_dims(in[0]) + " and " + to_string_dims(in[1]));
        Dims y = broadcast_shape(Dims(a.begin(), a.end() - 2), Dims(b.begin(), b.end() - 2));
        if (!row) y.push_back(a[a.size() - 2]);
        if (!column) y.push_back(b.back());
        return y;
    }
    bool affine_in(const Varying& varies) const { return varies.product(); }
    /// Rows of the first factor by weights; or stacks of matrices, where the axis is among those that broadcast.
    Reason mixes_rows(const Rows& rows) const {
        const std::size_t rank = std::max(rows.shapes[0].size(), rows.shapes[1].size());
        if (rank == 2 && rows.only_first() && rows.shapes[0].size() == 2) return nullptr;
        for (std::size_t k = 0; k < 2; ++k)
            if (rows.batched[k] && (rank < 3 || rows.shapes[k].size() != rank))
                return "the batch axis of a factor is one that multiplies, or would move";
        return nullptr;
    }
    MatMul with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    /// X W, W one constant matrix; and a row added to it.
    template <Context C>
    Absorbs absorbs(const Operands<C>& in, const Dims&) const {
        const bool plain = in[0].value && in[1].parameter && in[1].dims().size() == 2;
        return {plain, plain};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y, const After<C>& after) const {
        return row_product<C>(in, false, after, y);
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const MatMulSizes p(in[0].dims(), in[1].dims());
        return [p, y, of = OperandProduct<C>({in[0], p.m, p.k}, {in[1], p.k, p.n})] {
            p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
                of(a * p.m * p.k, b * p.k * p.n, matrix_in<C>(y->data, o * p.m * p.n, p.m, p.n));
            });
        };
    }
    /// dA = G B^T, dB = A^T G, summed over the batches that share a factor.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const MatMulSizes p(at.in[0].dims(), at.in[1].dims());
        const Factor<C> left{at.in[0], p.m, p.k}, right{at.in[1], p.k, p.n};
        std::optional<RightFactor<C>> by_right, by_left;
        if (at.wanted[0]) by_right.emplace(right.transposed());
        if (at.wanted[1]) by_left.emplace(left);
        return [=, x = at.in[0].size(), w = at.in[1].size(), products = p.count()](std::int64_t rows,
                                                                                   Storage<C> forms) {
            std::vector<Storage<C>> d(2, Storage<C>(0));
            if (by_right && products == 1) {  // the rows of forms are rows of one product
                d[0] = Storage<C>(static_cast<std::size_t>(rows * x));
                (*by_right)({&forms, 0, rows * p.m, p.n, p.n, 1}, matrix_in<C>(d[0], 0, rows * p.m, p.k));
            } else if (by_right) {
                d[0] = p.template sums<C>(
                    rows, x, p.m * p.k, true, [&](std::int64_t g, std::int64_t, std::int64_t b, Storage<C>& part) {
                        (*by_right)({&forms, g, p.m, p.n, p.n, 1}, matrix_in<C>(part, 0, p.m, p.k), b);
                    });
            }
            if (by_left)
                d[1] = p.template sums<C>(
                    rows, w, p.k * p.n, false, [&](std::int64_t g, std::int64_t a, std::int64_t, Storage<C>& part) {
                        const ConstMatrix<C> of{&forms, g, p.m, p.n, p.n, 1};
                        (*by_left)(of.transposed(), matrix_in<C>(part, 0, p.k, p.n).transposed(), a);  // dB^T = G^T A
                    });
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace op

}  // namespace tercet
