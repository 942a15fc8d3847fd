/// Every operator of a graph forward and backward: each arm calls the layer's function.
#pragma once

#include <tercet/layers/avg_pool2d.hpp>
#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/max_pool2d.hpp>
#include <tercet/layers/piecewise.hpp>
#include <tercet/layers/smooth.hpp>
#include <tercet/models/matrix_operators.hpp>
#include <tercet/models/norm_operator.hpp>
#include <tercet/models/structure_operators.hpp>

#include <optional>

namespace tercet {

/// Why C cannot run the operator: the sentence after the node's name, or nothing.
template <Context C>
std::optional<std::string> operator_refusal(const Operator& op) {
    const auto needs = [](const char* what, const char* function) {
        return std::string(what) + " needs " + function + ", which has no " + std::string(C::name) + " value; try --scalar interval64";
    };
    if constexpr (!ElementaryContext<C>) {
        if (std::holds_alternative<op::Sigmoid>(op)) return needs("sigmoid", "exp");
        if (std::holds_alternative<op::Tanh>(op)) return needs("tanh", "exp");
        if (std::holds_alternative<op::Softmax>(op)) return needs("softmax", "exp");
    }
    if constexpr (!RootContext<C>)
        if (std::holds_alternative<op::BatchNormalization>(op)) return needs("batch normalisation", "a square root");
    if constexpr (!FieldContext<C>) {
        const auto* e = std::get_if<op::Elementwise>(&op);
        const auto* r = std::get_if<op::Reduce>(&op);
        if ((e && e->binary == Binary::divide) || (r && r->mean) || std::holds_alternative<op::AveragePool>(op)) return needs("a mean or quotient", "division");
    }
    return std::nullopt;
}

/// The value of one node from its operands.
template <Context C>
struct OperatorForward {
    const std::vector<Operand<C>>& in;
    const Dims& shape;

    const Storage<C>& x(std::size_t i = 0) const { return in[i].scalars(scratch[i]); }
    View<C, 4> image() const { return image_of(in); }
    mutable std::array<Storage<C>, 2> scratch{};

    AnyTensor<C> operator()(const op::Input&) const { throw UnsupportedOp("an input node has no operator"); }
    AnyTensor<C> operator()(const op::Parameter&) const { throw UnsupportedOp("a parameter node has no operator"); }
    AnyTensor<C> operator()(const op::Gemm& g) const { return gemm_forward<C>(g, in, shape); }
    AnyTensor<C> operator()(const op::MatMul&) const { return matmul_forward<C>(in, shape); }
    AnyTensor<C> operator()(const op::Elementwise& e) const { return broadcast_elementwise<C>(e.binary, in[0].dims(), x(0), in[1].dims(), x(1), shape); }
    AnyTensor<C> operator()(const op::Negate&) const { return {shape, map<C>(x(), [](const Scalar<C>& v) { return Scalar<C>(-v); })}; }
    AnyTensor<C> operator()(const op::Relu&) const { return {shape, relu<C>(x())}; }
    AnyTensor<C> operator()(const op::LeakyRelu& l) const { return {shape, leaky_relu<C>(x(), C::exact(l.slope))}; }
    AnyTensor<C> operator()(const op::Sigmoid&) const {
        if constexpr (ElementaryContext<C>) return {shape, sigmoid<C>(x())};
        else return {};
    }
    AnyTensor<C> operator()(const op::Tanh&) const {
        if constexpr (ElementaryContext<C>) return {shape, tanh<C>(x())};
        else return {};
    }
    AnyTensor<C> operator()(const op::Softmax& s) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(shape, s.axis, s.flatten);
            return {shape, rows.scatter<C>(softmax<C>(rows.outer * rows.inner, rows.n, rows.gather<C>(x())))};
        } else {
            return {};
        }
    }
    AnyTensor<C> operator()(const op::Conv& c) const {
        return conv2d<C>(image(), conv_kernel(in), conv_bias(in, bias_scratch), c.geometry, c.groups);
    }
    AnyTensor<C> operator()(const op::MaxPool& p) const { return max_pool2d<C>(image(), p.window); }
    AnyTensor<C> operator()(const op::AveragePool& p) const {
        if constexpr (FieldContext<C>) return avg_pool2d<C>(image(), p.window);
        else return {};
    }
    AnyTensor<C> operator()(const op::BatchNormalization& b) const {
        if constexpr (RootContext<C>) return batch_norm_forward<C>(b, in, shape);
        else return {};
    }
    AnyTensor<C> operator()(const op::Reshape&) const { return {shape, Storage<C>(x())}; }
    AnyTensor<C> operator()(const op::Rearrange& r) const { return rearrange_forward<C>(r, in, shape); }
    AnyTensor<C> operator()(const op::Reduce& r) const { return reduce_forward<C>(r, in[0].tensor(), shape); }

    mutable AnyTensor<Parameters<C>> bias_scratch{};

    /// What a window slides over: a computed value, not a stored weight.
    static View<C, 4> image_of(const std::vector<Operand<C>>& in) {
        if (!in[0].value) throw UnsupportedOp("a window over a stored weight");
        return in[0].value->template view<4>();
    }

    /// A convolution's kernel and bias are parameters: anything else was refused when the graph was made.
    static View<Parameters<C>, 4> conv_kernel(const std::vector<Operand<C>>& in) {
        if (!in[1].parameter) throw UnsupportedOp("a convolution whose kernel is computed");
        return in[1].parameter->template view<4>();
    }
    static View<Parameters<C>, 1> conv_bias(const std::vector<Operand<C>>& in, AnyTensor<Parameters<C>>& zeros) {
        if (in.size() == 3) {
            if (!in[2].parameter) throw UnsupportedOp("a convolution whose bias is computed");
            return in[2].parameter->template view<1>();
        }
        zeros = AnyTensor<Parameters<C>>(Dims{in[1].dims()[0]});
        return zeros.template view<1>();
    }
};

/// The cotangents of a node's operands from its own: one tensor an operand, empty where it is not wanted.
template <Context C>
struct OperatorBackward {
    const std::vector<Operand<C>>& in;
    const AnyTensor<C>& y;  // the node's value
    const AnyTensor<C>& g;  // its cotangent
    const std::vector<bool>& wanted;

    using Result = std::vector<AnyTensor<C>>;
    mutable std::array<Storage<C>, 2> scratch{};
    const Storage<C>& x(std::size_t i = 0) const { return in[i].scalars(scratch[i]); }
    Result same(Storage<C> d) const { return one(AnyTensor<C>(in[0].dims(), std::move(d))); }
    static Result one(AnyTensor<C> d) {
        Result r;
        r.push_back(std::move(d));
        return r;
    }

    Result operator()(const op::Input&) const { return {}; }
    Result operator()(const op::Parameter&) const { return {}; }
    Result operator()(const op::Gemm& o) const { return gemm_backward<C>(o, in, g, wanted); }
    Result operator()(const op::MatMul&) const { return matmul_backward<C>(in, g, wanted); }
    Result operator()(const op::Elementwise& e) const {
        Result d(2);
        const auto times = [&](const Dims& dims, const Storage<C>& s, Binary op) { return broadcast_elementwise<C>(op, g.dims, g.data, dims, s, g.dims); };
        const auto negated = [](AnyTensor<C> t) { return AnyTensor<C>(t.dims, map<C>(t.data, [](const Scalar<C>& v) { return Scalar<C>(-v); })); };
        for (std::size_t i = 0; i < 2; ++i) {
            if (!wanted[i]) continue;
            switch (e.binary) {
                case Binary::add: d[i] = g; break;
                case Binary::subtract: d[i] = i == 0 ? g : negated(g); break;
                case Binary::multiply: d[i] = times(in[1 - i].dims(), x(1 - i), Binary::multiply); break;
                case Binary::divide:  // (a/b)' = a'/b - (a/b) b'/b
                    if constexpr (FieldContext<C>) {
                        d[i] = times(in[1].dims(), x(1), Binary::divide);
                        if (i == 1) d[i] = negated(AnyTensor<C>(g.dims, elementwise<C>(Binary::multiply, d[i].data, y.data)));
                    }
                    break;
                case Binary::max: throw UnsupportedOp("the maximum of two tensors has no pullback here");
            }
            d[i] = sum_to<C>(d[i], in[i].dims());
        }
        return d;
    }
    Result operator()(const op::Negate&) const { return same(map<C>(g.data, [](const Scalar<C>& v) { return Scalar<C>(-v); })); }
    Result operator()(const op::Relu&) const { return same(relu_vjp<C>(x(), g.data)); }
    Result operator()(const op::LeakyRelu& l) const { return same(leaky_relu_vjp<C>(x(), g.data, C::exact(l.slope))); }
    Result operator()(const op::Sigmoid&) const {
        if constexpr (ElementaryContext<C>) return same(sigmoid_vjp<C>(y.data, g.data));
        else return {};
    }
    Result operator()(const op::Tanh&) const {
        if constexpr (ElementaryContext<C>) return same(tanh_vjp<C>(y.data, g.data));
        else return {};
    }
    Result operator()(const op::Softmax& s) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(y.dims, s.axis, s.flatten);
            return same(rows.scatter<C>(softmax_vjp<C>(rows.outer * rows.inner, rows.n, rows.gather<C>(y.data), rows.gather<C>(g.data))));
        } else {
            return {};
        }
    }
    Result operator()(const op::Conv& c) const {
        Result d(in.size());
        const auto x4 = OperatorForward<C>::image_of(in);
        const auto kernel = OperatorForward<C>::conv_kernel(in);
        if (wanted[0]) d[0] = conv2d_input_gradient<C>(x4.dims, kernel, g.template view<4>(), c.geometry, c.groups);
        if (wanted[1] || (in.size() == 3 && wanted[2])) {
            auto w = conv2d_weight_gradient<C>(x4, kernel.dims, g.template view<4>(), c.geometry, c.groups);
            d[1] = std::move(w.kernel);
            if (in.size() == 3) d[2] = std::move(w.bias);
        }
        return d;
    }
    Result operator()(const op::MaxPool& p) const { return one(max_pool2d_vjp<C>(OperatorForward<C>::image_of(in), g.template view<4>(), p.window)); }
    Result operator()(const op::AveragePool& p) const {
        if constexpr (FieldContext<C>) return one(avg_pool2d_vjp<C>(OperatorForward<C>::image_of(in).dims, g.template view<4>(), p.window));
        else return {};
    }
    Result operator()(const op::BatchNormalization& b) const {
        if constexpr (RootContext<C>) return batch_norm_backward<C>(b, in, g);
        else return {};
    }
    Result operator()(const op::Reshape&) const { return same(Storage<C>(g.data)); }
    Result operator()(const op::Rearrange& r) const { return rearrange_backward<C>(r, in, g); }
    Result operator()(const op::Reduce& r) const { return one(reduce_backward<C>(r, in[0].dims(), g)); }
};

}  // namespace tercet
