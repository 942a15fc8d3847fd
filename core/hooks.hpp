/// Customisation points: what a context may replace by a static function of the same name, one concept each.
///
/// Every default is what its comment says, written in terms of the scalar operations; a replacement has the same
/// meaning and keeps the claim of its context (enclosing, exact), and one that changes the bits of an approximate
/// context is another context. A shipped context asserts what it replaces beside its definition, and a default of a
/// single function refuses one of that name with another signature, so that a changed signature is an error and not a
/// loop hundreds of times slower. A context that derives from another forwards its loops under its own types, as
/// IntervalWeights64 does, or does without: `static void gate() = delete;`.
///
/// Beside these a context may name types and constants: Storage, Parameters, Gradients (core/context.hpp), Packed with
/// pack below, any_order, bytes_of_scalar (scalars/machine/memory_budget.hpp), sums_are_its_own below; what it lifts,
/// `lift` (core/parameters.hpp); and functions of one variable, each by itself (core/functions.hpp).
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/core/view.hpp>

#include <span>
#include <string>

namespace tercet {

enum class Binary { add, subtract, multiply, divide, max };

namespace hook {

// Scalars.

/// a b, never fused with a later sum. Default: a * b.
template <class C>
concept Product = requires(const Scalar<C>& a) {
    { C::product(a, a) } -> std::same_as<Scalar<C>>;
};
/// a + b, never regrouped with other sums. Default: a + b.
template <class C>
concept Sum = requires(const Scalar<C>& a) {
    { C::sum(a, a) } -> std::same_as<Scalar<C>>;
};
/// a^2. Default: a a, which forgets that both factors are the same number.
template <class C>
concept Square = requires(const Scalar<C>& a) {
    { C::square(a) } -> std::same_as<Scalar<C>>;
};
/// s'(x) of the logistic function s. Default: s(x) s(-x).
template <class C>
concept SigmoidSlope = requires(const Scalar<C>& x) {
    { C::sigmoid_slope(x) } -> std::same_as<Scalar<C>>;
};
/// tanh'(x). Default: 4 s'(2x).
template <class C>
concept TanhSlope = requires(const Scalar<C>& x) {
    { C::tanh_slope(x) } -> std::same_as<Scalar<C>>;
};
/// Throws LimitError where x has more digits than are allowed. Default: nothing.
template <class C>
concept RequireLimit = requires(const Scalar<C>& x, const char* what) {
    C::require_limit(x, what);
};

// Runs of elements (core/kernels.hpp has the defaults).

/// y_ij = (((0 + a_i0 b_0j) + a_i1 b_1j) + ..), A and B over C or its parameters.
template <class C, class A = C, class B = C>
concept Gemm = requires(const ConstMatrix<A>& a, const ConstMatrix<B>& b, const Matrix<C>& y) {
    { C::gemm(a, b, y) } -> std::same_as<void>;
};
/// y_i = a_i op b_i, y may be an operand.
template <class C>
concept Elementwise = requires(Binary op, std::int64_t n, const ConstRun<C>& a, const Run<C>& y) {
    { C::elementwise(op, n, a, a, y) } -> std::same_as<void>;
};
/// y_i = y_i + x_i, one more term of a left fold. Default: the elementwise sum.
template <class C>
concept Accumulate = requires(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    { C::accumulate(n, x, y) } -> std::same_as<void>;
};
/// y_i = x_i.
template <class C>
concept Copy = requires(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    { C::copy(n, x, y) } -> std::same_as<void>;
};
/// y_i = relu x_i, y may be x.
template <class C>
concept Rectify = requires(std::int64_t n, const ConstRun<C>& x, const Run<C>& y) {
    { C::rectify(n, x, y) } -> std::same_as<void>;
};
/// y_i = g_i step x_i, y may be g.
template <class C>
concept Gate = requires(std::int64_t n, const ConstRun<C>& x, const ConstRun<C>& g, const Run<C>& y) {
    { C::gate(n, x, g, y) } -> std::same_as<void>;
};
/// y_i = x at offset + at_i, 0 where at_i < 0; and its transpose, y at offset + at_i += x_i where at_i >= 0, one after
/// the other. Default: copies and sums of runs.
template <class C>
concept MovesByPosition = requires(std::int64_t n, const ConstRun<C>& x, const std::int64_t* at, const Run<C>& y) {
    { C::gather(n, x, at, y) } -> std::same_as<void>;
    { C::scatter_add(n, x, at, y) } -> std::same_as<void>;
};

// Layers (the defaults stand in layers/).

/// y_i = the largest of `cells` elements of x, at places at[i cells], at[i cells + 1], ..
template <class C>
concept Pool = requires(std::int64_t n, const ConstRun<C>& x, const std::int64_t* at, const Run<C>& y) {
    { C::pool(n, n, x, at, y) } -> std::same_as<void>;
};
/// Which of the cells holds the first largest element.
template <class C>
concept FirstMaximum = requires(const ConstRun<C>& x, std::span<const std::int64_t> cells) {
    { C::first_maximum(x, cells) } -> std::same_as<std::size_t>;
};
/// exp(x_i - m) / sum_j exp(x_j - m), m the maximum; y may be x.
template <class C>
concept Softmax = requires(std::span<const Scalar<C>> x, std::span<Scalar<C>> y) {
    { C::softmax(x, y) } -> std::same_as<void>;
};
/// y_i sum_j y_j (g_i - g_j), y the softmax of x.
template <class C>
concept SoftmaxPullback = requires(std::span<const Scalar<C>> x, std::span<Scalar<C>> dx) {
    { C::softmax_pullback(x, x, dx) } -> std::same_as<void>;
};
/// log(sum_j exp x_j) - x_label, and its gradient.
template <class C>
concept CrossEntropy = requires(std::span<const Scalar<C>> x, std::int64_t label, std::span<Scalar<C>> g) {
    { C::cross_entropy(x, label) } -> std::same_as<Scalar<C>>;
    { C::cross_entropy_gradient(x, label, g) } -> std::same_as<void>;
};

/// C has its own form of point weights for affine layers: Packed, pack(W [out, in]), and on packed weights
///     Y = X W^T + b, or its relu; bias may be null
///     the convolution of images X with kernels, one a group, into Y from an offset on
/// Packing costs about as much as one product with a vector: whoever runs a layer more than once keeps the packed form.
/// Default: gemm, then the bias.
template <class C>
concept PacksWeights = requires(const ConstMatrix<Parameters<C>>& w, const ConstMatrix<C>& x, const View<C, 4>& images,
                                const typename C::Packed& packed, const std::vector<typename C::Packed>& groups,
                                const Conv2dSizes& sizes, const Scalar<Parameters<C>>* bias, bool rectify,
                                const Matrix<C>& y, Storage<C>& out, std::int64_t offset) {
    { C::pack(w) } -> std::same_as<typename C::Packed>;
    { C::affine(x, packed, bias, rectify, y) } -> std::same_as<void>;
    { C::convolve(images, groups, sizes, bias, rectify, out, offset) } -> std::same_as<void>;
};

/// C says that a left fold is not what its sums are (where it encloses every order of a sum, for one): `gemm` and
/// `accumulate` must be its own, and whoever adds up many terms goes through them.
template <class C>
concept SumsAreItsOwn = requires {
    requires C::sums_are_its_own;
};

}  // namespace hook

/// All of them are given: what a shipped context asserts.
template <bool... given>
inline constexpr bool replaces = (given && ...);

}  // namespace tercet
