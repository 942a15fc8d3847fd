/// Gemm: alpha A' B' (+ beta C), where ' transposes if asked; A [m, k] or, for one unbatched vector, [k]; C broadcasts over rows and is
/// added last.
#pragma once

#include <tercet/models/operators/product.hpp>

namespace tercet::op {

struct Gemm {
    bool transpose_a = false, transpose_b = false;
    double alpha = 1, beta = 1;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 3);
        const bool vector = in[0].size() == 1;
        Dims a = vector ? Dims{1, in[0][0]} : expect_rank(in[0], 2, "the first factor"), b = expect_rank(in[1], 2, "the second factor");
        if (transpose_a) std::swap(a[0], a[1]);
        if (transpose_b) std::swap(b[0], b[1]);
        if (a[1] != b[0])
            throw ShapeError("weight " + to_string_dims(in[1]) + " needs " + std::to_string(b[0]) + " inputs, got " +
                             to_string_dims(in[0]));
        const Dims y{a[0], b[1]};
        if (in.size() == 3 && broadcast_shape(in[2], y) != y)
            throw ShapeError("bias " + to_string_dims(in[2]) + " does not broadcast to " + to_string_dims(y));
        return vector ? Dims{b[1]} : y;
    }
    bool affine_in(const Varying& varies) const { return varies.product(); }
    Reason mixes_rows(const Rows& rows) const {
        if (!rows.only_first() || transpose_a || rows.shapes[0].size() != 2)
            return "the batch axis would be summed over, or stand in the weights";
        return nullptr;
    }
    Gemm with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const std::int64_t a_rows = in[0].dims().size() == 1 ? 1 : in[0].dims()[0], a_cols = in[0].dims().back();
        const std::int64_t b_rows = in[1].dims()[0], b_cols = in[1].dims()[1];
        const std::int64_t m = transpose_a ? a_cols : a_rows, n = transpose_b ? b_rows : b_cols;
        const auto product = [y, m, n, of = OperandProduct<C>({in[0], a_rows, a_cols, transpose_a}, {in[1], b_rows, b_cols, transpose_b})] {
            of(0, 0, matrix_in<C>(y->data, 0, m, n));
        };
        const auto scale = [](Storage<C>& x, const Storage<C>& factor) {
            elementwise<C>(Binary::multiply, static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, ConstRun<C>{&factor, 0, 0},
                           Run<C>{&x, 0, 1});
        };
        Storage<C> by_alpha(1), by_beta(1);
        by_alpha[0] = C::exact(alpha);
        by_beta[0] = C::exact(beta);
        if (in.size() == 2) return [=, alpha = alpha] {
            product();
            if (alpha != 1) scale(y->data, by_alpha);
        };
        return [=, alpha = alpha, beta = beta, runs = BroadcastRuns(y->dims, in[2].dims(), y->dims), bias = lasting_scalars<C>(in[2]),
                weighted = Storage<C>(0)]() mutable {
            product();
            if (alpha != 1) scale(y->data, by_alpha);
            if (beta != 1) {
                weighted = *bias;
                scale(weighted, by_beta);
            }
            broadcast_elementwise_into<C>(Binary::add, runs, y->data, beta == 1 ? *bias : weighted, y->data);
        };
    }
    /// dA' = alpha G B'^T, dB' = alpha A'^T G, dC = beta times the sum of G over broadcast axes.
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        const Operands<C>& in = at.in;
        const AnyTensor<C>& cotangent = at.g;
        const std::vector<bool>& wanted = at.wanted;
        const Dims& a = in[0].dims();
        const Dims& b = in[1].dims();
        const std::int64_t a_rows = a.size() == 1 ? 1 : a[0], a_cols = a.back();
        const std::int64_t m = transpose_a ? a_cols : a_rows, n = transpose_b ? b[0] : b[1];
        const AnyTensor<C> weighted =
            alpha == 1 ? AnyTensor<C>() : AnyTensor<C>(cotangent.dims, scaled<C>(cotangent.data, C::exact(alpha)));
        const Operand<C> G{alpha == 1 ? &cotangent : &weighted, nullptr};
        std::vector<AnyTensor<C>> d(in.size());
        if (wanted[0]) {
            d[0] = AnyTensor<C>(a);
            const auto out = matrix_in<C>(d[0].data, 0, a_rows, a_cols);
            multiply_operands<C>(G, 0, m, n, false, in[1], 0, b[0], b[1], !transpose_b, transpose_a ? out.transposed() : out);
        }
        if (wanted[1]) {
            d[1] = AnyTensor<C>(b);
            const auto out = matrix_in<C>(d[1].data, 0, b[0], b[1]);
            if (transpose_b) multiply_operands<C>(G, 0, m, n, true, in[0], 0, a_rows, a_cols, transpose_a, out);
            else multiply_operands<C>(in[0], 0, a_rows, a_cols, !transpose_a, G, 0, m, n, false, out);
        }
        if (in.size() == 3 && wanted[2]) {
            d[2] = sum_to<C>(cotangent, in[2].dims());
            if (beta != 1) d[2].data = scaled<C>(d[2].data, C::exact(beta));
        }
        return d;
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
