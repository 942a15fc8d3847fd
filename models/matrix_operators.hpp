/// Gemm and MatMul of a graph, forward and backward, on the Context's matrix kernel.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operand.hpp>

namespace tercet {

/// alpha A' B' (+ beta C); see op::Gemm. The bias is added last.
template <Context C>
AnyTensor<C> gemm_forward(const op::Gemm& g, const std::vector<Operand<C>>& in, const Dims& shape) {
    const Dims& a = in[0].dims();
    const Dims& b = in[1].dims();
    const std::int64_t a_rows = a.size() == 1 ? 1 : a[0], a_cols = a.back();
    const std::int64_t m = g.transpose_a ? a_cols : a_rows, n = g.transpose_b ? b[0] : b[1];
    AnyTensor<C> y(shape);
    multiply_operands<C>(in[0], 0, a_rows, a_cols, g.transpose_a, in[1], 0, b[0], b[1], g.transpose_b, matrix_in<C>(y.data, 0, m, n));
    if (g.alpha != 1) y.data = scaled<C>(y.data, C::exact(g.alpha));
    if (in.size() == 3) {
        Storage<C> scratch(0);
        const Storage<C>& bias = in[2].scalars(scratch);
        const Storage<C> weighted = g.beta == 1 ? Storage<C>(0) : scaled<C>(bias, C::exact(g.beta));
        y = broadcast_elementwise<C>(Binary::add, y.dims, y.data, in[2].dims(), g.beta == 1 ? bias : weighted, shape);
    }
    return y;
}

/// dA' = alpha G B'^T, dB' = alpha A'^T G, dC = beta times the sum of G over broadcast axes.
template <Context C>
std::vector<AnyTensor<C>> gemm_backward(const op::Gemm& g, const std::vector<Operand<C>>& in, const AnyTensor<C>& cotangent, const std::vector<bool>& wanted) {
    const Dims& a = in[0].dims();
    const Dims& b = in[1].dims();
    const std::int64_t a_rows = a.size() == 1 ? 1 : a[0], a_cols = a.back();
    const std::int64_t m = g.transpose_a ? a_cols : a_rows, n = g.transpose_b ? b[0] : b[1];
    const AnyTensor<C> weighted = g.alpha == 1 ? AnyTensor<C>() : AnyTensor<C>(cotangent.dims, scaled<C>(cotangent.data, C::exact(g.alpha)));
    const Operand<C> G{g.alpha == 1 ? &cotangent : &weighted, nullptr};
    std::vector<AnyTensor<C>> d(in.size());
    if (wanted[0]) {
        d[0] = AnyTensor<C>(a);
        const auto out = matrix_in<C>(d[0].data, 0, a_rows, a_cols);
        multiply_operands<C>(G, 0, m, n, false, in[1], 0, b[0], b[1], !g.transpose_b, g.transpose_a ? out.transposed() : out);
    }
    if (wanted[1]) {
        d[1] = AnyTensor<C>(b);
        const auto out = matrix_in<C>(d[1].data, 0, b[0], b[1]);
        if (g.transpose_b) multiply_operands<C>(G, 0, m, n, true, in[0], 0, a_rows, a_cols, g.transpose_a, out);
        else multiply_operands<C>(in[0], 0, a_rows, a_cols, !g.transpose_a, G, 0, m, n, false, out);
    }
    if (in.size() == 3 && wanted[2]) {
        d[2] = sum_to<C>(cotangent, in[2].dims());
        if (g.beta != 1) d[2].data = scaled<C>(d[2].data, C::exact(g.beta));
    }
    return d;
}

/// How a MatMul splits into plain products: the broadcast batch, and the matrices of each factor.
struct MatMulPlan {
    std::int64_t m, k, n;
    Dims batch, batch_a, batch_b;

    MatMulPlan(Dims a, Dims b) {
        if (a.size() == 1) a.insert(a.begin(), 1);
        if (b.size() == 1) b.push_back(1);
        m = a[a.size() - 2];
        k = a.back();
        n = b.back();
        batch_a.assign(a.begin(), a.end() - 2);
        batch_b.assign(b.begin(), b.end() - 2);
        if (batch_b.empty()) {  // one right factor for the whole batch: rows of all matrices together
            for (const auto d : batch_a) m *= d;
            batch_a.clear();
        }
        batch.resize(std::max(batch_a.size(), batch_b.size()), 1);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto at = [&](const Dims& d) { return i < batch.size() - d.size() ? 1 : d[i - (batch.size() - d.size())]; };
            batch[i] = at(batch_a) == 1 ? at(batch_b) : at(batch_a);
        }
    }

    /// f(matrix of y, matrix of a, matrix of b), each by its number.
    template <class F>
    void for_each(F f) const {
        for_each_broadcast_run(batch_a, batch_b, batch, [&](std::int64_t out, std::int64_t a, std::int64_t b, std::int64_t count, std::int64_t step_a, std::int64_t step_b) {
            for (std::int64_t i = 0; i < count; ++i) f(out + i, a + i * step_a, b + i * step_b);
        });
    }
};

template <Context C>
AnyTensor<C> matmul_forward(const std::vector<Operand<C>>& in, const Dims& shape) {
    const MatMulPlan p(in[0].dims(), in[1].dims());
    AnyTensor<C> y(shape);
    p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
        multiply_operands<C>(in[0], a * p.m * p.k, p.m, p.k, false, in[1], b * p.k * p.n, p.k, p.n, false, matrix_in<C>(y.data, o * p.m * p.n, p.m, p.n));
    });
    return y;
}

/// dA = G B^T, dB = A^T G, summed over the batches that share a factor.
template <Context C>
std::vector<AnyTensor<C>> matmul_backward(const std::vector<Operand<C>>& in, const AnyTensor<C>& cotangent, const std::vector<bool>& wanted) {
    const MatMulPlan p(in[0].dims(), in[1].dims());
    const Operand<C> g{&cotangent, nullptr};
    std::vector<AnyTensor<C>> d(2);
    if (wanted[0]) d[0] = AnyTensor<C>(in[0].dims());
    if (wanted[1]) d[1] = AnyTensor<C>(in[1].dims());
    Storage<C> part(static_cast<std::size_t>(std::max(p.m, p.n) * p.k));
    p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
        if (wanted[0]) {
            multiply_operands<C>(g, o * p.m * p.n, p.m, p.n, false, in[1], b * p.k * p.n, p.k, p.n, true, matrix_in<C>(part, 0, p.m, p.k));
            accumulate<C>(p.m * p.k, part, 0, d[0].data, a * p.m * p.k);
        }
        if (wanted[1]) {
            multiply_operands<C>(in[0], a * p.m * p.k, p.m, p.k, true, g, o * p.m * p.n, p.m, p.n, false, matrix_in<C>(part, 0, p.k, p.n));
            accumulate<C>(p.k * p.n, part, 0, d[1].data, b * p.k * p.n);
        }
    });
    return d;
}

}  // namespace tercet
