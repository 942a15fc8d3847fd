/// Products of matrices that operands hold, on the Context's matrix kernel.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet {

/// A matrix that an operand holds, [rows, cols] or, if asked, the transpose of it; an operand may hold several, one
/// after another.
template <Context C>
struct Factor {
    Operand<C> operand;
    std::int64_t rows, cols;
    bool transpose = false;

    /// One matrix of weights, which C may pack.
    bool is_weights() const { return operand.parameter && operand.size() == rows * cols; }
    Factor transposed() const { return {operand, rows, cols, !transpose}; }

    /// f(the matrix that begins at this element), over C or over its parameter context.
    template <class F>
    auto with_matrix(std::int64_t offset, F f) const {
        return operand.with_matrix(offset, rows, cols, transpose, f);
    }
    ConstMatrix<Parameters<C>> weights() const {
        const ConstMatrix<Parameters<C>> w{&operand.parameter->data, 0, rows, cols, cols, 1};
        return transpose ? w.transposed() : w;
    }
    ConstMatrix<C> values(std::int64_t offset) const {
        const ConstMatrix<C> x{&operand.value->data, offset, rows, cols, cols, 1};
        return transpose ? x.transposed() : x;
    }
};

/// The right factor of products X W, made ready: weights are packed once, where C packs.
template <Context C>
class RightFactor {
public:
    explicit RightFactor(const Factor<C>& w, const After<C>& after = {}) : w_(w), after_(after), bias_(0) {
        if constexpr (hook::PacksWeights<C>)
            if (w.is_weights()) packed_ = w.operand.packed(w.transposed().weights());
        if (!packed_ && after.bias)
            bias_ = scalars_of<C>(View<Parameters<C>, 1>{&after.bias->data, 0, {after.bias->size()}});
    }

    /// Y = X W for the matrix that begins at this element of the operand, and what comes after.
    void operator()(const ConstMatrix<C>& x, const Matrix<C>& y, std::int64_t offset = 0) const {
        if constexpr (hook::PacksWeights<C>)
            if (packed_)
                return C::affine(x, *packed_, after_.bias ? after_.bias->data.data() : nullptr, after_.rectify, y);
        w_.with_matrix(offset, [&](auto w) { multiply<C>(x, w, y); });
        for (std::int64_t i = 0; after_.bias && i < y.rows; ++i)
            accumulate<C>(y.cols, bias_, 0, *y.data, y.offset + i * y.row_stride);
        for (std::int64_t i = 0; after_.rectify && i < y.rows; ++i) {
            const Run<C> row{y.data, y.offset + i * y.row_stride, 1};
            rectify<C>(y.cols, row, row);
        }
    }

private:
    Factor<C> w_;
    After<C> after_;
    Storage<C> bias_;
    PackedPointer<C> packed_;
};

/// x [.., k] W + after, all rows of x together, W the second operand.
template <Context C>
Compute row_product(const Operands<C>& in, bool transpose, const After<C>& after, AnyTensor<C>* y) {
    const Dims& w = in[1].dims();
    const std::int64_t k = transpose ? w[1] : w[0], n = transpose ? w[0] : w[1],
                       rows = in[0].size() / std::max<std::int64_t>(k, 1);
    return [x = in[0].value, y, rows, k, n,
            of = std::make_shared<const RightFactor<C>>(Factor<C>{in[1], w[0], w[1], transpose}, after)] {
        (*of)({&x->data, 0, rows, k, k, 1}, matrix_in<C>(y->data, 0, rows, n));
    };
}

/// Products of matrices of two operands. A factor that is one matrix of weights stands on the right: Y = X W, or Y' =
/// X' W'.
template <Context C>
class OperandProduct {
public:
    OperandProduct(Factor<C> a, Factor<C> b) : a_(std::move(a)), b_(std::move(b)) {
        if (a_.operand.value) right_.emplace(b_);
        else if (hook::PacksWeights<C> && b_.operand.value && a_.is_weights()) left_.emplace(a_.transposed());
    }

    /// The matrices begin at these elements of the operands.
    void operator()(std::int64_t a_offset, std::int64_t b_offset, const Matrix<C>& y) const {
        if (right_) return (*right_)(a_.values(a_offset), y, b_offset);
        if (left_) return (*left_)(b_.transposed().values(b_offset), y.transposed(), a_offset);
        if constexpr (!std::same_as<Parameters<C>, C>) {
            if (b_.operand.parameter) {  // two parameters
                const AnyTensor<C> lifted = a_.operand.tensor();
                const Factor<C> a{Operand<C>{&lifted}, a_.rows, a_.cols, a_.transpose};
                return b_.with_matrix(b_offset, [&](auto b) { multiply<C>(a.values(a_offset), b, y); });
            }
        }
        a_.with_matrix(a_offset, [&](auto a) { b_.with_matrix(b_offset, [&](auto b) { product(a, b, y); }); });
    }

private:
    template <class A, class B>
    static void product(const ConstMatrix<A>& a, const ConstMatrix<B>& b, const Matrix<C>& y) {
        if constexpr (std::same_as<A, C> || std::same_as<B, C>) multiply<C>(a, b, y);
    }

    Factor<C> a_, b_;
    std::optional<RightFactor<C>> right_, left_;
};

}  // namespace tercet
