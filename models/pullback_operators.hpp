/// Every operator of a graph, backward: each arm calls the layer's functions.
#pragma once

#include <tercet/models/operators.hpp>

namespace tercet {

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
        const auto times = [&](const Dims& dims, const Storage<C>& s, Binary op) {
            return broadcast_elementwise<C>(op, g.dims, g.data, dims, s, g.dims);
        };
        const auto negated = [](AnyTensor<C> t) {
            return AnyTensor<C>(t.dims, map<C>(t.data, [](const Scalar<C>& v) { return Scalar<C>(-v); }));
        };
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
        if constexpr (ElementaryContext<C>) return same(sigmoid_vjp<C>(x(), g.data));
        else return {};
    }
    Result operator()(const op::Tanh&) const {
        if constexpr (ElementaryContext<C>) return same(tanh_vjp<C>(x(), g.data));
        else return {};
    }
    Result operator()(const op::Exp&) const {
        if constexpr (ElementaryContext<C>) return same(elementwise<C>(Binary::multiply, g.data, y.data));
        else return {};
    }
    /// 1 / (2 sqrt x)
    Result operator()(const op::Sqrt&) const {
        if constexpr (RootContext<C>)
            return same(elementwise<C>(Binary::divide, g.data, map<C>(y.data, [](const Scalar<C>& v) { return Scalar<C>(v + v); })));
        else return {};
    }
    Result operator()(const op::Softmax& s) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(y.dims, s.axis, s.flatten);
            return same(rows.scatter<C>(softmax_vjp<C>(rows.outer * rows.inner, rows.n, rows.gather<C>(x()), rows.gather<C>(g.data))));
        } else {
            return {};
        }
    }
    Result operator()(const op::Conv& c) const {
        Result d(in.size());
        const auto x4 = PrepareForward<C>::image_of(in);
        if (wanted[0])
            d[0] = PrepareForward<C>::with_kernel(in, [&](const auto& kernel) {
                return AnyTensor<C>(conv2d_input_gradient<C>(x4.dims, kernel, g.template view<4>(), c.geometry, c.groups));
            });
        if (wanted[1] || (in.size() == 3 && wanted[2])) {
            auto w = conv2d_weight_gradient<C>(x4, PrepareForward<C>::kernel_size(in), g.template view<4>(), c.geometry, c.groups);
            d[1] = std::move(w.kernel);
            if (in.size() == 3) d[2] = std::move(w.bias);
        }
        return d;
    }
    Result operator()(const op::MaxPool& p) const {
        return one(max_pool2d_vjp<C>(PrepareForward<C>::image_of(in), g.template view<4>(), p.window));
    }
    Result operator()(const op::AveragePool& p) const {
        if constexpr (FieldContext<C>) return one(avg_pool2d_vjp<C>(PrepareForward<C>::image_of(in).dims, g.template view<4>(), p.window));
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
