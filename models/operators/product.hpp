/// Products of matrices that operands hold, on the Context's matrix kernel.
#pragma once

#include <tercet/models/operators/computing.hpp>

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

}  // namespace tercet
