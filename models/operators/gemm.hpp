/// Gemm: alpha A' B' (+ beta C), where ' transposes if asked; A [m, k] or, for one unbatched vector, [k]; C broadcasts
/// over rows and is added last.
#pragma once

#include <tercet/models/operators/product.hpp>

namespace tercet::op {

struct Gemm {
    bool transpose_a = false, transpose_b = false;
    double alpha = 1, beta = 1;

    static constexpr auto attributes() {
        return std::array<Attribute<Gemm>, 4>{{{"transA", &Gemm::transpose_a},
                                               {"transB", &Gemm::transpose_b},
                                               {"alpha", &Gemm::alpha, 1},
                                               {"beta", &Gemm::beta, 1}}};
    }

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 3);
        const bool vector = in[0].size() == 1;
        Dims a = vector ? Dims{1, in[0][0]} : expect_rank(in[0], 2, "the first factor"),
             b = expect_rank(in[1], 2, "the second factor");
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
    /// X W' + b, W and the row b constant.
    template <Context C>
    Absorbs absorbs(const Operands<C>& in, const Dims& y) const {
        const bool plain = in[0].value && in[1].parameter && !transpose_a && alpha == 1 && beta == 1;
        return {false, plain && (in.size() == 2 || (in[2].parameter && is_row(in[2].dims(), y.back())))};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y, After<C> after) const {
        if (in.size() == 3) after.bias = in[2].parameter;
        return row_product<C>(in, transpose_b, after, y);
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const std::int64_t a_rows = in[0].dims().size() == 1 ? 1 : in[0].dims()[0], a_cols = in[0].dims().back();
        const std::int64_t b_rows = in[1].dims()[0], b_cols = in[1].dims()[1];
        const std::int64_t m = transpose_a ? a_cols : a_rows, n = transpose_b ? b_rows : b_cols;
        const auto product =
            [y, m, n,
             of = OperandProduct<C>({in[0], a_rows, a_cols, transpose_a}, {in[1], b_rows, b_cols, transpose_b})] {
                of(0, 0, matrix_in<C>(y->data, 0, m, n));
            };
        const auto scale = [](Storage<C>& x, const Storage<C>& factor) {
            elementwise<C>(Binary::multiply, static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1},
                           ConstRun<C>{&factor, 0, 0}, Run<C>{&x, 0, 1});
        };
        Storage<C> by_alpha(1), by_beta(1);
        by_alpha[0] = C::exact(alpha);
        by_beta[0] = C::exact(beta);
        if (in.size() == 2)
            return [=, alpha = alpha] {
                product();
                if (alpha != 1) scale(y->data, by_alpha);
            };
        return [=, alpha = alpha, beta = beta, runs = BroadcastRuns(y->dims, in[2].dims(), y->dims),
                bias = lasting_scalars<C>(in[2]), weighted = Storage<C>(0)]() mutable {
            product();
            if (alpha != 1) scale(y->data, by_alpha);
            if (beta != 1) {
                weighted = *bias;
                scale(weighted, by_beta);
            }
            broadcast_elementwise_into<C>(Binary::add, runs, y->data, beta == 1 ? *bias : weighted, y->data);
        };
    }
    /// dA' = alpha G B'^T, dB' = alpha A'^T G, dC = beta times the sum of G over broadcast axes. The rows of forms in A
    /// are rows of one product.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const Dims &a = at.in[0].dims(), &b = at.in[1].dims();
        const Factor<C> left{at.in[0], a.size() == 1 ? 1 : a[0], a.back(), transpose_a},
            right{at.in[1], b[0], b[1], transpose_b};
        const std::int64_t m = transpose_a ? left.cols : left.rows, n = transpose_b ? b[0] : b[1],
                           k = transpose_a ? left.rows : left.cols;
        std::optional<RightFactor<C>> by_right, by_left;
        if (at.wanted[0]) by_right.emplace(right.transposed());
        if (at.wanted[1]) by_left.emplace(left);
        return
            [=, alpha = alpha, beta = beta, ta = transpose_a, tb = transpose_b](std::int64_t rows, Storage<C> forms) {
                std::vector<Storage<C>> d(at.in.size(), Storage<C>(0));
                if (at.in.size() == 3 && at.wanted[2]) {
                    d[2] = forms_before_broadcast<C>(rows, forms, at.y->dims, at.in[2].dims());
                    if (beta != 1) d[2] = scaled<C>(d[2], C::exact(beta));
                }
                if (alpha != 1) forms = scaled<C>(forms, C::exact(alpha));
                if (by_right) {
                    d[0] = Storage<C>(static_cast<std::size_t>(rows * m * k));
                    if (!ta) (*by_right)({&forms, 0, rows * m, n, n, 1}, matrix_in<C>(d[0], 0, rows * m, k));
                    for (std::int64_t r = 0; ta && r < rows; ++r)
                        (*by_right)({&forms, r * m * n, m, n, n, 1}, matrix_in<C>(d[0], r * m * k, k, m).transposed());
                }
                if (by_left) {
                    d[1] = Storage<C>(static_cast<std::size_t>(rows * k * n));
                    for (std::int64_t r = 0; r < rows; ++r) {  // dB'^T = G^T A'
                        const ConstMatrix<C> g{&forms, r * m * n, m, n, n, 1};
                        const auto out =
                            tb ? matrix_in<C>(d[1], r * k * n, n, k) : matrix_in<C>(d[1], r * k * n, k, n).transposed();
                        (*by_left)(g.transposed(), out);
                    }
                }
                return d;
            };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
