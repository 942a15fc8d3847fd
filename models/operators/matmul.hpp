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
            const auto at = [&](const Dims& d) { return i < batch.size() - d.size() ? 1 : d[i - (batch.size() - d.size())]; };
            batch[i] = at(batch_a) == 1 ? at(batch_b) : at(batch_a);
        }
        matrices = BroadcastRuns(batch_a, batch_b, batch);
    }

    /// f(matrix of y, matrix of a, matrix of b), each by its number.
    template <class F>
    void for_each(F f) const {
        matrices.for_each(
            [&](std::int64_t out, std::int64_t a, std::int64_t b, std::int64_t count, std::int64_t step_a, std::int64_t step_b) {
                for (std::int64_t i = 0; i < count; ++i) f(out + i, a + i * step_a, b + i * step_b);
            });
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
        if (a.back() != b[b.size() - 2]) throw ShapeError("product of " + to_string_dims(in[0]) + " and " + to_string_dims(in[1]));
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
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const MatMulSizes p(in[0].dims(), in[1].dims());
        return [p, y, of = OperandProduct<C>({in[0], p.m, p.k, false}, {in[1], p.k, p.n, false})] {
            p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
                of(a * p.m * p.k, b * p.k * p.n, matrix_in<C>(y->data, o * p.m * p.n, p.m, p.n));
            });
        };
    }
    /// dA = G B^T, dB = A^T G, summed over the batches that share a factor.
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        const Operands<C>& in = at.in;
        const AnyTensor<C>& cotangent = at.g;
        const std::vector<bool>& wanted = at.wanted;
        const MatMulSizes p(in[0].dims(), in[1].dims());
        const Operand<C> g{&cotangent, nullptr};
        std::vector<AnyTensor<C>> d(2);
        if (wanted[0]) d[0] = AnyTensor<C>(in[0].dims());
        if (wanted[1]) d[1] = AnyTensor<C>(in[1].dims());
        Storage<C> part(static_cast<std::size_t>(std::max(p.m, p.n) * p.k));
        p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
            if (wanted[0]) {
                multiply_operands<C>(g, o * p.m * p.n, p.m, p.n, false, in[1], b * p.k * p.n, p.k, p.n, true,
                                     matrix_in<C>(part, 0, p.m, p.k));
                accumulate<C>(p.m * p.k, part, 0, d[0].data, a * p.m * p.k);
            }
            if (wanted[1]) {
                multiply_operands<C>(in[0], a * p.m * p.k, p.m, p.k, true, g, o * p.m * p.n, p.m, p.n, false,
                                     matrix_in<C>(part, 0, p.k, p.n));
                accumulate<C>(p.k * p.n, part, 0, d[1].data, b * p.k * p.n);
            }
        });
        return d;
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace op

}  // namespace tercet
