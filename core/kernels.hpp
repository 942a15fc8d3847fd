/// The bulk loops that layers are made of. A context replaces one by a static function of the same meaning; these are
/// the definitions.
///
/// Sums are left folds that start at 0, k ascending: the reference order, which decides the last bit in floating point.
/// A replacement keeps the claim of its context (enclosing, exact); one that changes the bits of an approximate context
/// is another context.
#pragma once

#include <tercet/core/view.hpp>

#include <string>

namespace tercet {

enum class Binary { add, subtract, multiply, divide, max };

constexpr const char* to_string(Binary op) {
    switch (op) {
        case Binary::add: return "add";
        case Binary::subtract: return "subtract";
        case Binary::multiply: return "multiply";
        case Binary::divide: return "divide";
        case Binary::max: return "max";
    }
    return "";
}

/// Throws ShapeError where the elements of an operand and of the result come from one stretch of one storage.
template <class A, class C>
void expect_apart(const ConstMatrix<A>& a, const Matrix<C>& y) {
    const auto last = [](const auto& m) {
        return m.offset + (m.rows - 1) * m.row_stride + (m.cols - 1) * m.col_stride;
    };
    if (static_cast<const void*>(a.data) == static_cast<const void*>(y.data) && a.rows * a.cols > 0 &&
        y.rows * y.cols > 0 && a.offset <= last(y) && y.offset <= last(a))
        throw ShapeError("matrix product: the result [" + std::to_string(y.rows) + ", " + std::to_string(y.cols) +
                         "] at element " + std::to_string(y.offset) + " overlaps its operand [" +
                         std::to_string(a.rows) + ", " + std::to_string(a.cols) + "] at element " +
                         std::to_string(a.offset));
}

/// y_ij = (((0 + a_i0 b_0j) + a_i1 b_1j) + ...). A and B are C or its parameter context; y may not overlap a or b.
/// Replaced by `C::gemm(a, b, y)`. Throws ShapeError, also where they do.
template <Context C, class A, class B>
void multiply(const ConstMatrix<A>& a, const ConstMatrix<B>& b, const Matrix<C>& y) {
    if (a.cols != b.rows || y.rows != a.rows || y.cols != b.cols)
        throw ShapeError("matrix product [" + std::to_string(a.rows) + ", " + std::to_string(a.cols) + "] x [" +
                         std::to_string(b.rows) + ", " + std::to_string(b.cols) + "] into [" + std::to_string(y.rows) +
                         ", " + std::to_string(y.cols) + "]");
    expect_apart(a, y);
    expect_apart(b, y);
    if constexpr (requires { C::gemm(a, b, y); }) {
        C::gemm(a, b, y);
    } else {
        for (std::int64_t i = 0; i < y.rows; ++i)
            for (std::int64_t j = 0; j < y.cols; ++j) {
                Scalar<C> total = zero<C>();
                for (std::int64_t k = 0; k < a.cols; ++k)
                    if constexpr (requires { C::sum(total, total); })
                        total = C::sum(total, product<C>(as_scalar<C>(a(i, k)), as_scalar<C>(b(k, j))));
                    else
                        total = total + product<C>(as_scalar<C>(a(i, k)),
                                                   as_scalar<C>(b(k, j)));  // in place where a scalar can
                y(i, j) = total;
            }
    }
}

/// C has its own form of point weights for affine layers: `C::Packed`, `C::pack(W [out, in])`, `C::affine(X, packed,
/// bias or null, rectify, Y)` for Y = X W^T + b or its relu, and `C::convolve` (core/conv2d_sizes.hpp has the sizes).
/// Packing costs about as much as one product with a vector: whoever runs a layer more than once keeps the packed form.
template <class C>
concept PacksWeights = requires(const ConstMatrix<Parameters<C>>& w) {
    C::pack(w);
};

/// Throws ShapeError where X, W [out, in] and Y do not fit Y = X W^T + b, or Y overlaps X.
template <class C>
void expect_affine(const ConstMatrix<C>& x, std::int64_t out, std::int64_t in, const Matrix<C>& y) {
    if (x.cols != in || y.cols != out || y.rows != x.rows)
        throw ShapeError("affine layer with weight [" + std::to_string(out) + ", " + std::to_string(in) + "]: input [" +
                         std::to_string(x.rows) + ", " + std::to_string(x.cols) + "] into [" + std::to_string(y.rows) +
                         ", " + std::to_string(y.cols) + "]");
    expect_apart(x, y);
}

/// One scalar operation by its name; division only where C is a field.
template <Context C>
Scalar<C> apply(Binary op, const Scalar<C>& a, const Scalar<C>& b) {
    switch (op) {
        case Binary::add: return a + b;
        case Binary::subtract: return a - b;
        case Binary::multiply: return product<C>(a, b);
        case Binary::max: return C::max(a, b);
        case Binary::divide:
            if constexpr (FieldContext<C>) return C::divide(a, b);
    }
    throw UnsupportedOp(std::string(C::name) + " has no " + to_string(op));
}

/// y_i = a_i op b_i for i < n; y may be a or b element for element. Replaced by `C::elementwise(op, n, a, b, y)`.
template <Context C>
void elementwise(Binary op, std::int64_t n, const ConstRun<C>& a, const ConstRun<C>& b, const Run<C>& y) {
    if constexpr (requires { C::elementwise(op, n, a, b, y); }) C::elementwise(op, n, a, b, y);
    else
        for (std::int64_t i = 0; i < n; ++i) y[i] = apply<C>(op, a[i], b[i]);
}

/// y_i = x_i for i < n. Replaced by `C::copy(n, x, y)`.
template <Context C>
void copy(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    if constexpr (requires { C::copy(n, x, y); }) C::copy(n, x, y);
    else
        for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
}

/// y_i = relu(x_i); y may be x. Replaced by `C::rectify(n, x, y)`.
template <Context C>
void rectify(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    if constexpr (requires { C::rectify(n, x, y); }) C::rectify(n, x, y);
    else
        for (std::int64_t i = 0; i < n; ++i) y[i] = C::relu(x[i]);
}

/// y_i = g_i step(x_i), the pullback of relu; y may be g. Replaced by `C::gate(n, x, g, y)`.
template <Context C>
void gate(std::int64_t n, const ConstRun<C>& x, const ConstRun<C>& g, const Run<C>& y) {
    if constexpr (requires { C::gate(n, x, g, y); }) C::gate(n, x, g, y);
    else
        for (std::int64_t i = 0; i < n; ++i) y[i] = product<C>(g[i], C::step(x[i]));
}

/// y_i += x_i over n contiguous elements.
template <Context C>
void accumulate(std::int64_t n, const Storage<C>& x, std::int64_t x_offset, Storage<C>& y, std::int64_t y_offset) {
    elementwise<C>(Binary::add, n, ConstRun<C>{&y, y_offset, 1}, ConstRun<C>{&x, x_offset, 1}, Run<C>{&y, y_offset, 1});
}

/// C moves elements by lists of positions: `C::gather(n, x, at, y)`, y_i = x at offset + at_i, 0 where at_i < 0; and
/// its transpose `C::scatter_add(n, x, at, y)`, y at offset + at_i += x_i where at_i >= 0, one after the other.
template <class C>
concept MovesByPosition = requires(std::int64_t n, const ConstRun<C>& x, const std::int64_t* at, const Run<C>& y) {
    C::gather(n, x, at, y);
    C::scatter_add(n, x, at, y);
};

/// y_i = f(x_i) over whole storages of one size.
template <Context C, class F>
Storage<C> map(const Storage<C>& x, F f) {
    Storage<C> y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
    return y;
}

}  // namespace tercet
