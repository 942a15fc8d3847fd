/// The operations that layers are made of, on scalars and on runs of elements, where a context does not replace them:
/// core/hooks.hpp says what it may replace, and how.
///
/// Sums are left folds that start at 0, k ascending: the reference order, which decides the last bit in floating point.
#pragma once

#include <tercet/core/hooks.hpp>

#include <string>

namespace tercet {

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

/// a b that the compiler may not fuse with a later addition.
template <class C>
Scalar<C> product(const Scalar<C>& a, const Scalar<C>& b) {
    if constexpr (hook::Product<C>) return C::product(a, b);
    else {
        static_assert(
            !requires { &C::product; }, "C::product has another signature than core/hooks.hpp says");
        return a * b;
    }
}

/// a + b that the compiler may not regroup with other sums.
template <class C>
Scalar<C> sum(const Scalar<C>& a, const Scalar<C>& b) {
    if constexpr (hook::Sum<C>) return C::sum(a, b);
    else {
        static_assert(
            !requires { &C::sum; }, "C::sum has another signature than core/hooks.hpp says");
        return a + b;
    }
}

/// a^2
template <class C>
Scalar<C> square(const Scalar<C>& a) {
    if constexpr (hook::Square<C>) return C::square(a);
    else return product<C>(a, a);
}

/// s'(x), s the logistic function, as s(x) s(-x), for s (1 - s) cancels where s is near 1.
template <class C>
Scalar<C> sigmoid_slope(const Scalar<C>& x) {
    if constexpr (hook::SigmoidSlope<C>) return C::sigmoid_slope(x);
    else return product<C>(C::sigmoid(x), C::sigmoid(-x));
}

/// tanh'(x) as 4 s'(2x), for 1 - tanh^2 cancels in both tails.
template <class C>
Scalar<C> tanh_slope(const Scalar<C>& x) {
    if constexpr (hook::TanhSlope<C>) return C::tanh_slope(x);
    else return product<C>(C::exact(4.0), sigmoid_slope<C>(x + x));
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
/// Throws ShapeError, also where they do.
template <Context C, class A, class B>
void multiply(const ConstMatrix<A>& a, const ConstMatrix<B>& b, const Matrix<C>& y) {
    if (a.cols != b.rows || y.rows != a.rows || y.cols != b.cols)
        throw ShapeError("matrix product [" + std::to_string(a.rows) + ", " + std::to_string(a.cols) + "] x [" +
                         std::to_string(b.rows) + ", " + std::to_string(b.cols) + "] into [" + std::to_string(y.rows) +
                         ", " + std::to_string(y.cols) + "]");
    expect_apart(a, y);
    expect_apart(b, y);
    if constexpr (hook::Gemm<C, A, B>) {
        C::gemm(a, b, y);
    } else {
        static_assert(!hook::SumsAreItsOwn<C>, "C says that its sums are no left folds, and gives no gemm");
        for (std::int64_t i = 0; i < y.rows; ++i)
            for (std::int64_t j = 0; j < y.cols; ++j) {
                Scalar<C> total = zero<C>();
                for (std::int64_t k = 0; k < a.cols; ++k)
                    if constexpr (hook::Sum<C>)
                        total = C::sum(total, product<C>(as_scalar<C>(a(i, k)), as_scalar<C>(b(k, j))));
                    else
                        total = total + product<C>(as_scalar<C>(a(i, k)),
                                                   as_scalar<C>(b(k, j)));  // in place where a scalar can
                y(i, j) = total;
            }
    }
}

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

/// y_i = a_i op b_i for i < n; y may be a or b element for element.
template <Context C>
void elementwise(Binary op, std::int64_t n, const ConstRun<C>& a, const ConstRun<C>& b, const Run<C>& y) {
    if constexpr (hook::Elementwise<C>) C::elementwise(op, n, a, b, y);
    else {
        static_assert(
            !requires { &C::elementwise; }, "C::elementwise has another signature than core/hooks.hpp says");
        for (std::int64_t i = 0; i < n; ++i) y[i] = apply<C>(op, a[i], b[i]);
    }
}

/// y_i = x_i for i < n.
template <Context C>
void copy(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    if constexpr (hook::Copy<C>) C::copy(n, x, y);
    else {
        static_assert(
            !requires { &C::copy; }, "C::copy has another signature than core/hooks.hpp says");
        for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
    }
}

/// y_i = relu(x_i); y may be x.
template <Context C>
void rectify(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    if constexpr (hook::Rectify<C>) C::rectify(n, x, y);
    else {
        static_assert(
            !requires { &C::rectify; }, "C::rectify has another signature than core/hooks.hpp says");
        for (std::int64_t i = 0; i < n; ++i) y[i] = C::relu(x[i]);
    }
}

/// y_i = g_i step(x_i), the pullback of relu; y may be g.
template <Context C>
void gate(std::int64_t n, const ConstRun<C>& x, const ConstRun<C>& g, const Run<C>& y) {
    if constexpr (hook::Gate<C>) C::gate(n, x, g, y);
    else {
        static_assert(
            !requires { &C::gate; }, "C::gate has another signature than core/hooks.hpp says");
        for (std::int64_t i = 0; i < n; ++i) y[i] = product<C>(g[i], C::step(x[i]));
    }
}

/// y_i = y_i + x_i for i < n, one more term of left folds: what every sum of many terms that is no product goes through.
template <Context C>
void accumulate(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    if constexpr (hook::Accumulate<C>) C::accumulate(n, x, y);
    else {
        static_assert(
            !requires { &C::accumulate; }, "C::accumulate has another signature than core/hooks.hpp says");
        static_assert(!hook::SumsAreItsOwn<C>, "C says that its sums are no left folds, and gives no accumulate");
        elementwise<C>(Binary::add, n, y, x, y);
    }
}

/// The same over contiguous elements.
template <Context C>
void accumulate(std::int64_t n, const Storage<C>& x, std::int64_t x_offset, Storage<C>& y, std::int64_t y_offset) {
    accumulate<C>(n, ConstRun<C>{&x, x_offset, 1}, Run<C>{&y, y_offset, 1});
}

/// y_i = f(x_i) over whole storages of one size.
template <Context C, class F>
Storage<C> map(const Storage<C>& x, F f) {
    Storage<C> y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
    return y;
}

}  // namespace tercet
