/// Gemm and MatMul of a graph, forward and backward, on the Context's matrix kernel.
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operand.hpp>

namespace tercet {

namespace detail {
struct NoPacked {};
template <class C>
struct PackedIn {
    using type = NoPacked;
};
template <PacksWeights C>
struct PackedIn<C> {
    using type = typename C::Packed;
};
}  // namespace detail

/// Products of matrices of two operands, each [rows, cols] or its transpose if asked. A factor that is one matrix of weights is packed
/// once, where C packs, and stands on the right: Y = X W^T, or Y^T = X^T W^T.
template <Context C>
class OperandProduct {
public:
    struct Factor {
        Operand<C> operand;
        std::int64_t rows, cols;
        bool transpose;

        bool is_weights() const { return operand.parameter && operand.size() == rows * cols; }
    };

    OperandProduct(const Factor& a, const Factor& b) : a_(a), b_(b) {
        if constexpr (PacksWeights<C>) {
            if (b.is_weights() && a.operand.value) packed_ = std::make_shared<const typename C::Packed>(C::pack(weights(b, !b.transpose)));
            else if (a.is_weights() && b.operand.value)
                packed_ = std::make_shared<const typename C::Packed>(C::pack(weights(a, a.transpose)));
        }
    }

    /// The matrices begin at these elements of the operands.
    void operator()(std::int64_t a_offset, std::int64_t b_offset, const Matrix<C>& y) const {
        if constexpr (PacksWeights<C>) {
            if (packed_ && b_.operand.parameter) return C::affine(values(a_, a_offset, a_.transpose), *packed_, nullptr, false, y);
            if (packed_) return C::affine(values(b_, b_offset, !b_.transpose), *packed_, nullptr, false, y.transposed());
        }
        multiply_operands<C>(a_.operand, a_offset, a_.rows, a_.cols, a_.transpose, b_.operand, b_offset, b_.rows, b_.cols, b_.transpose, y);
    }

private:
    static ConstMatrix<Parameters<C>> weights(const Factor& f, bool transpose) {
        const ConstMatrix<Parameters<C>> w{&f.operand.parameter->data, 0, f.rows, f.cols, f.cols, 1};
        return transpose ? w.transposed() : w;
    }
    static ConstMatrix<C> values(const Factor& f, std::int64_t offset, bool transpose) {
        const ConstMatrix<C> x{&f.operand.value->data, offset, f.rows, f.cols, f.cols, 1};
        return transpose ? x.transposed() : x;
    }

    Factor a_, b_;
    std::shared_ptr<const typename detail::PackedIn<C>::type> packed_;
};

/// alpha A' B' (+ beta C) into y; see op::Gemm. The bias is added last.
template <Context C>
std::function<void()> prepare_gemm(const op::Gemm& g, const std::vector<Operand<C>>& in, AnyTensor<C>* y) {
    const std::int64_t a_rows = in[0].dims().size() == 1 ? 1 : in[0].dims()[0], a_cols = in[0].dims().back();
    const std::int64_t b_rows = in[1].dims()[0], b_cols = in[1].dims()[1];
    const std::int64_t m = g.transpose_a ? a_cols : a_rows, n = g.transpose_b ? b_rows : b_cols;
    const auto product = [y, m, n, of = OperandProduct<C>({in[0], a_rows, a_cols, g.transpose_a}, {in[1], b_rows, b_cols, g.transpose_b})] {
        of(0, 0, matrix_in<C>(y->data, 0, m, n));
    };
    const auto scale = [](Storage<C>& x, const Storage<C>& factor) {
        elementwise<C>(Binary::multiply, static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, ConstRun<C>{&factor, 0, 0},
                       Run<C>{&x, 0, 1});
    };
    Storage<C> alpha(1), beta(1);
    alpha[0] = C::exact(g.alpha);
    beta[0] = C::exact(g.beta);
    if (in.size() == 2) return [=] {
        product();
        if (g.alpha != 1) scale(y->data, alpha);
    };
    return [=, runs = BroadcastRuns(y->dims, in[2].dims(), y->dims), bias = lasting_scalars<C>(in[2]), weighted = Storage<C>(0)]() mutable {
        product();
        if (g.alpha != 1) scale(y->data, alpha);
        if (g.beta != 1) {
            weighted = *bias;
            scale(weighted, beta);
        }
        broadcast_elementwise_into<C>(Binary::add, runs, y->data, g.beta == 1 ? *bias : weighted, y->data);
    };
}

/// dA' = alpha G B'^T, dB' = alpha A'^T G, dC = beta times the sum of G over broadcast axes.
template <Context C>
std::vector<AnyTensor<C>> gemm_backward(const op::Gemm& g, const std::vector<Operand<C>>& in, const AnyTensor<C>& cotangent,
                                        const std::vector<bool>& wanted) {
    const Dims& a = in[0].dims();
    const Dims& b = in[1].dims();
    const std::int64_t a_rows = a.size() == 1 ? 1 : a[0], a_cols = a.back();
    const std::int64_t m = g.transpose_a ? a_cols : a_rows, n = g.transpose_b ? b[0] : b[1];
    const AnyTensor<C> weighted =
        g.alpha == 1 ? AnyTensor<C>() : AnyTensor<C>(cotangent.dims, scaled<C>(cotangent.data, C::exact(g.alpha)));
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
    BroadcastRuns matrices;

    MatMulPlan(Dims a, Dims b) : matrices({}, {}, {}) {
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

/// A B into y.
template <Context C>
std::function<void()> prepare_matmul(const std::vector<Operand<C>>& in, AnyTensor<C>* y) {
    const MatMulPlan p(in[0].dims(), in[1].dims());
    return [p, y, of = OperandProduct<C>({in[0], p.m, p.k, false}, {in[1], p.k, p.n, false})] {
        p.for_each([&](std::int64_t o, std::int64_t a, std::int64_t b) {
            of(a * p.m * p.k, b * p.k * p.n, matrix_in<C>(y->data, o * p.m * p.n, p.m, p.n));
        });
    };
}

/// dA = G B^T, dB = A^T G, summed over the batches that share a factor.
template <Context C>
std::vector<AnyTensor<C>> matmul_backward(const std::vector<Operand<C>>& in, const AnyTensor<C>& cotangent,
                                          const std::vector<bool>& wanted) {
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
